// Calls at the edges of what an array can be: 64 axes, 2^63 bytes, odd strides and addresses, outputs over
// inputs. Must not know how anything is computed: small results are stated in full.
#include <gtest/gtest.h>

#include <functional>

#include "runtime/array/error.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/functions.h"
#include "tests/unit/core_layouts.h"

namespace lockstep {
namespace {

using layouts::Layout;
using layouts::Placed;

Status status_of(const std::function<void()>& call) {
    try {
        call();
        return Status::ok;
    } catch (const Error& e) {
        return e.status();
    }
}

Array call(Op op, const Array& a, const Array& b) {
    const Array* inputs[] = {&a, &b};
    return ufunc(op, inputs);
}

std::vector<double> numbers(const Array& a) {
    std::vector<double> v(static_cast<size_t>(a.size()));
    to_host(a, v.data(), a.nbytes());
    return v;
}

const int64_t kHuge = int64_t{1} << 40;

TEST(CoreLimits, ProductsOfSizesThatOverflowAreErrors) {
    const Array one = scalar_array(Scalar::of(1.0));
    const Array row = numpy::broadcast_to(one, Dims{1, kHuge}),
                column = numpy::broadcast_to(one, Dims{kHuge, 1});
    EXPECT_EQ(status_of([&] { numpy::broadcast_to(one, Dims{kHuge, kHuge}); }), Status::value_error);
    EXPECT_EQ(status_of([&] { numpy::broadcast_to(one, Dims{int64_t{1} << 60}); }), Status::value_error)
        << "2^63 bytes";
    EXPECT_EQ(status_of([&] { call(Op::add, row, column); }), Status::value_error);
    EXPECT_EQ(status_of([&] { numpy::where(row, column, one); }), Status::value_error);
    EXPECT_EQ(status_of([&] { numpy::matmul(column, row); }), Status::value_error);
    EXPECT_EQ(status_of([&] { numpy::dot(column, row); }), Status::value_error);
    EXPECT_EQ(status_of([&] { numpy::reshape(one, Dims{kHuge, kHuge, -1}); }), Status::value_error);
    EXPECT_EQ(status_of([&] { numpy::zeros(Dims{kHuge, kHuge}); }), Status::value_error);
    EXPECT_EQ(status_of([&] { numpy::arange(weak_int(INT64_MIN), weak_int(INT64_MAX), weak_int(1)); }),
              Status::value_error);
    EXPECT_EQ(status_of([&] { numpy::linspace(weak_int(0), weak_int(1), INT64_MAX); }), Status::value_error);
    EXPECT_EQ(status_of([&] { numpy::fft_fftfreq(INT64_MAX); }), Status::value_error);
    const Array yes = numpy::broadcast_to(scalar_array(Scalar::of(true)),
                                          Dims{int64_t{1} << 56});  // past any address space
    const Array* both[] = {&yes, &yes};
    EXPECT_EQ(status_of([&] { numpy::concatenate(both); }), Status::out_of_memory);
}

TEST(CoreLimits, DiagonalsBeyondTheMatrixAreEmpty) {
    for (const int64_t k : {INT64_MIN, int64_t{-3}, int64_t{3}, INT64_MAX})
        EXPECT_EQ(numbers(numpy::eye(3, {.M = {}, .k = k})), std::vector<double>(9, 0.0)) << k;
    EXPECT_EQ(numbers(numpy::eye(2, {.M = 3, .k = 1})), (std::vector<double>{0, 1, 0, 0, 0, 1}));
    EXPECT_EQ(numbers(numpy::eye(2, {.M = {}, .k = -1})), (std::vector<double>{0, 0, 1, 0}));
    EXPECT_EQ(numpy::eye(0, {.M = 3, .k = 1}).size(), 0);
}

TEST(CoreLimits, SixtyFourAxesGoEverywhereAndNoFurther) {
    const Array a = numpy::full(Dims(kMaxDims, 1), weak_float(3.0));
    const Array* both[] = {&a, &a};
    EXPECT_EQ(numbers(call(Op::add, a, a)), std::vector{6.0});
    EXPECT_EQ(numbers(numpy::sum(a)), std::vector{3.0});
    EXPECT_EQ(numbers(numpy::var(a)), std::vector{0.0});
    EXPECT_EQ(numpy::argmax(a, {.axis = 63}).ndim(), 63);
    EXPECT_EQ(numbers(numpy::matmul(a, a)), std::vector{9.0});
    EXPECT_EQ(numpy::matmul(numpy::ones(Dims{1}), a).ndim(), 63);
    EXPECT_EQ(numpy::fft_fft(a).ndim(), 64);
    EXPECT_EQ(numpy::transpose(a).ndim(), 64);
    EXPECT_EQ(numpy::ravel(a, {.order = 'K'}).ndim(), 1);
    EXPECT_EQ(numpy::concatenate(both).shape[0], 2);
    EXPECT_EQ(numpy::squeeze(a).ndim(), 0);
    EXPECT_EQ(numpy::reshape(scalar_array(Scalar::of(1.0)), Dims(kMaxDims, 1)).ndim(), 64);
    EXPECT_EQ(status_of([&] { numpy::stack(both); }), Status::value_error);
    EXPECT_EQ(status_of([&] { numpy::dot(a, a); }), Status::value_error) << "126 axes";
    EXPECT_EQ(status_of([&] { numpy::expand_dims(a, {.axis = Axes(0)}); }), Status::value_error);
    EXPECT_THROW(Dims(65), std::length_error);
}

// A field of a packed structure: 8-byte numbers 12 bytes apart.
TEST(CoreLimits, StridesThatAreNoMultipleOfTheItemSize) {
    std::vector<char> memory(12 * 16);
    for (int i = 0; i < 16; ++i) {
        const double x = i + 1;
        std::memcpy(memory.data() + 12 * i, &x, sizeof x);
    }
    const Array a =
        adopt_host(memory.data(), types::float64_, Dims{4, 4}, Dims{48, 12}, false, nullptr, nullptr);
    const auto expected = numbers(a);
    for (int i = 0; i < 16; ++i) ASSERT_EQ(expected[static_cast<size_t>(i)], i + 1);
    const Array identity = numpy::eye(4);
    EXPECT_EQ(numbers(numpy::matmul(a, identity)), expected);
    EXPECT_EQ(numbers(numpy::matmul(identity, a)), expected);
    EXPECT_EQ(numbers(numpy::fft_irfft(numpy::fft_rfft(a))).size(), 16u);
    EXPECT_EQ(numbers(numpy::sum(a)), std::vector{136.0});
    EXPECT_EQ(numbers(numpy::sum(a, {.axis = Axes(0), .dtype = {}, .initial = nullptr, .where = nullptr})),
              (std::vector<double>{28, 32, 36, 40}));
    const Array positions = numpy::argmax(a, {.axis = 1});
    for (int i = 0; i < 4; ++i) EXPECT_EQ(reinterpret_cast<const int64_t*>(positions.data)[i], 3);
}

TEST(CoreLimits, OddAddresses) {
    std::mt19937 random(1);
    for (const DType t : {types::float32_, types::float64_, types::complex64_, types::complex128_}) {
        Placed odd(Layout::unaligned, {8, 24}, t), even(Layout::c, {8, 24}, t);
        odd.fill<char>([&] { return static_cast<char>(0); });
        assign(odd.array, numpy::arange(weak_int(0), weak_int(24), weak_int(1)), "unsafe");
        assign(even.array, odd.array, "no");
        EXPECT_EQ(layouts::packed(numpy::matmul(odd.array, numpy::transpose(odd.array))),
                  layouts::packed(numpy::matmul(even.array, numpy::transpose(even.array))))
            << t.name();
        EXPECT_EQ(layouts::packed(numpy::fft_fft(odd.array)), layouts::packed(numpy::fft_fft(even.array)))
            << t.name();
        EXPECT_EQ(layouts::packed(numpy::fft_ifft(odd.array)), layouts::packed(numpy::fft_ifft(even.array)))
            << t.name();
        EXPECT_EQ(layouts::packed(numpy::max(odd.array)), layouts::packed(numpy::max(even.array)))
            << t.name();
        EXPECT_TRUE(odd.guards_intact());
    }
}

TEST(CoreLimits, ReductionsMayWriteOverTheirMaskOrMean) {
    bool mask[4] = {true, false, false, true};
    bool values[4] = {true, false, false, false};
    const Array where = adopt_host(mask, types::bool_, Dims{2, 2}, {}, false, nullptr, nullptr);
    const Array over = adopt_host(mask, types::bool_, Dims{2}, {}, false, nullptr, nullptr);
    numpy::any_options any;
    any.axis = Axes(1);
    any.where = &where;
    any.out = &over;
    numpy::any(adopt_host(values, types::bool_, Dims{2, 2}, {}, false, nullptr, nullptr), any);
    EXPECT_TRUE(mask[0]);
    EXPECT_FALSE(mask[1]);

    double x[] = {1, 3, 5, 7}, mean[] = {0, 2, 6};
    const Array m = adopt_host(mean + 1, types::float64_, Dims{2, 1}, {}, false, nullptr, nullptr);
    const Array shifted = adopt_host(mean, types::float64_, Dims{2, 1}, {}, false, nullptr, nullptr);
    numpy::var_options var;
    var.axis = Axes(1);
    var.keepdims = true;
    var.mean = &m;
    var.out = &shifted;
    x[2] = 4;  // deviations -1, 1 and -2, 1
    numpy::var(adopt_host(x, types::float64_, Dims{2, 2}, {}, false, nullptr, nullptr), var);
    EXPECT_EQ(mean[0], 1.0);
    EXPECT_EQ(mean[1], 2.5);
}

TEST(CoreLimits, AnOutMayBeWiderNeverNarrower) {
    const Array row = numpy::arange(weak_int(0), weak_int(3), weak_int(1), {types::float64_});
    const Array out = numpy::zeros(Dims{2, 3}), narrow = numpy::zeros(Dims{1}),
                other = numpy::zeros(Dims{3, 2});
    ufunc_options o;
    o.out = &out;
    const Array* inputs[] = {&row, &row};
    ufunc(Op::add, inputs, o);
    EXPECT_EQ(numbers(out), (std::vector<double>{0, 2, 4, 0, 2, 4}));
    for (const Array* wrong : {&narrow, &other}) {
        o.out = wrong;
        EXPECT_EQ(status_of([&] { ufunc(Op::add, inputs, o); }), Status::value_error);
        EXPECT_EQ(numbers(*wrong), std::vector<double>(static_cast<size_t>(wrong->size()), 0.0));
    }
}

TEST(CoreLimits, EmptyArraysWithoutMemory) {
    const Array none =
        adopt_host(nullptr, types::float64_, Dims{0, 5}, Dims{-40, 8}, false, nullptr, nullptr);
    EXPECT_EQ(call(Op::add, none, none).size(), 0);
    EXPECT_EQ(numbers(numpy::sum(none)), std::vector{0.0});
    EXPECT_EQ(numpy::transpose(none).shape, (Dims{5, 0}));
    EXPECT_EQ(numpy::reshape(none, Dims{3, 0}).size(), 0);
    EXPECT_EQ(numbers(numpy::matmul(numpy::transpose(none), none)), std::vector<double>(25, 0.0));
    EXPECT_EQ(numpy::astype(none, types::int8_).size(), 0);
    EXPECT_EQ(status_of([&] { numpy::max(none); }), Status::value_error);
    EXPECT_EQ(status_of([&] { numpy::argmax(none, {.axis = 0}); }), Status::value_error);
    assign(none, none);
    to_host(none, nullptr, 0);
}

}  // namespace
}  // namespace lockstep
