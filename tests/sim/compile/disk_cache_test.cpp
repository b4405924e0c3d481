// The disk cache: what comes back, what does not, and what is left when room is short.
// Must not know kernels.
#include "kernels/compile/disk_cache.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <thread>
#include <vector>

#include "tests/sim/compile/fake_cuda.h"

using namespace lockstep::cuda;
namespace fs = std::filesystem;

namespace {

std::string noise(size_t bytes, unsigned seed) {
    std::mt19937 random(seed);
    std::string text(bytes, '\0');
    for (char& c : text) c = static_cast<char>(random());
    return text;
}

Digest key(int i) { return digest("key " + std::to_string(i)); }
std::string file_of(const fake::Folder& folder, int i) { return folder / (key(i).hex() + ".kernel"); }

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}
void write_file(const std::string& path, const std::string& content) {
    fs::remove(path);
    std::ofstream(path, std::ios::binary) << content;
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
}

// An environment variable for the length of a scope.
class Setting {
  public:
    Setting(const char* name, const char* value) : name_(name), had_(std::getenv(name) != nullptr) {
        if (had_) before_ = std::getenv(name);
        value ? setenv(name, value, 1) : unsetenv(name);
    }
    ~Setting() { had_ ? setenv(name_, before_.c_str(), 1) : unsetenv(name_); }

  private:
    const char* name_;
    bool had_;
    std::string before_;
};

}  // namespace

TEST(DiskCache, gives_back_what_was_stored) {
    const fake::Folder folder;
    DiskCache cache(folder / "a/b", 1 << 20);
    EXPECT_FALSE(cache.load(key(0)));
    for (int i = 0; i < 20; ++i)
        cache.store(key(i), noise(static_cast<size_t>(i) * 997, static_cast<unsigned>(i)));
    for (int i = 0; i < 20; ++i) {
        const auto back = cache.load(key(i));
        ASSERT_TRUE(back) << i;
        EXPECT_EQ(*back, noise(static_cast<size_t>(i) * 997, static_cast<unsigned>(i)));
    }
    EXPECT_FALSE(cache.load(key(20)));
    EXPECT_EQ(cache.content().entries, 20);
    int64_t bytes = 0;
    for (const auto& file : fs::directory_iterator(folder / "a/b")) {
        bytes += static_cast<int64_t>(file.file_size());
        EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    }
    EXPECT_EQ(cache.content().bytes, bytes);
    EXPECT_EQ(fs::status(folder / "a/b").permissions(), fs::perms::owner_all);
    DiskCache again(folder / "a/b", 1 << 20);
    EXPECT_TRUE(again.load(key(7)));
    again.clear();
    EXPECT_FALSE(cache.load(key(7)));
    EXPECT_EQ(cache.content().entries, 0);
}

TEST(DiskCache, every_damage_is_seen_and_repaired) {
    const fake::Folder folder;
    DiskCache cache(folder / "", 1 << 20);
    const std::string bytes = noise(400, 1) + std::string(400, 'x');
    cache.store(key(1), bytes);
    const std::string whole = read_file(file_of(folder, 1));
    ASSERT_EQ(cache.load(key(1)), bytes);
    for (size_t size = 0; size < whole.size(); ++size) {
        write_file(file_of(folder, 1), whole.substr(0, size));
        ASSERT_FALSE(cache.load(key(1))) << "cut to " << size;
    }
    for (size_t at = 0; at < whole.size(); ++at) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ (1 << at % 8));
        write_file(file_of(folder, 1), changed);
        ASSERT_FALSE(cache.load(key(1))) << "a bit of byte " << at;
    }
    write_file(file_of(folder, 1), whole + "y");
    EXPECT_FALSE(cache.load(key(1)));
    write_file(file_of(folder, 1), noise(5000, 2));
    EXPECT_FALSE(cache.load(key(1)));
    cache.store(key(1), bytes);
    EXPECT_EQ(cache.load(key(1)), bytes);
    write_file(file_of(folder, 2), read_file(file_of(folder, 1)));  // another kernel's file
    EXPECT_FALSE(cache.load(key(2)));
}

TEST(DiskCache, files_that_others_could_write_are_not_read) {
    const fake::Folder folder;
    DiskCache cache(folder / "", 1 << 20);
    cache.store(key(1), "bytes");
    fs::permissions(file_of(folder, 1), fs::perms::group_write, fs::perm_options::add);
    EXPECT_FALSE(cache.load(key(1)));
    fs::permissions(file_of(folder, 1), fs::perms::group_write, fs::perm_options::remove);
    EXPECT_TRUE(cache.load(key(1)));
    fs::rename(file_of(folder, 1), folder / "elsewhere");
    fs::create_symlink(folder / "elsewhere", file_of(folder, 1));
    EXPECT_FALSE(cache.load(key(1)));
    fs::remove(file_of(folder, 1));
    fs::create_directory(file_of(folder, 1));  // cannot be replaced by a file: no error, and nothing kept
    EXPECT_FALSE(cache.load(key(1)));
    cache.store(key(1), "bytes");
    EXPECT_FALSE(cache.load(key(1)));
    ASSERT_EQ(mkfifo(file_of(folder, 3).c_str(), 0600), 0);  // opening it must not wait
    EXPECT_FALSE(cache.load(key(3)));
}

TEST(DiskCache, the_least_recently_used_go_first) {
    const fake::Folder folder;
    const int64_t limit = 50'000;
    DiskCache cache(folder / "", limit);
    const auto age = [&](int i, int seconds) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        const struct timespec times[2] = {{now.tv_sec - seconds, 0}, {now.tv_sec - seconds, 0}};
        ASSERT_EQ(utimensat(AT_FDCWD, file_of(folder, i).c_str(), times, 0), 0);
    };
    for (int i = 0; i < 40; ++i) {
        cache.store(key(i), noise(1000, static_cast<unsigned>(i)));
        age(i, 1000 - i);
    }
    EXPECT_EQ(cache.content().entries, 40);
    ASSERT_TRUE(cache.load(key(0)));  // used now
    for (int i = 40; i < 50; ++i) {
        cache.store(key(i), noise(1000, static_cast<unsigned>(i)));
        age(i, 1000 - i);
        EXPECT_LE(cache.content().bytes, limit);
    }
    EXPECT_TRUE(cache.load(key(0)));
    EXPECT_FALSE(cache.load(key(1)));
    EXPECT_FALSE(cache.load(key(2)));
    EXPECT_TRUE(cache.load(key(30)));
    EXPECT_TRUE(cache.load(key(49)));
    cache.store(key(100), noise(60'000, 9));  // larger than all there may be
    EXPECT_FALSE(cache.load(key(100)));
    EXPECT_TRUE(cache.load(key(49)));
}

TEST(DiskCache, other_files_in_the_folder_stay) {
    const fake::Folder folder;
    DiskCache cache(folder / "", 3000);
    for (const char* name : {"notes.txt", "0123.kernel", "0123456789abcdef0123456789abcdeg.kernel"})
        write_file(folder / name, noise(5000, 1));
    const std::string leftover = file_of(folder, 0) + ".123.4";
    write_file(leftover, "half");
    for (int i = 0; i < 10; ++i) cache.store(key(i), noise(1000, static_cast<unsigned>(i)));
    EXPECT_TRUE(fs::exists(leftover));  // somebody may be writing it
    const struct timespec long_ago[2] = {{1000, 0}, {1000, 0}};
    ASSERT_EQ(utimensat(AT_FDCWD, leftover.c_str(), long_ago, 0), 0);
    cache.clear();
    EXPECT_FALSE(fs::exists(leftover));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()), 3);
}

TEST(DiskCache, a_folder_that_cannot_be_written_is_no_error) {
    const fake::Folder folder;
    write_file(folder / "file", "");
    DiskCache below_a_file(folder / "file/cache", 1 << 20);
    below_a_file.store(key(1), "bytes");
    EXPECT_FALSE(below_a_file.load(key(1)));
    EXPECT_EQ(below_a_file.content().entries, 0);
    below_a_file.clear();
    DiskCache nowhere("/proc/lockstep", 1 << 20);
    nowhere.store(key(1), "bytes");
    EXPECT_FALSE(nowhere.load(key(1)));

    DiskCache cache(folder / "read_only", 1 << 20);
    cache.store(key(1), "bytes");
    fs::permissions(folder / "read_only", fs::perms::owner_read | fs::perms::owner_exec);
    if (geteuid() != 0) {  // nothing is read-only for root
        cache.store(key(2), "bytes");
        EXPECT_FALSE(cache.load(key(2)));
    }
    EXPECT_TRUE(cache.load(key(1)));
    fs::permissions(folder / "read_only", fs::perms::owner_all);

    DiskCache off(folder / "off", 0);
    off.store(key(1), "bytes");
    EXPECT_FALSE(fs::exists(folder / "off"));
}

TEST(DiskCache, processes_and_threads_share_it) {
    const fake::Folder folder;
    const auto work = [&](int start) {
        DiskCache cache(folder / "", 40'000);
        int wrong = 0;
        for (int i = 0; i < 300; ++i) {
            const int k = (start + i * 7) % 50;
            const std::string bytes = noise(900, static_cast<unsigned>(k));
            if (const auto back = cache.load(key(k)))
                wrong += *back != bytes;
            else
                cache.store(key(k), bytes);
        }
        return wrong;
    };
    std::vector<pid_t> children;
    for (int p = 0; p < 3; ++p) {
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) _exit(work(p * 11) == 0 ? 0 : 1);
        children.push_back(child);
    }
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) threads.emplace_back([&, t] { EXPECT_EQ(work(t), 0); });
    for (std::thread& thread : threads) thread.join();
    for (const pid_t child : children) {
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        EXPECT_EQ(status, 0);
    }
    DiskCache cache(folder / "", 40'000);
    EXPECT_GT(cache.content().entries, 10);
    EXPECT_LE(cache.content().bytes, 6 * 40'000);  // each process knows its own writes between looks
    for (const auto& file : fs::directory_iterator(folder.path))
        EXPECT_EQ(file.path().extension(), ".kernel");
}

TEST(DiskCache, the_environment_names_folder_and_limit) {
    const Setting none("LOCKSTEP_CACHE_DIR", nullptr), xdg("XDG_CACHE_HOME", nullptr),
        home("HOME", "/home/somebody"), bytes("LOCKSTEP_CACHE_BYTES", nullptr);
    EXPECT_EQ(DiskCache::of_environment().folder(), "/home/somebody/.cache/lockstep/kernels");
    EXPECT_EQ(DiskCache::of_environment().limit(), 256'000'000);
    {
        const Setting caches("XDG_CACHE_HOME", "/caches");
        EXPECT_EQ(DiskCache::of_environment().folder(), "/caches/lockstep/kernels");
        const Setting folder("LOCKSTEP_CACHE_DIR", "/my/folder");
        EXPECT_EQ(DiskCache::of_environment().folder(), "/my/folder");
        const Setting relative("LOCKSTEP_CACHE_DIR", "folder");
        EXPECT_EQ(DiskCache::of_environment().folder(), "/caches/lockstep/kernels");
    }
    for (const auto& [text, limit] : {std::pair{"0", int64_t{0}},
                                      {"1000", 1000},
                                      {"-5", 256'000'000},
                                      {"12x", 256'000'000},
                                      {"99999999999999999999", 256'000'000}}) {
        const Setting given("LOCKSTEP_CACHE_BYTES", text);
        EXPECT_EQ(DiskCache::of_environment().limit(), limit) << text;
    }
    const Setting homeless("HOME", nullptr);
    EXPECT_EQ(DiskCache::of_environment().limit(), 0);
}
