// The host's compiler in NVRTC's place: a kernel's text becomes a shared object, which api_library.cpp loads.
// Must not know kernels, nor how the compiler is run (host_compiler.cpp).
#include "kernels/vendor/nvrtc.h"

#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/host_compiler.h"

namespace lockstep::cuda {

struct Nvrtc::ProgramState {
    std::string text, name, log, object;
    std::vector<std::pair<std::string, std::string>> headers;  // name, text
};

namespace {

enum : Nvrtc::Result {
    kSuccess = 0,
    kOutOfMemory = 1,
    kInvalidInput = 3,
    kInvalidProgram = 4,
    kCompilation = 6,
    kInternal = 11
};

constexpr int kArchitecture = 90;

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
    n.create_program = [](Nvrtc::Program* program, const char* text, const char* name, int count,
                          const char* const* headers, const char* const* names) {
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
        return guarded([&]() -> Nvrtc::Result {
            if (!program) return kInvalidProgram;
            sim::Compiled compiled = sim::compile_for_host(program->text, program->headers);
            program->log = std::move(compiled.log);
            program->object = std::move(compiled.object);
            return program->object.empty() ? kCompilation : kSuccess;
        });
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
        return result == kSuccess       ? "success"
               : result == kCompilation ? "the host's compiler refused a kernel"
                                        : "error";
    };
    return n;
}

}  // namespace

const Nvrtc& nvrtc() {
    static constexpr Nvrtc functions = make();
    return functions;
}

const std::string& nvrtc_kind() { return sim::host_compiler_kind(); }

std::string nvrtc_report() { return "the host's compiler, " + sim::host_compiler(); }

}  // namespace lockstep::cuda
