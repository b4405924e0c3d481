// The files of the disk cache: their layout, how they come and go.
// Must not know what a kernel is: keys and bytes.
#include "kernels/compile/disk_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "kernels/compile/zstd_frame.h"

namespace lockstep::cuda {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kDefaultLimit = 256'000'000;
constexpr uint64_t kLargestKernel = 256u << 20;  // a size above it is no kernel's, whatever a file says
constexpr int kWritesBetweenLooks = 64;          // other processes write, too
constexpr int kCompression = 3;

struct Header {
    char magic[4] = {'L', 'S', 'K', 'C'};
    uint32_t version = 1;
    uint64_t checksum = 0;  // of all that follows
    Digest key;
    uint64_t raw_bytes = 0, packed_bytes = 0;
};
static_assert(sizeof(Header) == 48);
constexpr size_t kChecked = 16;  // offset of what the checksum covers

class File {
  public:
    File(const std::string& path, int flags) : handle_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
    ~File() {
        if (handle_ >= 0) close(handle_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    explicit operator bool() const { return handle_ >= 0; }
    int handle() const { return handle_; }

    bool read_all(std::string& to) const {
        size_t done = 0;
        while (done < to.size()) {
            const ssize_t got = read(handle_, to.data() + done, to.size() - done);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return false;
            done += static_cast<size_t>(got);
        }
        return true;
    }
    bool write_all(std::string_view from) const {
        while (!from.empty()) {
            const ssize_t done = write(handle_, from.data(), from.size());
            if (done < 0 && errno == EINTR) continue;
            if (done <= 0) return false;
            from.remove_prefix(static_cast<size_t>(done));
        }
        return true;
    }

  private:
    int handle_;
};

// A regular file of the user's that nobody else may write.
bool is_own(const struct stat& s) {
    return S_ISREG(s.st_mode) && s.st_uid == geteuid() && (s.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

struct Entry {
    fs::path path;
    int64_t bytes;
    timespec used;
};

// The cache's own files, by their names: entries, and temporary ones that an interrupted process left an hour
// ago.
void look(const std::string& folder, std::vector<Entry>& entries, std::vector<fs::path>& leftovers) {
    std::error_code error;
    const timespec now = [] {
        timespec t = {};
        clock_gettime(CLOCK_REALTIME, &t);
        return t;
    }();
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename().string();
        if (name.size() < 39 || name.find_first_not_of("0123456789abcdef") != 32 ||
            name.compare(32, 7, ".kernel") != 0)
            continue;
        struct stat s;
        if (lstat(it->path().c_str(), &s) != 0 || !S_ISREG(s.st_mode)) continue;
        if (name.size() == 39) {
            entries.push_back({it->path(), s.st_size, s.st_mtim});
        } else if (now.tv_sec - s.st_mtim.tv_sec > 3600) {
            leftovers.push_back(it->path());
        }
    }
}

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

}  // namespace

DiskCache DiskCache::of_environment() {
    int64_t limit = kDefaultLimit;
    if (const std::string text = variable("LOCKSTEP_CACHE_BYTES"); !text.empty()) {
        int64_t given = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), given);
        if (error == std::errc() && *end == '\0' && given >= 0) limit = given;
    }
    // Relative folders would depend on where the process happens to run.
    if (const fs::path asked = variable("LOCKSTEP_CACHE_DIR"); asked.is_absolute())
        return {asked.string(), limit};
    if (const fs::path caches = variable("XDG_CACHE_HOME"); caches.is_absolute())
        return {(caches / "lockstep/kernels").string(), limit};
    if (const fs::path home = variable("HOME"); home.is_absolute())
        return {(home / ".cache/lockstep/kernels").string(), limit};
    return {"", 0};
}

std::optional<std::string> DiskCache::load(const Digest& key) const {
    if (limit_ == 0) return std::nullopt;
    const File file(path(key), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    struct stat s;
    if (!file || fstat(file.handle(), &s) != 0 || !is_own(s)) return std::nullopt;
    const auto size = static_cast<uint64_t>(s.st_size);
    if (size < sizeof(Header) || size > kLargestKernel) return std::nullopt;
    std::string content(size, '\0');
    if (!file.read_all(content)) return std::nullopt;
    Header header;
    std::memcpy(&header, content.data(), sizeof header);
    const Header expected;
    const std::string_view packed = std::string_view(content).substr(sizeof header);
    if (std::memcmp(header.magic, expected.magic, 4) != 0 || header.version != expected.version ||
        header.key != key || header.checksum != checksum(std::string_view(content).substr(kChecked)) ||
        header.packed_bytes != packed.size() || header.raw_bytes > kLargestKernel)
        return std::nullopt;
    std::optional<std::string> bytes = decompressed(packed, header.raw_bytes);
    if (bytes) futimens(file.handle(), nullptr);  // used now
    return bytes;
}

bool DiskCache::write(const std::string& target, std::string_view content) const {
    static std::atomic<unsigned> count{0};
    const std::string temporary = target + "." + std::to_string(getpid()) + "." + std::to_string(count++);
    {
        const File file(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
        if (!file) return false;
        if (!file.write_all(content)) {
            unlink(temporary.c_str());
            return false;
        }
    }
    if (rename(temporary.c_str(), target.c_str()) == 0) return true;
    unlink(temporary.c_str());
    return false;
}

void DiskCache::store(const Digest& key, std::string_view bytes) {
    if (limit_ == 0 || bytes.size() > kLargestKernel) return;
    const std::string packed = compressed(bytes, kCompression);
    Header header;
    header.key = key;
    header.raw_bytes = bytes.size(), header.packed_bytes = packed.size();
    std::string content = std::string(reinterpret_cast<const char*>(&header), sizeof header) + packed;
    header.checksum = checksum(std::string_view(content).substr(kChecked));
    std::memcpy(content.data(), &header, sizeof header);
    const auto size = static_cast<int64_t>(content.size());
    if (size > limit_) return;

    const std::lock_guard lock(mutex_);
    std::error_code error;
    if (!fs::is_directory(folder_, error)) {
        fs::create_directories(folder_, error);
        fs::permissions(folder_, fs::perms::owner_all, error);
    }
    if (!write(path(key), content)) return;
    if (bytes_ >= 0) bytes_ += size;
    if (bytes_ < 0 || bytes_ > limit_ || ++writes_ >= kWritesBetweenLooks) make_room();
}

void DiskCache::make_room() {
    std::vector<Entry> entries;
    std::vector<fs::path> leftovers;
    look(folder_, entries, leftovers);
    for (const fs::path& path : leftovers) unlink(path.c_str());
    bytes_ = 0;
    writes_ = 0;
    for (const Entry& entry : entries) bytes_ += entry.bytes;
    if (bytes_ <= limit_) return;
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return a.used.tv_sec != b.used.tv_sec ? a.used.tv_sec < b.used.tv_sec
                                              : a.used.tv_nsec < b.used.tv_nsec;
    });
    for (const Entry& entry : entries) {
        if (bytes_ <= limit_ - limit_ / 10) break;
        unlink(entry.path.c_str());  // or another process did
        bytes_ -= entry.bytes;
    }
}

DiskCache::Content DiskCache::content() const {
    Content found;
    if (limit_ == 0) return found;
    std::vector<Entry> entries;
    std::vector<fs::path> leftovers;
    look(folder_, entries, leftovers);
    found.entries = static_cast<int64_t>(entries.size());
    for (const Entry& entry : entries) found.bytes += entry.bytes;
    return found;
}

void DiskCache::clear() {
    if (folder_.empty()) return;
    const std::lock_guard lock(mutex_);
    std::vector<Entry> entries;
    std::vector<fs::path> leftovers;
    look(folder_, entries, leftovers);
    for (const Entry& entry : entries) unlink(entry.path.c_str());
    for (const fs::path& path : leftovers) unlink(path.c_str());
    bytes_ = -1;
}

}  // namespace lockstep::cuda
