// A plan: how rows of one length are transformed, with every table that takes; and the cache of plans.
// Must not know the caller's data or threads.
#pragma once

#include <memory>
#include <vector>

#include "host/fft/kernels.h"

namespace lockstep::host::fft {

// How c2c rows of one length and precision are computed: `batch` takes a row per lane, `split` and `convolution`
// take a row at a time. A plan has one of the latter, or the first, or both; for n = 1 it has none.
template <class T>
struct Plan {
    int64_t n;
    int64_t bytes;  // what the tables take, those of `convolution` included

    bool has_batch, has_split;
    double batch_cost, row_cost;  // for one group of `lanes` rows; for one row by split or convolution
    Vertical<T> batch;
    Split<T> split;

    // Bluestein: multiply by the chirp exp(-i pi j^2 / n), convolve cyclically at length `convolution->n`,
    // multiply again.
    std::shared_ptr<const Plan> convolution;
    const T* chirp;     // [n]
    const T* response;  // the transform of the conjugate chirp at length convolution->n

    std::vector<std::unique_ptr<T[]>> tables;  // owns what the pointers above point to

    Plan() = default;
    Plan(const Plan&) = delete;
    Plan& operator=(const Plan&) = delete;
};

// The plan for complex rows of n, from the cache or made now.
template <class T>
std::shared_ptr<const Plan<T>> plan(int64_t n);

// exp(-2 pi i k / n) for k <= n / 4, for the real transforms of even n; cached alike.
template <class T>
std::shared_ptr<const std::vector<T>> real_roots(int64_t n);

// Tables kept by the caches, in bytes, and the bound at which the least recently used are dropped (per
// precision and kind).
inline constexpr int64_t plan_cache_bytes = int64_t{64} << 20;
inline constexpr int plan_cache_entries = 64;

// Computes `howmany` rows with a plan; `in == out` is allowed. In driver.cpp.
template <class T>
void run(const Plan<T>& plan, const Rows<T>& rows, int64_t howmany);

}  // namespace lockstep::host::fft
