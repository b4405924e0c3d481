// Permutations and samples: drawn one after the other, with the draws of a block made ahead of the swaps.
// Must not know arrays, nor devices.
#include "runtime/random/sequences.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include "runtime/scalar/random/bounded.h"

namespace lockstep::random {

namespace {

namespace draw = scalar::random;

// Fisher and Yates from the end. A block's partners are drawn without a branch on their acceptance, and fetched before the first swap:
// 10^6 numbers in a third of NumPy's time.
template <class G, class T>
void shuffle_all(G& g, int64_t n, T* x) {
    constexpr int64_t kBlock = 64;
    uint64_t partner[kBlock];
    for (int64_t i = n - 1; i > 0;) {
        const uint64_t mask = draw::mask_of_range(static_cast<uint64_t>(i));
        const int64_t want = std::min(kBlock, i - static_cast<int64_t>(mask >> 1));  // down to 2^k the mask stays the same
        for (int64_t got = 0; got < want;) {
            partner[got] = mask & (mask <= 0xffffffffu ? draw::next32(g) : draw::next64(g));
            got += partner[got] <= static_cast<uint64_t>(i - got);
        }
        for (int64_t k = 0; k < want; ++k) __builtin_prefetch(x + partner[k], 1);
        for (int64_t k = 0; k < want; ++k) std::swap(x[i - k], x[partner[k]]);
        i -= want;
    }
}

// With half the memory to jump about in.
template <class G>
void shuffle_narrow(G& g, int64_t n, int64_t* out) {
    const auto narrow = std::make_unique_for_overwrite<uint32_t[]>(static_cast<size_t>(n));
    for (int64_t i = 0; i < n; ++i) narrow[static_cast<size_t>(i)] = static_cast<uint32_t>(i);
    shuffle_all(g, n, narrow.get());
    for (int64_t i = 0; i < n; ++i) out[i] = narrow[static_cast<size_t>(i)];
}

// choice's own shuffle: by Lemire's numbers, of x[first] to the end.
template <class G>
void shuffle_tail(G& g, int64_t n, int64_t first, int64_t* x) {
    for (int64_t i = n - 1; i >= first; --i)
        std::swap(x[i], x[draw::bounded64<false>(g, 0, static_cast<uint64_t>(i))]);
}

// Floyd: of [0, j], for each j of the last `size` numbers of the population, one that is not yet there, else j itself.
template <class G>
void sample_by_floyd(G& g, int64_t population, int64_t size, int64_t* out) {
    constexpr uint64_t kFree = ~uint64_t{0};
    const uint64_t mask = draw::mask_of_range(static_cast<uint64_t>(size) + static_cast<uint64_t>(size) / 4 + 1);
    const auto places = std::make_unique_for_overwrite<uint64_t[]>(mask + 1);
    std::fill_n(places.get(), mask + 1, kFree);
    const auto insert = [&](uint64_t value) {
        uint64_t at = value & mask;
        while (places[at] != kFree && places[at] != value) at = (at + 1) & mask;
        const bool fresh = places[at] == kFree;
        places[at] = value;
        return fresh;
    };
    for (int64_t j = population - size; j < population; ++j) {
        uint64_t value = draw::bounded64<false>(g, 0, static_cast<uint64_t>(j));
        if (!insert(value)) insert(value = static_cast<uint64_t>(j));
        *out++ = static_cast<int64_t>(value);
    }
}

}  // namespace

void draw_permutation(BitState& state, int64_t n, int64_t* out) {
    constexpr int64_t kNarrowFrom = 1 << 14, kNarrowTo = int64_t{1} << 32;
    draw::draw_from(state, [&](auto& g) {
        if (n >= kNarrowFrom && n <= kNarrowTo) return shuffle_narrow(g, n, out);
        for (int64_t i = 0; i < n; ++i) out[i] = i;
        shuffle_all(g, n, out);
    });
}

void draw_sample(BitState& state, int64_t population, int64_t size, bool shuffle, int64_t* out) {
    draw::draw_from(state, [&](auto& g) {
        if (population > 10000 && size > population / (shuffle ? 50 : 20)) {  // NumPy's choice of the method
            const auto all = std::make_unique_for_overwrite<int64_t[]>(static_cast<size_t>(population));
            for (int64_t i = 0; i < population; ++i) all[static_cast<size_t>(i)] = i;
            shuffle_tail(g, population, std::max<int64_t>(population - size, 1), all.get());
            std::copy_n(all.get() + (population - size), size, out);
        } else {
            sample_by_floyd(g, population, size, out);
            if (shuffle) shuffle_tail(g, size, 1, out);
        }
    });
}

void distribution_function(std::span<const double> p, std::span<double> sums) {
    double sum = 0;
    for (size_t k = 0; k < p.size(); ++k) sums[k] = sum = k ? sum + p[k] : p[k];
    for (double& s : sums) s /= sum;
}

double compensated_sum(std::span<const double> x) {
    if (x.empty()) return 0;
    double sum = x[0], lost = 0;
    for (const double value : x.subspan(1)) {
        const double corrected = value - lost, next = sum + corrected;
        lost = (next - sum) - corrected;
        sum = next;
    }
    return sum;
}

// NumPy draws as many as are missing, drops what was drawn twice, and repeats with the probabilities of those found set to zero.
void draw_weighted_sample(BitState& state, std::span<double> p, std::span<int64_t> out) {
    const auto sums = std::make_unique_for_overwrite<double[]>(p.size());
    const auto seen = std::make_unique<bool[]>(p.size());
    const std::span<double> function(sums.get(), p.size());
    for (size_t found = 0; found < out.size();) {
        distribution_function(p, function);
        const size_t missing = out.size() - found;
        draw::draw_from(state, [&](auto& g) {
            for (size_t k = 0; k < missing; ++k) {
                const double u = draw::next_double(g);
                const size_t at = static_cast<size_t>(std::upper_bound(function.begin(), function.end(), u) - function.begin());
                if (at >= p.size() || seen[at]) continue;
                seen[at] = true;
                out[found++] = static_cast<int64_t>(at);
            }
        });
        for (size_t k = 0; k < found; ++k) p[static_cast<size_t>(out[k])] = 0;
    }
}

}  // namespace lockstep::random
