// Runs the host's compiler, about 0.06 s per kernel: headers that are the same in the source tree are read
// there, and what all kernels begin with is precompiled. Must not know NVRTC's API, nor kernels.
#include "tests/sim/host_compiler.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <system_error>

#include "runtime/array/error.h"

extern char** environ;

namespace fs = std::filesystem;

namespace lockstep::sim {
namespace {

constexpr const char* kPrefix = "tests/sim/prefix.h";

// Without FMA hardware fma() is libm's: the same bits, slowly.
const std::vector<std::string>& flags() {
    static const std::vector<std::string> all = [] {
        std::vector<std::string> f = {"-std=c++20",
                                      "-O1",
                                      "-g0",
                                      "-w",
                                      "-fPIC",
                                      "-ffp-contract=off",
                                      "-fno-math-errno",
                                      "-fno-trapping-math",
                                      "-fno-strict-aliasing",
                                      "-fno-exceptions",
                                      "-fno-rtti",
                                      "-fno-threadsafe-statics"};
#if defined(__x86_64__)
        if (__builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2")) f.push_back("-march=x86-64-v3");
#endif
        return f;
    }();
    return all;
}

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file << text;
    if (!file.flush()) fail(Status::internal_error, "sim: cannot write %s", path.c_str());
}

// A folder of its own, removed at the end.
class Folder {
  public:
    explicit Folder(const fs::path& parent) : path_((parent / "lockstep-sim-XXXXXX").string()) {
        if (!mkdtemp(path_.data()))
            fail(Status::internal_error, "sim: no temporary folder %s", path_.c_str());
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    fs::path operator/(const std::string& name) const { return fs::path(path_) / name; }
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

// The exit status, -1 when the program does not start. It runs in the folder, and its messages go to a file
// there.
int run(const std::vector<std::string>& arguments, const Folder& folder) {
    const std::string messages = (folder / "messages").string();
    std::vector<char*> argv;
    for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addchdir_np(
        &files, folder.path().c_str());  // not where -include would find a prefix of its own
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, 2, messages.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, argv[0], &files, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    int status = 0;
    if (failed || waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
    return WEXITSTATUS(status);
}

std::vector<std::string> command(const std::vector<std::string>& more) {
    std::vector<std::string> all = {host_compiler()};
    all.insert(all.end(), flags().begin(), flags().end());
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

// Everything that the prefix may include, so that one made of other texts is never taken.
std::string prefix_key() {
    std::string texts = host_compiler_kind();
    for (const char* folder :
         {"kernels/device", "runtime/scalar", "runtime/scalar/random", "runtime/tables", "runtime/exec", "tests/sim"}) {
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(fs::path(LOCKSTEP_SIM_SOURCE) / folder))
            if (entry.path().extension() == ".h" || entry.path().extension() == ".def")
                files.push_back(entry.path());
        std::sort(files.begin(), files.end());
        for (const fs::path& file : files) texts += file.string() + "\n" + read_file(file);
    }
    return std::to_string(std::hash<std::string>{}(texts));
}

// The folder with the precompiled prefix, made when it is not there. Empty when it cannot be: compilers then
// read headers.
std::string make_prefix() {
    const fs::path folder = fs::path(LOCKSTEP_SIM_BUILD) / "prefix", own = folder / prefix_key();
    const fs::path file = own / (std::string(kPrefix) + ".gch");
    std::error_code error;
    if (fs::exists(file, error)) return own.string();
    fs::create_directories(file.parent_path(), error);
    if (error) return "";
    const Folder scratch(own);
    const std::string made = (scratch / "prefix.gch").string();
    const int status = run(command({"-x", "c++-header", "-I" LOCKSTEP_SIM_SOURCE,
                                    LOCKSTEP_SIM_SOURCE "/" + std::string(kPrefix), "-o", made}),
                           scratch);
    if (status == 0) fs::rename(made, file, error);  // others see all of it or none
    if (status != 0 || error) return "";
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (entry.path() != own) fs::remove_all(entry.path(), error);
    return own.string();
}

// Standard headers, which the host has ("cstdint"), and those that are as in the source tree need no file.
bool is_there(const std::string& name, const std::string& text) {
    return name.find('/') == name.npos || read_file(fs::path(LOCKSTEP_SIM_SOURCE) / name) == text;
}

}  // namespace

const std::string& host_compiler() {
    static const std::string path = [] {
        const char* const asked = std::getenv("LOCKSTEP_SIM_CXX");
        return std::string(asked && *asked ? asked : LOCKSTEP_SIM_COMPILER);
    }();
    return path;
}

const std::string& host_compiler_kind() {
    static const std::string kind = [] {
        std::string text = "sim " + host_compiler();
        for (const std::string& flag : flags()) text += " " + flag;
        for (const char* header : {"tests/sim/device.h", "tests/sim/machine.h"})
            text += "\n" + read_file(fs::path(LOCKSTEP_SIM_SOURCE) / header);
        return text;
    }();
    return kind;
}

Compiled compile_for_host(const std::string& text,
                          const std::vector<std::pair<std::string, std::string>>& headers) {
    const Folder folder(fs::temp_directory_path());
    bool own_headers = false;
    for (const auto& [name, header] : headers) {
        if (is_there(name, header)) continue;
        write_file(folder / name, header);
        own_headers = true;
    }
    const std::string source = (folder / "kernel.cpp").string(), object = (folder / "kernel.so").string();
    write_file(source, text);
    // Two mappings per kernel instead of five: a process has 65,530, and tests load thousands of kernels.
    std::vector<std::string> more = {"-x", "c++", "-shared", "-nostdlib",
                                     "-Wl,-z,noseparate-code,-z,norelro,--build-id=none"};
    if (own_headers) {
        more.insert(more.end(), {"-I" + folder.path(), "-include", "tests/sim/device.h"});
    } else {
        static const std::string prefix = make_prefix();
        if (!prefix.empty()) more.push_back("-I" + prefix);
        more.insert(more.end(), {"-include", kPrefix});
    }
    more.insert(more.end(), {"-I" LOCKSTEP_SIM_SOURCE, "-o", object, source});
    const int status = run(command(more), folder);
    Compiled compiled{"", read_file(folder / "messages")};
    if (status < 0) compiled.log += "the compiler " + host_compiler() + " does not run\n";
    if (status == 0) compiled.object = read_file(object);
    return compiled;
}

}  // namespace lockstep::sim
