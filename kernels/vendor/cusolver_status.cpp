// The names of cuSOLVER's statuses, from cusolver_common.h of CUDA 13.
// Must not know calls.
#include "kernels/vendor/cusolver.h"

namespace lockstep::cuda {

const char* cusolver_status_name(Cusolver::Status status) {
    switch (status) {
        case 0: return "CUSOLVER_STATUS_SUCCESS";
        case 1: return "CUSOLVER_STATUS_NOT_INITIALIZED";
        case 2: return "CUSOLVER_STATUS_ALLOC_FAILED";
        case 3: return "CUSOLVER_STATUS_INVALID_VALUE";
        case 4: return "CUSOLVER_STATUS_ARCH_MISMATCH";
        case 5: return "CUSOLVER_STATUS_MAPPING_ERROR";
        case 6: return "CUSOLVER_STATUS_EXECUTION_FAILED";
        case 7: return "CUSOLVER_STATUS_INTERNAL_ERROR";
        case 8: return "CUSOLVER_STATUS_MATRIX_TYPE_NOT_SUPPORTED";
        case 9: return "CUSOLVER_STATUS_NOT_SUPPORTED";
        case 31: return "CUSOLVER_STATUS_INVALID_WORKSPACE";
        default: return "an unknown status";
    }
}

}  // namespace lockstep::cuda
