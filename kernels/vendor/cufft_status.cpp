// The names of cuFFT's statuses, from cufft.h of CUDA 13.
// Must not know calls.
#include "kernels/vendor/cufft.h"

namespace lockstep::cuda {

const char* cufft_status_name(Cufft::Status status) {
    switch (status) {
        case 0x0: return "CUFFT_SUCCESS";
        case 0x1: return "CUFFT_INVALID_PLAN";
        case 0x2: return "CUFFT_ALLOC_FAILED";
        case 0x3: return "CUFFT_INVALID_TYPE";
        case 0x4: return "CUFFT_INVALID_VALUE";
        case 0x5: return "CUFFT_INTERNAL_ERROR";
        case 0x6: return "CUFFT_EXEC_FAILED";
        case 0x7: return "CUFFT_SETUP_FAILED";
        case 0x8: return "CUFFT_INVALID_SIZE";
        case 0x9: return "CUFFT_UNALIGNED_DATA";
        case 0xB: return "CUFFT_INVALID_DEVICE";
        case 0xD: return "CUFFT_NO_WORKSPACE";
        case 0xE: return "CUFFT_NOT_IMPLEMENTED";
        case 0x10: return "CUFFT_NOT_SUPPORTED";
        case 0x11: return "CUFFT_MISSING_DEPENDENCY";
        case 0x12: return "CUFFT_NVRTC_FAILURE";
        case 0x13: return "CUFFT_NVJITLINK_FAILURE";
        case 0x14: return "CUFFT_NVSHMEM_FAILURE";
        default: return "an unknown status";
    }
}

}  // namespace lockstep::cuda
