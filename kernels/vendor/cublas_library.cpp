// NVIDIA's libcublas, found and opened on first use.
// Must not know tasks.
#include <atomic>

#include "kernels/vendor/cublas.h"
#include "kernels/vendor/search.h"

namespace lockstep::cuda {
namespace {

constexpr const char* kFile = "libcublas.so.13";
std::atomic<bool> asked_for{false};

struct Opened {
    Library library;
    Cublas functions = {};
    bool complete = open_library(library, kFile, [this](const Library& candidate) { return bind(candidate); });

  private:
    std::string bind(const Library& from) {
        std::string missing;
        const auto get = [&]<class F>(F*& function, const char* name) {
            function = from.function<F>(name);
            if (!function) missing += (missing.empty() ? "lacks " : ", ") + std::string(name);
        };
        get(functions.create, "cublasCreate_v2");
        get(functions.destroy, "cublasDestroy_v2");
        get(functions.get_version, "cublasGetVersion_v2");
        get(functions.set_stream, "cublasSetStream_v2");
        get(functions.set_workspace, "cublasSetWorkspace_v2");
        get(functions.set_math_mode, "cublasSetMathMode");
        get(functions.set_pointer_mode, "cublasSetPointerMode_v2");
        get(functions.status_name, "cublasGetStatusName");
        get(functions.gemm, "cublasGemmEx_64");
        get(functions.gemm_strided_batched, "cublasGemmStridedBatchedEx_64");
        get(functions.dot, "cublasDotEx_64");
        // named by the letters of A, x and y where they are halves: HSH takes float16, sums in float32, gives float16
        constexpr const char* letters[] = {"S", "D", "C", "Z", "HSH", "TST"};
        for (int i = 0; i < 6; ++i)
            get(functions.gemv_strided_batched[i], ("cublas" + std::string(letters[i]) + "gemvStridedBatched_64").c_str());
        for (int complex = 0; complex < 2; ++complex) {
            const std::string prefix = complex ? "cublasZ" : "cublasD";
            get(functions.getrf_batched[complex], (prefix + "getrfBatched").c_str());
            get(functions.getrs_batched[complex], (prefix + "getrsBatched").c_str());
            get(functions.geqrf_batched[complex], (prefix + "geqrfBatched").c_str());
        }
        return missing;
    }
};

const Opened& opened() {
    static const Opened once;
    asked_for = true;
    return once;
}

}  // namespace

const Cublas& cublas() {
    const Opened& found = opened();
    if (!found.complete) fail_missing("cuBLAS, which multiplies matrices of floats,", found.library);
    return found.functions;
}

std::string cublas_report() {
    if (asked_for) return library_report("cuBLAS", opened().library);
    return "cuBLAS: not needed yet; " + library_candidates(kFile).front() + " will be tried first\n";
}

}  // namespace lockstep::cuda
