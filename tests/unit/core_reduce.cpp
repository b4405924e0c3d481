// Reductions on the CPU against the stated order, bit for bit: layouts, axes, sizes at the borders of leaves,
// tiles and chunks, masks, casts, thread counts. Must not know NumPy's functions.
#include <gtest/gtest.h>

#include <cmath>
#include <deque>

#include "runtime/array/error.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/reduce_order.h"
#include "runtime/numpy/reduce.h"
#include "tests/unit/core_layouts.h"
#include "tests/unit/reduce_order_reference.h"

namespace lockstep {
namespace {

using layouts::kLayouts;
using layouts::Layout;
using layouts::Placed;
using layouts::Threads;

std::vector<int64_t> axes_of(uint64_t set) {
    std::vector<int64_t> axes;
    for (int i = 0; i < kMaxDims; ++i)
        if (set >> i & 1) axes.push_back(i);
    return axes;
}

// A keepdims result of the given type.
Array wide_result(const Array& a, uint64_t reduced, DType type) {
    Dims shape = a.shape;
    for (const int64_t i : axes_of(reduced)) shape[static_cast<int>(i)] = 1;
    return empty_array(type, shape, cpu_device());
}

void run(const Program& p, const std::vector<const Array*>& inputs, uint64_t reduced, const Array& out,
         const Scalar* initial, const Array* where = nullptr, bool cast = false) {
    verify(p);
    const auto axes = axes_of(reduced);
    Reduction r{axes, &out};
    r.where = where;
    r.initial = initial;
    r.cast = cast;
    run_reduce(p, inputs, r, cpu_device());
}

// The sum of `a` by reduce_order.h's rule, taken in type To.
template <class From, class To>
std::vector<char> expected_sum(const Placed& a, uint64_t reduced, const Array& out, To initial,
                               const Placed* mask, bool cast) {
    const int ndim = a.array.ndim();
    std::vector<int64_t> out_strides, mask_strides;
    for (int i = 0; i < ndim; ++i) {
        out_strides.push_back(reduced >> i & 1 ? 0 : out.strides[i]);
        if (mask) mask_strides.push_back(mask->array.strides[i]);
    }
    const ReduceOrder order = reduce_order(a.array.shape, a.array.strides, out_strides, mask_strides, cast);
    std::vector<char> result(static_cast<size_t>(out.nbytes()));
    for (int64_t i = 0; i < out.size(); ++i)
        std::memcpy(result.data() + i * out.itemsize(), &initial, sizeof initial);
    lockstep::testing::reference_reduce<From, To>(order, a.array.data, result.data(),
                                                  mask ? mask->array.data : nullptr);
    return result;
}

// Values whose sums round differently in every order.
double rough(std::mt19937& random) {
    return std::ldexp((static_cast<double>(random() % 1000) - 499.5) / 3, static_cast<int>(random() % 12));
}

struct SumCase {
    Layout layout;
    Dims shape;
    uint64_t reduced;
};

std::ostream& operator<<(std::ostream& s, const SumCase& c) {
    return s << shape_text(c.shape) << ", layout " << static_cast<int>(c.layout) << ", axes " << c.reduced;
}

template <class From, class To>
void check_sum(const SumCase& c, std::mt19937& random, const Placed* mask = nullptr) {
    if (!layouts::taken()) return;
    Placed a(c.layout, c.shape, dtype_of<From>);
    a.fill<From>([&]() -> From {
        const double x = rough(random);
        if constexpr (std::is_same_v<From, scalar::float16>)
            return scalar::to_float16(static_cast<float>(x / 64));
        else if constexpr (std::is_same_v<From, scalar::complex128>)
            return {x, rough(random)};
        else if constexpr (std::is_same_v<From, scalar::complex64>)
            return {static_cast<float>(x), static_cast<float>(-x)};
        else
            return static_cast<From>(x);
    });
    const bool cast = !std::is_same_v<From, To> || c.layout == Layout::unaligned;
    const Array out = wide_result(a.array, c.reduced, dtype_of<To>);
    Program p;
    p.reduce(Monoid::add, p.cast(p.input(dtype_of<From>), dtype_of<To>));
    const Scalar initial = identity_of(Monoid::add, dtype_of<To>);
    const auto expected = expected_sum<From, To>(a, c.reduced, out, initial.as<To>(), mask, cast);
    run(p, {&a.array}, c.reduced, out, &initial, mask ? &mask->array : nullptr, cast);
    EXPECT_EQ(layouts::packed(out), expected)
        << c << ", " << dtype_of<From>.name() << " as " << dtype_of<To>.name() << (mask ? ", masked" : "")
        << ", " << num_threads() << " threads";
}

TEST(CoreReduce, RunsAroundTheBordersOfLeavesTilesAndChunks) {
    std::mt19937 random(1);
    for (const int threads : {1, 2, 3}) {
        const Threads limit(threads);
        for (const int64_t n : {1,    2,    7,     8,     9,     15,     16,     17,     127,    128,
                                129,  136,  255,   256,   257,   1000,   2047,   2048,   2049,   8191,
                                8192, 8193, 16384, 16389, 65536, 100003, 131072, 131080, 262145, 600001})
            for (const Layout layout : {Layout::c, Layout::gaps, Layout::reversed, Layout::unaligned}) {
                if (threads > 1 && n < 65536) continue;  // not shared
                check_sum<double, double>({layout, {n}, 1}, random);
                check_sum<float, float>({layout, {n}, 1}, random);
                check_sum<float, double>({layout, {n}, 1}, random);
                check_sum<scalar::float16, scalar::float16>({layout, {n}, 1}, random);
                check_sum<scalar::complex128, scalar::complex128>({layout, {n}, 1}, random);
            }
    }
}

const Dims kShapes[] = {{3, 8193},     {8193, 3},       {129, 130}, {1, 9000},   {9000, 1},
                        {65, 200},     {2, 70000},      {70000, 2}, {5, 33, 70}, {40, 2, 65},
                        {3, 1, 9, 40}, {2, 3, 4, 5, 6}, {257, 63},  {300, 700}};

TEST(CoreReduce, EveryChoiceOfAxesOfEveryLayout) {
    std::mt19937 random(2);
    for (const Dims& shape : kShapes)
        for (const Layout layout : kLayouts)
            for (uint64_t reduced = 0; reduced < uint64_t{1} << shape.size(); ++reduced) {
                check_sum<double, double>({layout, shape, reduced}, random);
                if (random() % 3 == 0) check_sum<int32_t, double>({layout, shape, reduced}, random);
                if (random() % 3 == 0) check_sum<float, float>({layout, shape, reduced}, random);
                if (random() % 3 == 0)
                    check_sum<scalar::float16, scalar::float16>({layout, shape, reduced}, random);
                if (random() % 3 == 0)
                    check_sum<scalar::complex64, scalar::complex64>({layout, shape, reduced}, random);
            }
}

TEST(CoreReduce, TheNumberOfThreadsDoesNotShow) {
    for (const int threads : {1, 2, 3, 1000000}) {
        const Threads limit(threads);
        std::mt19937 random(3);
        for (const Dims& shape : {Dims{300, 700}, Dims{2, 140000}, Dims{140000, 2}, Dims{50, 60, 70}})
            for (const Layout layout : {Layout::c, Layout::fortran, Layout::gaps})
                for (uint64_t reduced = 0; reduced < uint64_t{1} << shape.size(); ++reduced) {
                    check_sum<double, double>({layout, shape, reduced}, random);
                    check_sum<float, double>({layout, shape, reduced}, random);
                }
    }
}

TEST(CoreReduce, MasksCutRuns) {
    std::mt19937 random(4);
    for (const Dims& shape :
         {Dims{10000}, Dims{3, 9000}, Dims{9000, 3}, Dims{70, 80}, Dims{5, 33, 70}, Dims{1, 1}})
        for (const Layout layout : kLayouts)
            for (uint64_t reduced = 0; reduced < uint64_t{1} << shape.size(); ++reduced)
                for (const Layout mask_layout :
                     {Layout::c, Layout::fortran, Layout::rows_repeat, Layout::columns_repeat, Layout::one}) {
                    Placed mask(mask_layout, shape, types::bool_);
                    const unsigned rare = 1u << random() % 9;  // from half of them to one in 256
                    mask.fill<bool>([&] { return (random() % rare == 0) == (rare == 1); });
                    check_sum<double, double>({layout, shape, reduced}, random, &mask);
                    if (random() % 4 == 0) check_sum<float, double>({layout, shape, reduced}, random, &mask);
                    if (random() % 4 == 0)
                        check_sum<scalar::float16, scalar::float16>({layout, shape, reduced}, random, &mask);
                }
}

TEST(CoreReduce, SixtyFourAxes) {
    std::mt19937 random(5);
    Dims shape(kMaxDims, 1);
    for (int i = 1; i < kMaxDims; i += 6) shape[i] = i % 4 == 1 ? 2 : 3;
    for (const Layout layout : {Layout::c, Layout::fortran, Layout::reversed})
        for (const uint64_t reduced :
             {uint64_t{0}, ~uint64_t{0}, uint64_t{0x5555555555555555}, uint64_t{1} << 61, uint64_t{2}})
            check_sum<double, double>({layout, shape, reduced}, random);
}

// Where no order shows: extrema, products modulo 2^64 and truth, against plain loops.
template <class T, class Fold>
void check_fold(Monoid monoid, const Placed& a, uint64_t reduced, T initial, Fold fold) {
    if (!layouts::taken()) return;
    const Array out = wide_result(a.array, reduced, dtype_of<T>);
    Program p;
    p.reduce(monoid, p.cast(p.input(a.array.dtype), dtype_of<T>));
    const Scalar start = Scalar::of(initial);
    run(p, {&a.array}, reduced, out, &start);
    std::deque<T> expected(static_cast<size_t>(out.size()), initial);
    for (int64_t i = 0; i < a.array.size(); ++i) {
        int64_t at = 0, rest = i, place = 1;
        for (int d = a.array.ndim() - 1; d >= 0; --d) {
            if (!(reduced >> d & 1)) {
                at += rest % a.array.shape[d] * place;
                place *= a.array.shape[d];
            }
            rest /= a.array.shape[d];
        }
        T& e = expected[static_cast<size_t>(at)];
        if constexpr (std::is_same_v<T, bool>)
            e = fold(e, a.at<int32_t>(i) != 0);
        else
            e = fold(e, a.at<T>(i));
    }
    const auto got = layouts::packed(out);
    for (size_t i = 0; i < expected.size(); ++i) {
        T g;
        std::memcpy(&g, got.data() + i * sizeof g, sizeof g);
        ASSERT_EQ(g, expected[i]) << "monoid " << static_cast<int>(monoid) << ", "
                                  << shape_text(a.array.shape) << ", axes " << reduced << ", result " << i;
    }
}

TEST(CoreReduce, FoldsWithoutAnOrder) {
    std::mt19937_64 random(6);
    for (const Dims& shape : {Dims{100003}, Dims{129, 130}, Dims{3, 9000}, Dims{9000, 3}, Dims{5, 33, 70}})
        for (const Layout layout : kLayouts) {
            Placed i64(layout, shape, types::int64_), u8(layout, shape, types::uint8_),
                i32(layout, shape, types::int32_);
            i64.fill<int64_t>([&] { return static_cast<int64_t>(random()); });
            u8.fill<uint8_t>([&] { return static_cast<uint8_t>(random()); });
            i32.fill<int32_t>([&] { return random() % 400 == 0; });
            for (uint64_t reduced = 0; reduced < uint64_t{1} << shape.size(); ++reduced) {
                check_fold<int64_t>(Monoid::maximum, i64, reduced, INT64_MIN,
                                    [](int64_t x, int64_t y) { return std::max(x, y); });
                check_fold<uint8_t>(Monoid::minimum, u8, reduced, 255,
                                    [](uint8_t x, uint8_t y) { return std::min(x, y); });
                check_fold<int64_t>(Monoid::multiply, i64, reduced, 1, [](int64_t x, int64_t y) {
                    return static_cast<int64_t>(static_cast<uint64_t>(x) * static_cast<uint64_t>(y));
                });
                check_fold<int64_t>(Monoid::add, i64, reduced, 5, [](int64_t x, int64_t y) {
                    return static_cast<int64_t>(static_cast<uint64_t>(x) + static_cast<uint64_t>(y));
                });
                check_fold<bool>(Monoid::logical_or, i32, reduced, false,
                                 [](bool x, bool y) { return x || y; });
                check_fold<bool>(Monoid::logical_and, i32, reduced, true,
                                 [](bool x, bool y) { return x && y; });
            }
        }
}

// The position of the first extremum; the first NaN beats everything.
int64_t first_extremum(const std::vector<double>& x, bool largest) {
    int64_t best = 0;
    for (size_t i = 1; i < x.size(); ++i) {
        const double b = x[static_cast<size_t>(best)];
        if (!std::isnan(b) && (std::isnan(x[i]) || (largest ? x[i] > b : x[i] < b)))
            best = static_cast<int64_t>(i);
    }
    return best;
}

TEST(CoreReduce, PositionsOfExtrema) {
    std::mt19937 random(7);
    for (const int threads : {1, 2, 3}) {
        const Threads limit(threads);
        for (const Dims& shape : {Dims{1}, Dims{1000}, Dims{400001}, Dims{129, 130}, Dims{3, 9000},
                                  Dims{9000, 3}, Dims{5, 33, 70}, Dims{7, 1, 9}})
            for (const Layout layout : kLayouts) {
                if (!layouts::taken()) continue;
                Placed a(layout, shape, types::float64_);
                const unsigned values = 2 + random() % 50, nans = random() % 3 ? 100000 : 50;
                a.fill<double>(
                    [&] { return random() % nans == 1 ? NAN : static_cast<double>(random() % values); });
                for (int axis = 0; axis < shape.size(); ++axis)
                    for (const bool largest : {false, true}) {
                        const Array out = wide_result(a.array, uint64_t{1} << axis, types::int64_);
                        Program p;
                        p.reduce(largest ? Monoid::argmax : Monoid::argmin, p.input(types::float64_));
                        run(p, {&a.array}, uint64_t{1} << axis, out, nullptr);
                        const auto bytes = layouts::packed(out);
                        int64_t inner = 1;
                        for (int d = axis + 1; d < shape.size(); ++d) inner *= shape[d];
                        for (int64_t o = 0; o < out.size(); ++o) {
                            std::vector<double> x;
                            for (int64_t k = 0; k < shape[axis]; ++k)
                                x.push_back(a.at<double>((o / inner * shape[axis] + k) * inner + o % inner));
                            int64_t got;
                            std::memcpy(&got, bytes.data() + o * 8, 8);
                            ASSERT_EQ(got, first_extremum(x, largest))
                                << shape_text(shape) << ", layout " << static_cast<int>(layout) << ", axis "
                                << axis;
                        }
                    }
            }
    }
}

// A program in front of the fold, over two inputs of which one repeats: the sum of (x - m)^2 in x's order.
TEST(CoreReduce, ProgramsAreFoldedAsTheirResultsWould) {
    std::mt19937 random(8);
    for (const Dims& shape : {Dims{20000}, Dims{70, 300}, Dims{3, 9000}, Dims{9000, 3}, Dims{5, 33, 70}})
        for (const Layout layout : {Layout::c, Layout::fortran})
            for (uint64_t reduced = 1; reduced < uint64_t{1} << shape.size(); ++reduced) {
                Placed x(layout, shape, types::float64_), m(Layout::rows_repeat, shape, types::float64_);
                x.fill<double>([&] { return rough(random); });
                m.fill<double>([&] { return rough(random); });
                Placed squares(layout, shape, types::float64_);
                for (int64_t i = 0; i < squares.array.size(); ++i) {
                    const double d = x.at<double>(i) - m.at<double>(i), square = d * d;
                    std::memcpy(squares.address(i), &square, sizeof square);
                }
                Program p;
                const Register a = p.input(types::float64_), b = p.input(types::float64_);
                const Register d = p.push(Op::subtract, types::float64_, a, b);
                p.reduce(Monoid::add, p.push(Op::multiply, types::float64_, d, d));
                const Array out = wide_result(x.array, reduced, types::float64_);
                const Scalar zero = Scalar::of(0.0);
                run(p, {&x.array, &m.array}, reduced, out, &zero);
                ASSERT_EQ(layouts::packed(out),
                          (expected_sum<double, double>(squares, reduced, out, 0.0, nullptr, false)))
                    << shape_text(shape) << ", axes " << reduced;
            }
}

TEST(CoreReduce, EmptyAxesGiveTheInitialValue) {
    Placed a(Layout::c, {3, 0, 2}, types::float64_);
    Program p;
    p.reduce(Monoid::add, p.input(types::float64_));
    const Scalar seven = Scalar::of(7.0);
    const Array out = wide_result(a.array, 0b010, types::float64_);
    run(p, {&a.array}, 0b010, out, &seven);
    for (int i = 0; i < 6; ++i) EXPECT_EQ(reinterpret_cast<const double*>(out.data)[i], 7.0);
    const Array none = wide_result(a.array, 0b101, types::float64_);
    run(p, {&a.array}, 0b101, none, &seven);
    EXPECT_EQ(none.size(), 0);
}

}  // namespace
}  // namespace lockstep
