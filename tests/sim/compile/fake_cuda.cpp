// The made-up compiler and CUDA library.
// Must not know what is tested.
#include "tests/sim/compile/fake_cuda.h"

#include <stdlib.h>

#include <chrono>
#include <cstring>
#include <list>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "kernels/vendor/nvrtc.h"
#include "runtime/array/error.h"

namespace fs = std::filesystem;

namespace fake {

Counts& counts() {
    static Counts all;
    return all;
}
std::atomic<int> compile_time{0};
std::atomic<bool> has_compiler{true};

lockstep::cuda::KernelSource source(int number, const std::string& extra) {
    return {"#include \"kernels/device/kernel.h\"\n",
            "// " + extra + "\nLS_KERNEL($, 256, int) { /* " + std::to_string(number) + " */ }\n"};
}

std::string code(const std::string& names) { return "FAKE " + names; }

std::string name_of(lockstep::cuda::Kernel kernel) {
    return *reinterpret_cast<const std::string*>(kernel.handle);
}

Folder::Folder() {
    std::string pattern = (fs::temp_directory_path() / "lockstep-test-XXXXXX").string();
    if (!mkdtemp(pattern.data()))
        lockstep::fail(lockstep::Status::os_error, "no temporary folder %s", pattern.c_str());
    path = pattern;
}

Folder::~Folder() {
    std::error_code ignored;
    fs::permissions(path, fs::perms::owner_all, ignored);
    fs::remove_all(path, ignored);
}

}  // namespace fake

namespace lockstep::cuda {

struct Nvrtc::ProgramState {
    std::string text, code, log;
};

namespace {

Nvrtc::Result create(Nvrtc::Program* program, const char* text, const char*, int, const char* const*,
                     const char* const*) {
    *program = new Nvrtc::ProgramState{text, "", ""};
    return 0;
}
Nvrtc::Result destroy(Nvrtc::Program* program) {
    delete *program;
    *program = nullptr;
    return 0;
}
Nvrtc::Result compile_text(Nvrtc::Program program, int, const char* const*) {
    ++fake::counts().compiled;
    std::this_thread::sleep_for(std::chrono::milliseconds(fake::compile_time));
    if (program->text.find("wrong") != std::string::npos) {
        program->log = "line 1 is wrong\nand so is line 2\n";
        return 6;
    }
    std::string names;
    for (size_t at = 0; (at = program->text.find("LS_KERNEL(", at)) != std::string::npos;) {
        at += std::strlen("LS_KERNEL(");
        names += program->text.substr(at, program->text.find(',', at) - at) + " ";
    }
    program->code = fake::code(names);
    return 0;
}

constexpr int kArchitectures[] = {75, 80, 90, 100};

}  // namespace

const Nvrtc& nvrtc() {
    static const Nvrtc table = {
        .version = [](int* major, int* minor) { return *major = 13, *minor = 0, 0; },
        .create_program = create,
        .destroy_program = destroy,
        .compile_program = compile_text,
        .get_cubin_size = [](Nvrtc::Program p, size_t* bytes) { return *bytes = p->code.size(), 0; },
        .get_cubin = [](Nvrtc::Program p,
                        char* to) { return std::memcpy(to, p->code.data(), p->code.size()), 0; },
        .get_program_log_size = [](Nvrtc::Program p, size_t* bytes) { return *bytes = p->log.size() + 1, 0; },
        .get_program_log = [](Nvrtc::Program p,
                              char* to) { return std::memcpy(to, p->log.c_str(), p->log.size() + 1), 0; },
        .get_supported_arch_count = [](int* count) { return *count = 4, 0; },
        .get_supported_archs =
            [](int* to) { return std::memcpy(to, kArchitectures, sizeof kArchitectures), 0; },
        .get_error_string = [](Nvrtc::Result) { return "an error"; },
    };
    if (!fake::has_compiler) fail(Status::library_missing, "no compiler");
    return table;
}

const std::string& nvrtc_kind() {
    static const std::string kind = "fake";
    return kind;
}

std::string nvrtc_report() { return "fake"; }

void check(cudaError_t error, const char* what) {
    if (error != cudaSuccess) fail(Status::internal_error, "%s: %d", what, static_cast<int>(error));
}

}  // namespace lockstep::cuda

namespace {
std::mutex mutex;
std::list<std::string> libraries;  // handles are addresses in these two
std::set<std::string> names;
}  // namespace

extern "C" {

cudaError_t cudaLibraryLoadData(cudaLibrary_t* library, const void* code, cudaJitOption*, void**, unsigned,
                                cudaLibraryOption*, void**, unsigned) {
    const char* const text = static_cast<const char*>(code);
    if (std::strncmp(text, "FAKE ", 5) != 0) return cudaErrorInvalidKernelImage;
    ++fake::counts().loaded;
    const std::lock_guard lock(mutex);
    *library = reinterpret_cast<cudaLibrary_t>(&libraries.emplace_back(text + 5));
    return cudaSuccess;
}

cudaError_t cudaLibraryUnload(cudaLibrary_t library) {
    const std::lock_guard lock(mutex);
    libraries.remove_if([&](const std::string& one) {
        return reinterpret_cast<cudaLibrary_t>(const_cast<std::string*>(&one)) == library;
    });
    return cudaSuccess;
}

cudaError_t cudaLibraryGetKernel(cudaKernel_t* kernel, cudaLibrary_t library, const char* name) {
    if (reinterpret_cast<const std::string*>(library)->find(std::string(name) + " ") == std::string::npos)
        return cudaErrorSymbolNotFound;
    const std::lock_guard lock(mutex);
    *kernel = reinterpret_cast<cudaKernel_t>(const_cast<std::string*>(&*names.insert(name).first));
    return cudaSuccess;
}

cudaError_t cudaGetLastError() { return cudaSuccess; }
}
