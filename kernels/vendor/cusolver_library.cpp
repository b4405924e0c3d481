// NVIDIA's libcusolver, found and opened on first use.
// Must not know tasks.
#include <atomic>

#include "kernels/vendor/cusolver.h"
#include "kernels/vendor/search.h"

namespace lockstep::cuda {
namespace {

constexpr const char* kFile = "libcusolver.so.12";
std::atomic<bool> asked_for{false};

struct Opened {
    Library library;
    Cusolver functions = {};
    bool complete = open_library(library, kFile, [this](const Library& candidate) { return bind(candidate); });

  private:
    std::string bind(const Library& from) {
        std::string missing;
        const auto get = [&]<class F>(F*& function, const std::string& name) {
            function = from.function<F>(("cusolverDn" + name).c_str());
            if (!function) missing += (missing.empty() ? "lacks cusolverDn" : ", cusolverDn") + name;
        };
        Cusolver& f = functions;
        get(f.create, "Create");
        get(f.destroy, "Destroy");
        get(f.set_stream, "SetStream");
        get(f.create_parameters, "CreateParams");
        get(f.create_jacobi, "CreateGesvdjInfo");
        get(f.getrf_bytes, "Xgetrf_bufferSize");
        get(f.getrf, "Xgetrf");
        get(f.getrs, "Xgetrs");
        get(f.potrf_bytes, "Xpotrf_bufferSize");
        get(f.potrf, "Xpotrf");
        get(f.geqrf_bytes, "Xgeqrf_bufferSize");
        get(f.geqrf, "Xgeqrf");
        get(f.gesvd_bytes, "Xgesvd_bufferSize");
        get(f.gesvd, "Xgesvd");
        get(f.syevd_bytes, "Xsyevd_bufferSize");
        get(f.syevd, "Xsyevd");
        get(f.syev_batched_bytes, "XsyevBatched_bufferSize");
        get(f.syev_batched, "XsyevBatched");
        get(f.geev_bytes, "Xgeev_bufferSize");
        get(f.geev, "Xgeev");
        for (int complex = 0; complex < 2; ++complex) {
            const std::string letter = complex ? "Z" : "D", unitary = complex ? "Zun" : "Dor";
            get(f.orgqr_elements[complex], unitary + "gqr_bufferSize");
            get(f.orgqr[complex], unitary + "gqr");
            get(f.ormqr_elements[complex], unitary + "mqr_bufferSize");
            get(f.ormqr[complex], unitary + "mqr");
            get(f.potrf_batched[complex], letter + "potrfBatched");
            get(f.gesvdj_batched_elements[complex], letter + "gesvdjBatched_bufferSize");
            get(f.gesvdj_batched[complex], letter + "gesvdjBatched");
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

const Cusolver& cusolver() {
    const Opened& found = opened();
    if (!found.complete) fail_missing("cuSOLVER, which factors matrices,", found.library);
    return found.functions;
}

std::string cusolver_report() {
    if (asked_for) return library_report("cuSOLVER", opened().library);
    return "cuSOLVER: not needed yet; " + library_candidates(kFile).front() + " will be tried first\n";
}

}  // namespace lockstep::cuda
