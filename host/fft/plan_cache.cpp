// The cache of plans: bounded, least recently used first out, safe for threads.
// Must not know what a plan holds beyond its size.
#include <list>
#include <mutex>

#include "host/fft/plan.h"
#include "host/fft/roots.h"

namespace lockstep::host::fft {

template <class T>
std::shared_ptr<const Plan<T>> make_plan(int64_t n);

namespace {

template <class Value>
class Cache {
  public:
    // The value for n; `make(n)` is called without the lock, so that slow plans do not hold up others' quick
    // ones.
    template <class Make, class Size>
    std::shared_ptr<const Value> get(int64_t n, const Make& make, const Size& size) {
        if (auto known = find(n)) return known;
        std::shared_ptr<const Value> made = make(n);
        const std::lock_guard lock(mutex_);
        for (const Entry& e : entries_)
            if (e.n == n) return e.value;
        entries_.push_front({n, size(*made), made});
        bytes_ += entries_.front().bytes;
        while (entries_.size() > 1 &&
               (bytes_ > plan_cache_bytes || entries_.size() > static_cast<size_t>(plan_cache_entries))) {
            bytes_ -= entries_.back().bytes;
            entries_.pop_back();
        }
        return made;
    }

  private:
    struct Entry {
        int64_t n, bytes;
        std::shared_ptr<const Value> value;
    };
    std::shared_ptr<const Value> find(int64_t n) {
        const std::lock_guard lock(mutex_);
        for (auto e = entries_.begin(); e != entries_.end(); ++e)
            if (e->n == n) {
                entries_.splice(entries_.begin(), entries_, e);
                return e->value;
            }
        return nullptr;
    }
    std::mutex mutex_;
    std::list<Entry> entries_;
    int64_t bytes_ = 0;
};

template <class T>
std::shared_ptr<const std::vector<T>> make_real_roots(int64_t n) {
    const Roots roots(n);
    auto w = std::make_shared<std::vector<T>>(static_cast<size_t>(2 * (n / 4 + 1)));
    for (int64_t k = 0; k <= n / 4; ++k) roots.store(k, w->data() + 2 * k);
    return w;
}

}  // namespace

template <class T>
std::shared_ptr<const Plan<T>> plan(int64_t n) {
    static Cache<Plan<T>> cache;
    return cache.get(n, make_plan<T>, [](const Plan<T>& p) { return p.bytes; });
}
template std::shared_ptr<const Plan<double>> plan(int64_t);
template std::shared_ptr<const Plan<float>> plan(int64_t);

template <class T>
std::shared_ptr<const std::vector<T>> real_roots(int64_t n) {
    static Cache<std::vector<T>> cache;
    return cache.get(n, make_real_roots<T>,
                     [](const std::vector<T>& w) { return static_cast<int64_t>(w.size() * sizeof(T)); });
}
template std::shared_ptr<const std::vector<double>> real_roots(int64_t);
template std::shared_ptr<const std::vector<float>> real_roots(int64_t);

}  // namespace lockstep::host::fft
