// cuFFT's plans, kept for the next transform of the same kind: making one costs 0.1 to 10 ms.
// Must not know tasks.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "kernels/vendor/cufft.h"

namespace lockstep::cuda {

inline constexpr size_t kFftPlansKept = 64;  // per process; beyond them the one used least recently goes

struct FftKey {
    int ordinal;
    Cufft::Type type;
    int64_t n, howmany;
    int64_t in_distance, out_distance;  // elements from row to row
    bool operator==(const FftKey&) const = default;
};

// A plan has no work area of its own: whoever runs it gives it one. To be locked for as long as stream and area are set.
struct FftPlan {
    std::mutex mutex;
    int ordinal = 0;
    Cufft::Plan plan = 0;
    bool made = false;
    size_t work_bytes = 0;
    FftPlan() = default;
    ~FftPlan();  // waits for the device: a transform may still be under way
    FftPlan(const FftPlan&) = delete;
    FftPlan& operator=(const FftPlan&) = delete;
};

// From the cache, else made. Any thread. Throws internal_error or out_of_memory with cuFFT's name of the status.
std::shared_ptr<FftPlan> fft_plan(const FftKey& key);

// Throws unless the status is success.
void check_fft(Cufft::Status status, const char* function, int64_t n, int64_t howmany);

}  // namespace lockstep::cuda
