// The cache of cuFFT's plans: the least recently used one goes.
// Must not know tasks.
#include "kernels/fft_plans.h"

#include <list>

#include "kernels/memory.h"

namespace lockstep::cuda {
namespace {

struct Entry {
    FftKey key;
    std::shared_ptr<FftPlan> plan;
};
struct Cache {
    std::mutex mutex;
    std::list<Entry> entries;  // the one used last in front
};

Cache& cache() {
    static Cache& kept = *new Cache;  // plans must not outlive the driver, which may be gone when the process ends
    return kept;
}

void destroy(FftPlan& p) {
    if (p.made) cufft().destroy(p.plan);
    p.made = false;
}

// A handle whose plan could not be made is of no further use, so each try takes a fresh one.
Cufft::Status make(FftPlan& p, const FftKey& key) {
    const Cufft& fft = cufft();
    destroy(p);
    if (const Cufft::Status status = fft.create(&p.plan)) return status;
    p.made = true;
    if (const Cufft::Status status = fft.set_auto_allocation(p.plan, 0)) return status;
    const bool real_in = key.type == Cufft::Type::r2c_float32 || key.type == Cufft::Type::r2c_float64;
    const bool real_out = key.type == Cufft::Type::c2r_float32 || key.type == Cufft::Type::c2r_float64;
    const int64_t half = key.n / 2 + 1;
    long long n = key.n, in_points = real_out ? half : key.n, out_points = real_in ? half : key.n;
    const bool packed = key.howmany == 1 || (key.in_distance == in_points && key.out_distance == out_points);
    return fft.make_plan(p.plan, 1, &n, packed ? nullptr : &in_points, 1, packed ? in_points : key.in_distance,
                         packed ? nullptr : &out_points, 1, packed ? out_points : key.out_distance, key.type, key.howmany,
                         &p.work_bytes);
}

std::shared_ptr<FftPlan> make(const FftKey& key) {
    const DeviceScope scope(key.ordinal);
    const auto plan = std::make_shared<FftPlan>();
    plan->ordinal = key.ordinal;
    const Cufft::Status status = with_retry(
        key.ordinal, [&] { return make(*plan, key); }, [](Cufft::Status s) { return s == Cufft::kAllocationFailed; });
    check_fft(status, "cufftMakePlanMany64", key.n, key.howmany);
    return plan;
}

}  // namespace

FftPlan::~FftPlan() {
    if (!made) return;
    try {
        const DeviceScope scope(ordinal);
        cudaDeviceSynchronize();
        destroy(*this);
    } catch (...) {  // the device is gone, and the plan with it
    }
}

void check_fft(Cufft::Status status, const char* function, int64_t n, int64_t howmany) {
    if (status == 0) return;
    fail(status == Cufft::kAllocationFailed ? Status::out_of_memory : Status::internal_error,
         "%s: %s (%lld transforms of %lld points)", function, cufft_status_name(status), static_cast<long long>(howmany),
         static_cast<long long>(n));
}

std::shared_ptr<FftPlan> fft_plan(const FftKey& key) {
    Cache& c = cache();
    std::shared_ptr<FftPlan> dropped;  // destroyed after the lock is given back
    const std::lock_guard lock(c.mutex);
    for (auto e = c.entries.begin(); e != c.entries.end(); ++e)
        if (e->key == key) {
            c.entries.splice(c.entries.begin(), c.entries, e);
            return e->plan;
        }
    c.entries.push_front({key, make(key)});
    if (c.entries.size() > kFftPlansKept) {
        dropped = std::move(c.entries.back().plan);
        c.entries.pop_back();
    }
    return c.entries.front().plan;
}

}  // namespace lockstep::cuda
