// The host's compiler in NVRTC's place: a kernel's text becomes a shared object, which api_library.cpp loads.
// Must not know kernels. About 0.1 s per kernel; headers that are the same in the source tree are read there.
#include "kernels/vendor/nvrtc.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "runtime/array/error.h"

extern char** environ;

namespace fs = std::filesystem;

namespace lockstep::cuda {

struct Nvrtc::ProgramState {
    std::string text, name, log, object;
    std::vector<std::pair<std::string, std::string>> headers;  // name, text
};

namespace {

enum : Nvrtc::Result { kSuccess = 0, kOutOfMemory = 1, kInvalidInput = 3, kInvalidProgram = 4, kCompilation = 6, kInternal = 11 };

constexpr int kArchitecture = 90;

const std::string& compiler() {
    static const std::string path = [] {
        const char* const asked = std::getenv("LOCKSTEP_SIM_CXX");
        return std::string(asked && *asked ? asked : LOCKSTEP_SIM_COMPILER);
    }();
    return path;
}

// Without FMA hardware fma() is libm's: the same bits, slowly.
const std::vector<std::string>& flags() {
    static const std::vector<std::string> all = [] {
        std::vector<std::string> f = {"-x", "c++", "-std=c++20", "-O1", "-g0", "-w", "-fPIC", "-shared", "-nostdlib",
                                      "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fno-strict-aliasing",
                                      "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics", "-include",
                                      "tests/sim/device.h"};
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

// A folder of its own, removed at the end.
class Folder {
  public:
    Folder() : path_((fs::temp_directory_path() / "lockstep-sim-XXXXXX").string()) {
        if (!mkdtemp(path_.data())) fail(Status::internal_error, "sim: no temporary folder %s", path_.c_str());
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

void write_file(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file << text;
    if (!file.flush()) fail(Status::internal_error, "sim: cannot write %s", path.c_str());
}

// Standard headers, which the host has ("cstdint"), and those that are as in the source tree need no file.
bool is_there(const std::string& name, const std::string& text) {
    if (name.find('/') == name.npos) return true;
    return read_file(fs::path(LOCKSTEP_SIM_SOURCE) / name) == text;
}

// The exit status, -1 when the program does not start. Its messages go to a file.
int run(const std::vector<std::string>& arguments, const std::string& messages) {
    std::vector<char*> argv;
    for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, 2, messages.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, argv[0], &files, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    int status = 0;
    if (failed || waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
    return WEXITSTATUS(status);
}

Nvrtc::Result compile(Nvrtc::ProgramState& program) {
    const Folder folder;
    for (const auto& [name, text] : program.headers)
        if (!is_there(name, text)) write_file(folder / name, text);
    const std::string source = (folder / "kernel.cpp").string(), object = (folder / "kernel.so").string();
    const std::string messages = (folder / "messages").string();
    write_file(source, program.text);
    std::vector<std::string> arguments = {compiler()};
    arguments.insert(arguments.end(), flags().begin(), flags().end());
    arguments.insert(arguments.end(), {"-I" + folder.path(), "-I" LOCKSTEP_SIM_SOURCE, "-o", object, source});
    const int status = run(arguments, messages);
    program.log = read_file(messages);
    if (status < 0) program.log += "the compiler " + compiler() + " does not run\n";
    if (status != 0) return kCompilation;
    program.object = read_file(object);
    return program.object.empty() ? kInternal : kSuccess;
}

template <class Call>
Nvrtc::Result guarded(const Call& call) {
    try {
        return call();
    } catch (const std::bad_alloc&) {
        return kOutOfMemory;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "lockstep sim: %s\n", e.what());
        return kInternal;
    }
}

constexpr Nvrtc make() {
    Nvrtc n{};
    n.version = [](int* major, int* minor) -> Nvrtc::Result {
        *major = 13;
        *minor = 0;
        return kSuccess;
    };
    n.create_program = [](Nvrtc::Program* program, const char* text, const char* name, int count, const char* const* headers,
                          const char* const* names) {
        return guarded([&]() -> Nvrtc::Result {
            if (!program || !text || count < 0) return kInvalidInput;
            auto* const own = new Nvrtc::ProgramState{text, name ? name : "", {}, {}, {}};
            for (int i = 0; i < count; ++i) own->headers.emplace_back(names[i], headers[i]);
            *program = own;
            return kSuccess;
        });
    };
    n.destroy_program = [](Nvrtc::Program* program) -> Nvrtc::Result {
        if (!program || !*program) return kInvalidProgram;
        delete *program;
        *program = nullptr;
        return kSuccess;
    };
    n.compile_program = [](Nvrtc::Program program, int, const char* const*) {
        return guarded([&]() -> Nvrtc::Result { return program ? compile(*program) : kInvalidProgram; });
    };
    n.get_cubin_size = [](Nvrtc::Program program, size_t* bytes) -> Nvrtc::Result {
        *bytes = program->object.size();
        return kSuccess;
    };
    n.get_cubin = [](Nvrtc::Program program, char* cubin) -> Nvrtc::Result {
        std::memcpy(cubin, program->object.data(), program->object.size());
        return kSuccess;
    };
    n.get_program_log_size = [](Nvrtc::Program program, size_t* bytes) -> Nvrtc::Result {
        *bytes = program->log.size() + 1;
        return kSuccess;
    };
    n.get_program_log = [](Nvrtc::Program program, char* log) -> Nvrtc::Result {
        std::memcpy(log, program->log.c_str(), program->log.size() + 1);
        return kSuccess;
    };
    n.get_supported_arch_count = [](int* count) -> Nvrtc::Result {
        *count = 1;
        return kSuccess;
    };
    n.get_supported_archs = [](int* architectures) -> Nvrtc::Result {
        *architectures = kArchitecture;
        return kSuccess;
    };
    n.get_error_string = [](Nvrtc::Result result) {
        return result == kSuccess ? "success" : result == kCompilation ? "the host's compiler refused a kernel" : "error";
    };
    return n;
}

}  // namespace

const Nvrtc& nvrtc() {
    static constexpr Nvrtc functions = make();
    return functions;
}

const std::string& nvrtc_kind() {
    static const std::string kind = [] {
        std::string text = "sim " + compiler();
        for (const std::string& flag : flags()) text += " " + flag;
        for (const char* header : {"tests/sim/device.h", "tests/sim/machine.h"})
            text += "\n" + read_file(fs::path(LOCKSTEP_SIM_SOURCE) / header);
        return text;
    }();
    return kind;
}

std::string nvrtc_report() { return "the host's compiler, " + compiler(); }

}  // namespace lockstep::cuda
