// NVIDIA's libcufft, found and opened on first use.
// Must not know tasks.
#include <atomic>

#include "kernels/vendor/cufft.h"
#include "kernels/vendor/search.h"

namespace lockstep::cuda {
namespace {

constexpr const char* kFile = "libcufft.so.12";
std::atomic<bool> asked_for{false};

struct Opened {
    Library library;
    Cufft functions = {};
    bool complete = open_library(library, kFile, [this](const Library& candidate) { return bind(candidate); });

  private:
    std::string bind(const Library& from) {
        std::string missing;
        const auto get = [&]<class F>(F*& function, const char* name) {
            function = from.function<F>(name);
            if (!function) missing += (missing.empty() ? "lacks " : ", ") + std::string(name);
        };
        get(functions.create, "cufftCreate");
        get(functions.destroy, "cufftDestroy");
        get(functions.get_version, "cufftGetVersion");
        get(functions.set_auto_allocation, "cufftSetAutoAllocation");
        get(functions.make_plan, "cufftMakePlanMany64");
        get(functions.set_stream, "cufftSetStream");
        get(functions.set_work_area, "cufftSetWorkArea");
        get(functions.execute_c2c[0], "cufftExecC2C");
        get(functions.execute_c2c[1], "cufftExecZ2Z");
        get(functions.execute_r2c[0], "cufftExecR2C");
        get(functions.execute_r2c[1], "cufftExecD2Z");
        get(functions.execute_c2r[0], "cufftExecC2R");
        get(functions.execute_c2r[1], "cufftExecZ2D");
        return missing;
    }
};

const Opened& opened() {
    static const Opened once;
    asked_for = true;
    return once;
}

}  // namespace

const Cufft& cufft() {
    const Opened& found = opened();
    if (!found.complete) fail_missing("cuFFT, which computes Fourier transforms,", found.library);
    return found.functions;
}

std::string cufft_report() {
    if (asked_for) return library_report("cuFFT", opened().library);
    return "cuFFT: not needed yet; " + library_candidates(kFile).front() + " will be tried first\n";
}

}  // namespace lockstep::cuda
