// What folds on the device: partial results of a monoid, how they join, and how lanes of a warp exchange them.
// Must not know layouts or programs. Freestanding.
#pragma once

#include "kernels/device/kernel.h"
#include "kernels/device/reduce_unroll.h"
#include "runtime/scalar/apply.h"

namespace lockstep::device::reduction {

template <class T>
inline constexpr bool is_half = scalar::is_half<T>;

// Halves are carried in float: exact for extrema, and the contract's order for sums.
template <class T, bool half = is_half<T>>
struct Carried {
    using type = T;
    LS_DEVICE T lift(T x) { return x; }
    LS_DEVICE T lower(T x) { return x; }
};
template <class T>
struct Carried<T, true> {
    using type = float;
    LS_DEVICE float lift(T x) { return scalar::to_float(x); }
    LS_DEVICE T lower(float x) { return scalar::round_to<T>(x); }
};

template <Monoid m, class T>
struct Folding {
    using Carry = Carried<T>;
    using Partial = typename Carry::type;
    using Result = T;
    static constexpr Op op = operation_of(m);
    static constexpr bool commutes = !(m == Monoid::multiply && scalar::is_complex<T>);  // in every bit but a NaN's

    LS_DEVICE Partial lift(T x, int64_t) { return Carry::lift(x); }
    LS_DEVICE Partial join(Partial a, Partial b) { return scalar::apply<op>(a, b); }
    // The accumulator is kept in the result's type: halves round here.
    LS_DEVICE T combine(T accumulator, Partial p) { return Carry::lower(join(Carry::lift(accumulator), p)); }
    // What a run without elements folds to: NumPy starts sums of fewer than eight at -0.
    LS_DEVICE Partial empty_run() {
        if constexpr (scalar::is_complex<T>) {
            if constexpr (m == Monoid::add) return {-0.0f, -0.0f};
            else return {1, 0};
        } else if constexpr (m == Monoid::add) return Partial(-0.0);
        else return Partial(1);
    }
    // What changes nothing, for monoids whose order does not matter: extrema may start from the initial value everywhere.
    LS_DEVICE Partial nothing(T initial) {
        if constexpr (is_extremum(m)) return Carry::lift(initial);
        else return Partial(identity_number(m));
    }
    LS_DEVICE Result finish(T initial, Partial p) { return combine(initial, p); }
};

// argmax and argmin: the first position of the extremum; the first NaN beats all.
template <Monoid m, class T>
struct ArgFolding {
    using Carry = Carried<T>;
    using Result = int64_t;
    struct Partial {
        typename Carry::type value;
        int64_t position;  // below 0: none yet
    };
    static constexpr Op before = m == Monoid::argmax ? Op::greater : Op::less;
    static constexpr bool commutes = true;

    LS_DEVICE Partial lift(T x, int64_t position) { return {Carry::lift(x), position}; }
    template <class V>
    LS_DEVICE bool beats(V x, V best) {
        return (scalar::apply<before>(x, best) | scalar::isnan(x)) & !scalar::isnan(best);
    }
    LS_DEVICE Partial join(Partial a, Partial b) {
        const bool earlier = b.position < a.position && !beats(a.value, b.value);
        const bool take = b.position >= 0 && (a.position < 0 || beats(b.value, a.value) || earlier);
        return take ? b : a;
    }
    LS_DEVICE Partial nothing(T) { return {{}, -1}; }
    LS_DEVICE Result finish(T, Partial p) { return p.position; }
};

template <Monoid m, class T>
struct FoldingOf {
    using type = Folding<m, T>;
};
template <class T>
struct FoldingOf<Monoid::argmax, T> {
    using type = ArgFolding<Monoid::argmax, T>;
};
template <class T>
struct FoldingOf<Monoid::argmin, T> {
    using type = ArgFolding<Monoid::argmin, T>;
};

inline constexpr unsigned kAllLanes = 0xffffffffu;

template <int n>
struct Words {
    unsigned word[n];
};

// shuffle(word) applied to the bits of x.
template <class T, class Shuffle>
LS_DEVICE T shuffled(T x, Shuffle shuffle) {
    if constexpr (scalar::is_same<T, bool>) return shuffle(static_cast<unsigned>(x)) != 0;
    else if constexpr (sizeof(T) < 4) return static_cast<T>(shuffle(static_cast<unsigned>(x)));
    else {
        auto words = scalar::bit_cast<Words<sizeof(T) / 4>>(x);
        for (unsigned k = 0; k < sizeof(T) / 4; ++k) words.word[k] = shuffle(words.word[k]);
        return scalar::bit_cast<T>(words);
    }
}

template <class T>
LS_DEVICE T from_lane_across(T x, int distance) {
    return shuffled(x, [=](unsigned w) { return __shfl_xor_sync(kAllLanes, w, distance); });
}
template <class T>
LS_DEVICE T from_lane(T x, int lane) {
    return shuffled(x, [=](unsigned w) { return __shfl_sync(kAllLanes, w, lane); });
}

LS_DEVICE int lane_of_warp() { return static_cast<int>(threadIdx.x) & 31; }
LS_DEVICE int warp_of_block() { return static_cast<int>(threadIdx.x) >> 5; }

// The partials of lanes `distance` apart (a power of two), the lower lane's first; the lower's alone where they are no pair. In
// both lanes.
template <class F>
LS_DEVICE typename F::Partial joined_across(typename F::Partial v, int distance, bool paired = true) {
    const typename F::Partial other = from_lane_across(v, distance);
    const bool upper = lane_of_warp() & distance;
    if (!paired) return upper ? other : v;
    if constexpr (F::commutes) return F::join(v, other);
    else return upper ? F::join(other, v) : F::join(v, other);
}

// The last block to arrive of those that count at `counter`, which is 0 before and afterwards. What the blocks wrote before is
// visible to it. Every thread of the block must call.
LS_DEVICE bool is_last_block(unsigned* counter, unsigned blocks) {
    __shared__ bool last;
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0) {
        last = atomicAdd(counter, 1u) == blocks - 1;
        if (last) *counter = 0;
    }
    __syncthreads();
    if (last) __threadfence();
    return last;
}

}  // namespace lockstep::device::reduction
