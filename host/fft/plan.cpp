// Making plans: factors, stages, the split of a long row, Bluestein's tables. Costs are measured vector
// cycles per row of lanes. Must not know the caller's data or threads.
#include "host/fft/plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "host/fft/roots.h"

namespace lockstep::host::fft {
namespace {

constexpr int64_t largest_radix = 61;
constexpr int64_t longest_batch = 2048;
constexpr int64_t longest_own_twiddles = 4096;
// Rows of at least this size are written past the caches: 1.4 times as fast at 16 MiB, slower where they
// would have fitted.
constexpr int64_t past_cache_bytes = int64_t{8} << 20;

struct RadixCost {
    int64_t radix;
    double cost;
};
// Radices with a butterfly of their own, and what a pass costs per point.
constexpr std::array<RadixCost, 13> own_radices = {{{16, 23},
                                                    {13, 26},
                                                    {12, 20},
                                                    {11, 23},
                                                    {10, 20},
                                                    {9, 20},
                                                    {8, 16},
                                                    {7, 18},
                                                    {6, 17},
                                                    {5, 16},
                                                    {4, 13},
                                                    {3, 14},
                                                    {2, 10}}};

struct Stages {
    double cost;  // per point; infinite if the length has a prime factor above largest_radix
    std::vector<int64_t> radices;
};

// The cheapest product of radices, by trying each radix first and remembering the rest.
class Factoring {
  public:
    const Stages& of(int64_t n) {
        const auto found = known_.find(n);
        if (found != known_.end()) return found->second;
        Stages best{n == 1 ? 0 : std::numeric_limits<double>::infinity(), {}};
        for (const RadixCost& r : own_radices)
            if (n % r.radix == 0) consider(r.radix, r.cost, n, &best);
        for (int64_t p = 17; p <= largest_radix; p += 2)
            if (n % p == 0 && prime(p)) {
                const double half = static_cast<double>(p / 2);
                consider(p, 14 + (4 * half * (half + 3) + 8 * half) / static_cast<double>(p), n, &best);
            }
        return known_[n] = best;
    }

  private:
    static bool prime(int64_t p) {
        for (int64_t d = 3; d * d <= p; d += 2)
            if (p % d == 0) return false;
        return true;
    }
    void consider(int64_t radix, double cost, int64_t n, Stages* best) {
        const Stages& rest = of(n / radix);
        if (cost + rest.cost >= best->cost) return;
        best->cost = cost + rest.cost;
        best->radices = rest.radices;
        best->radices.insert(best->radices.begin(), radix);
    }
    std::map<int64_t, Stages> known_;
};

template <class T>
class Maker {
  public:
    explicit Maker(int64_t n) : plan_(std::make_shared<Plan<T>>()), lanes_(kernels<T>().lanes) {
        plan_->n = n;
    }

    std::shared_ptr<const Plan<T>> make() {
        const int64_t n = plan_->n;
        if (n == 1) return plan_;
        const Stages& whole = factoring_.of(n);
        if (n <= longest_batch && std::isfinite(whole.cost)) {
            plan_->has_batch = true;
            plan_->batch_cost = static_cast<double>(n) * (whole.cost + 40);
            plan_->batch = vertical(n);
        }
        int64_t n1 = 0, m = 0;
        double split = best_split(n, &n1);
        // Bluestein's takes two transforms of at least twice the length; a pass costs at least 5 per factor
        // of two.
        if (split > 4.0 * static_cast<double>(n / lanes_) * 5 * std::log2(static_cast<double>(n))) {
            const double bluestein = convolution_length(2 * n - 1, &m);
            if (bluestein < split) {
                split = bluestein;
                n1 = 0;
            }
        }
        // Measured against batches, which cost 1 unit per 1/7.5 ns: a row pays 60 ns for its calls (two and
        // more of them for Bluestein's), and 1.2 for less regular access.
        plan_->row_cost = 1.2 * split + (n1 != 0 ? 450 : 1500);
        if (n1 != 0)
            make_split(n1);
        else if (!plan_->has_batch || plan_->row_cost < plan_->batch_cost)
            make_bluestein(m);
        return plan_;
    }

  private:
    T* table(int64_t reals) {
        const int64_t bytes = reals * static_cast<int64_t>(sizeof(T));
        plan_->tables.push_back(std::make_unique_for_overwrite<T[]>(static_cast<size_t>(reals)));
        plan_->bytes += bytes;
        return plan_->tables.back().get();
    }

    // Cosines and sines for pass_generic: for j = 1, 5, 9, ... and k = 1 .. p/2, four cosines of 2 pi (j + i)
    // k / p, then four sines.
    const T* generic_trig(int64_t p) {
        const int64_t half = p / 2, groups = (half + 3) / 4;
        const Roots roots(p);
        T* const out = table(groups * half * 8);
        T* at = out;
        for (int64_t j = 1; j <= half; j += 4)
            for (int64_t k = 1; k <= half; ++k, at += 8)
                for (int64_t i = 0; i < 4; ++i) {
                    T root[2];
                    roots.store((j + i) * k % p, root);
                    at[i] = root[0];
                    at[4 + i] = -root[1];
                }
        return out;
    }

    Vertical<T> vertical(int64_t length) {
        Vertical<T> v{};
        v.length = length;
        int64_t s = 1;
        for (const int64_t radix : factoring_.of(length).radices) {
            Stage<T> st{radix, length / (s * radix), s, nullptr, nullptr};
            const Roots roots(radix * st.m);
            T* const w = table(2 * (radix - 1) * st.m);
            for (int64_t p = 0; p < st.m; ++p)
                for (int64_t k = 1; k < radix; ++k) roots.store(p * k, w + 2 * ((radix - 1) * p + k - 1));
            st.twiddle = w;
            if (radix > 16) st.trig = generic_trig(radix);
            v.stage[v.stages++] = st;
            s *= radix;
        }
        return v;
    }

    int64_t blocks(int64_t count) const { return (count + lanes_ - 1) / lanes_; }

    // Passes over rows that outgrow the caches are dearer: two scratch areas of `length` rows are in use.
    double vertical_cost(int64_t length) {
        const double stages = factoring_.of(length).cost;
        const int64_t bytes = length * lanes_ * 4 * static_cast<int64_t>(sizeof(T));
        return stages * (bytes <= 16 << 10 ? 1 : bytes <= 512 << 10 ? 1.25 : 2);
    }

    // The divisors of n; none if it has a prime factor above largest_radix.
    static std::vector<int64_t> divisors(int64_t n) {
        std::vector<int64_t> all = {1};
        for (int64_t p = 2; p <= largest_radix; ++p)
            for (size_t first = 0; n % p == 0; n /= p) {
                const size_t count =
                    all.size();  // those whose power of p is the highest so far start at `first`
                for (size_t i = first; i < count; ++i) all.push_back(all[i] * p);
                first = count;
            }
        return n == 1 ? all : std::vector<int64_t>();
    }

    // The cost of a row of n and the n1 it takes; infinite and 0 if n has no two factors that will do.
    double best_split(int64_t n, int64_t* n1) {
        double best = std::numeric_limits<double>::infinity();
        for (const int64_t d : divisors(n)) {
            const int64_t e = n / d;
            if (d == 1 || e == 1) continue;
            // One butterfly per block of columns stays in registers; blocks narrower than the lanes are
            // copied.
            const bool registers = d == lanes_ && e >= lanes_ && n <= longest_own_twiddles;
            const double first = registers ? 20 : vertical_cost(d) + 16 + (e < lanes_ ? 12 : 0);
            const double second = vertical_cost(e) + (d < lanes_ ? 12 : 0);
            const double cost =
                static_cast<double>(blocks(e) * d) * first + static_cast<double>(blocks(d) * e) * second;
            if (cost >= best) continue;
            best = cost;
            *n1 = d;
        }
        return best;
    }

    void make_split(int64_t n1) {
        const int64_t n = plan_->n, n2 = n / n1, padded = std::max(n1, lanes_);
        Split<T>& split = plan_->split;
        plan_->has_split = true;
        split.n1 = n1;
        split.n2 = n2;
        split.past_cache = n * 2 * static_cast<int64_t>(sizeof(T)) >= past_cache_bytes;
        if (n <= longest_own_twiddles) {
            split.lane_twiddle = lane_twiddles(n1, n2, padded, blocks(n2));
        } else {
            split.block_twiddle = block_twiddles(n1, n2, padded);
            split.lane_twiddle = lane_twiddles(n1, n2, padded, 1);
        }
        split.first = vertical(n1);
        split.second = vertical(n2);
    }

    int64_t first_column(int64_t block, int64_t n2) const {
        return n2 < lanes_ ? 0 : std::min(block * lanes_, n2 - lanes_);
    }

    // The table of lanes for the first `count` blocks.
    const T* lane_twiddles(int64_t n1, int64_t n2, int64_t padded, int64_t count) {
        const Roots roots(n1 * n2);
        T* const out = table(count * padded * 2 * lanes_);
        std::fill(out, out + count * padded * 2 * lanes_, T(0));
        for (int64_t b = 0; b < count; ++b)
            for (int64_t k = 0; k < n1; ++k)
                for (int64_t l = 0; l < lanes_; ++l) {
                    T root[2];
                    roots.store(k * (first_column(b, n2) + l) % (n1 * n2), root);
                    out[(b * padded + k) * 2 * lanes_ + l] = root[0];
                    out[((b * padded + k) * 2 + 1) * lanes_ + l] = root[1];
                }
        return out;
    }

    const T* block_twiddles(int64_t n1, int64_t n2, int64_t padded) {
        T* const out =
            table(blocks(n2) * padded * 2);  // before the roots: of all tables this may be too large
        const Roots roots(n1 * n2);
        for (int64_t b = 0; b < blocks(n2); ++b)
            for (int64_t k = 0; k < padded; ++k)
                roots.store(k * first_column(b, n2) % (n1 * n2), out + 2 * (b * padded + k));
        return out;
    }

    // Bluestein's cost with the cheapest convolution length of at least `least`, among the products of 2, 3,
    // 5 and one 7 up to the next power of two.
    double convolution_length(int64_t least, int64_t* m) {
        int64_t power = 64, ignored = 0;
        while (power < least) power *= 2;
        double best = std::numeric_limits<double>::infinity();
        for (const int64_t f7 : {1, 7})
            for (int64_t f5 = f7; f5 <= power; f5 *= 5)
                for (int64_t f3 = f5; f3 <= power; f3 *= 3) {
                    int64_t length = f3;
                    while (length < least) length *= 2;
                    if (length > power || length % (2 * lanes_) != 0) continue;
                    const double cost =
                        2 * best_split(length, &ignored) + 30 * static_cast<double>(length / lanes_);
                    if (cost >= best) continue;
                    best = cost;
                    *m = length;
                }
        return best;
    }

    void make_bluestein(int64_t m) {
        const int64_t n = plan_->n;
        plan_->convolution = plan<T>(m);
        const Roots roots(2 * n);
        T *const chirp = table(2 * n), *const response = table(2 * m);
        std::fill(response, response + 2 * m, T(0));
        for (int64_t j = 0, square = 0; j < n; ++j) {  // square = j^2 mod 2n
            roots.store(square, chirp + 2 * j);
            square = (square + 2 * j + 1) % (2 * n);
        }
        for (int64_t j = 0; j < n; ++j)
            for (const int64_t at : {j, (m - j) % m}) {
                response[2 * at] = chirp[2 * j];
                response[2 * at + 1] = -chirp[2 * j + 1];
            }
        const T scale = T(1) / static_cast<T>(m);
        run<T>(*plan_->convolution, {response, 0, response, 0, false, scale, scale}, 1);
        plan_->chirp = chirp;
        plan_->response = response;
        plan_->bytes += plan_->convolution->bytes;
    }

    std::shared_ptr<Plan<T>> plan_;
    int64_t lanes_;
    Factoring factoring_;
};

}  // namespace

template <class T>
std::shared_ptr<const Plan<T>> make_plan(int64_t n) {
    return Maker<T>(n).make();
}
template std::shared_ptr<const Plan<double>> make_plan(int64_t);
template std::shared_ptr<const Plan<float>> make_plan(int64_t);

}  // namespace lockstep::host::fft
