// NVIDIA's libnvrtc, found and opened on first use.
// Must not know kernels.
#include "kernels/vendor/nvrtc.h"

#include <filesystem>

#include "kernels/vendor/search.h"

namespace lockstep::cuda {
namespace {

struct Opened {
    Library library, builtins;
    Nvrtc functions = {};
    bool complete =
        open_library(library, "libnvrtc.so.13", [this](const Library& candidate) { return bind(candidate); });

  private:
    std::string bind(const Library& from) {
        std::string missing;
        const auto get = [&]<class F>(F*& function, const char* name) {
            function = from.function<F>(name);
            if (!function) missing += (missing.empty() ? "lacks " : ", ") + std::string(name);
        };
        get(functions.version, "nvrtcVersion");
        get(functions.create_program, "nvrtcCreateProgram");
        get(functions.destroy_program, "nvrtcDestroyProgram");
        get(functions.compile_program, "nvrtcCompileProgram");
        get(functions.get_cubin_size, "nvrtcGetCUBINSize");
        get(functions.get_cubin, "nvrtcGetCUBIN");
        get(functions.get_program_log_size, "nvrtcGetProgramLogSize");
        get(functions.get_program_log, "nvrtcGetProgramLog");
        get(functions.get_supported_arch_count, "nvrtcGetNumSupportedArchs");
        get(functions.get_supported_archs, "nvrtcGetSupportedArchs");
        get(functions.get_error_string, "nvrtcGetErrorString");
        if (missing.empty()) open_builtins(from.path());
        return missing;
    }

    // NVRTC asks the loader for this one by its bare name when it first compiles. PyPI's package gives neither of the two a
    // search path, so it is opened here where it lies beside NVRTC; elsewhere the system's search finds it, or NVRTC says.
    void open_builtins(const std::string& nvrtc) {
        int major = 0, minor = 0;
        if (functions.version(&major, &minor) != 0) return;
        const std::filesystem::path beside = std::filesystem::path(nvrtc).parent_path() /
            ("libnvrtc-builtins.so." + std::to_string(major) + "." + std::to_string(minor));
        std::error_code error;
        if (std::filesystem::exists(beside, error)) builtins.open(beside);
    }
};

const Opened& opened() {
    static const Opened once;
    return once;
}

}  // namespace

const Nvrtc& nvrtc() {
    const Opened& found = opened();
    if (!found.complete) fail_missing("NVRTC, the compiler of kernels,", found.library);
    return found.functions;
}

const std::string& nvrtc_kind() {
    static const std::string kind = "nvrtc";
    return kind;
}

std::string nvrtc_report() {
    const Opened& found = opened();
    std::string name = "NVRTC";
    int major = 0, minor = 0;
    if (found.complete && found.functions.version(&major, &minor) == 0)
        name += " " + std::to_string(major) + "." + std::to_string(minor);
    return library_report(name, found.library);
}

}  // namespace lockstep::cuda
