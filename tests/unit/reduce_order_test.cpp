// The summation order: how layouts become units and chunks, the tree, and the rule for masks and float16.
// Must not know NumPy; tests/oracle/reduce_order_fuzz.py compares the same code with it on random layouts.
#include "runtime/exec/reduce_order.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "tests/unit/reduce_order_reference.h"

namespace lockstep {
namespace {

using testing::reference_reduce;
using List = std::vector<int64_t>;

ReduceOrder order_of(const List& shape, const List& in, const List& out, bool cast = false,
                     const List& mask = {}) {
    return reduce_order(shape, in, out, mask, cast);
}

List sizes(const ReduceOrder& r) { return {r.size, r.size + r.ndim}; }

// The 15 significant digits of 1/3, 2/3 ... differ in length, so that the order of their additions shows.
std::vector<double> thirds(int64_t n, uint32_t seed = 1) {
    std::mt19937 random(seed);
    std::vector<double> x(static_cast<size_t>(n));
    for (double& v : x) v = std::ldexp((random() % 1000 - 499.5) / 3, static_cast<int>(random() % 20));
    return x;
}

double tree(const double* x, int64_t n) {
    double sum;
    pairwise_sum<1>(x, n, &sum);
    return sum;
}

TEST(Pairwise, SplitsAtHalfRoundedDownToEight) {
    EXPECT_EQ(pairwise_split(129), 64);
    EXPECT_EQ(pairwise_split(143), 64);
    EXPECT_EQ(pairwise_split(144), 72);
    EXPECT_EQ(pairwise_split(1000), 496);
    const auto x = thirds(1000);
    EXPECT_EQ(tree(x.data(), 1000), tree(x.data(), 496) + tree(x.data() + 496, 504));
    EXPECT_EQ(tree(x.data(), 129), tree(x.data(), 64) + tree(x.data() + 64, 65));
}

TEST(Pairwise, LeafHasEightAccumulatorsAndASerialRest) {
    const auto x = thirds(21);
    double r[8];
    for (int j = 0; j < 8; ++j) r[j] = x[j] + x[j + 8];
    double sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    for (int k = 16; k < 21; ++k) sum += x[k];
    EXPECT_EQ(tree(x.data(), 21), sum);
    EXPECT_NE(tree(x.data(), 21), std::accumulate(x.begin(), x.end(), 0.0))
        << "the data does not show the order";
    EXPECT_EQ(tree(x.data(), 3), x[0] + x[1] + x[2]);
}

TEST(Pairwise, NegativeZerosStayNegative) {
    const std::vector<double> x(200, -0.0);
    for (int64_t n : {0, 1, 7, 8, 9, 128, 129, 200}) EXPECT_TRUE(std::signbit(tree(x.data(), n))) << n;
}

TEST(Pairwise, ComplexCountsScalars) {
    const auto x = thirds(2 * 65);  // 65 elements are 130 scalars: split at 64 scalars, 32 elements
    double sum[2], first[2], rest[2];
    pairwise_sum<2>(x.data(), 130, sum);
    pairwise_sum<2>(x.data(), 64, first);
    pairwise_sum<2>(x.data() + 64, 66, rest);
    EXPECT_EQ(sum[0], first[0] + rest[0]);
    EXPECT_EQ(sum[1], first[1] + rest[1]);
    double re = (x[0] + x[2]) + (x[4] + x[6]), im = (x[1] + x[3]) + (x[5] + x[7]), five[2];
    pairwise_sum<2>(x.data(), 10, five);
    EXPECT_EQ(five[0], re + x[8]);
    EXPECT_EQ(five[1], im + x[9]);
}

TEST(ReduceOrder, ContiguousArrayIsOneTree) {
    for (int64_t n : {1, 8, 8191, 8192, 8193, 1 << 20}) {
        const auto r = order_of({n}, {8}, {0});
        EXPECT_TRUE(r.horizontal);
        EXPECT_EQ(sizes(r), List{n});
        EXPECT_EQ(r.unit, n);
        EXPECT_EQ(r.chunk, n);
        EXPECT_EQ(r.unit_dims, 1);
    }
    const auto r = order_of({3, 1, 100, 1000}, {800000, 7, 8000, 8}, {0, 0, 0, 0});
    EXPECT_EQ(sizes(r), List{300000});
    EXPECT_EQ(r.chunk, 300000);
}

TEST(ReduceOrder, CastGoesThroughBuffers) {
    const auto r = order_of({20000}, {4}, {0}, true);
    EXPECT_EQ(r.unit, 20000);
    EXPECT_EQ(r.chunk, 8192);
    EXPECT_EQ(order_of({8192}, {4}, {0}, true).chunk, 8192);
    EXPECT_EQ(order_of({100}, {4}, {0}, true).chunk, 100);
}

TEST(ReduceOrder, LastAxisGivesATreePerRow) {
    const auto r = order_of({50, 300}, {2400, 8}, {8, 0});
    EXPECT_TRUE(r.horizontal);
    EXPECT_EQ(sizes(r), (List{300, 50}));
    EXPECT_EQ(r.unit_dims, 1);
    EXPECT_EQ(r.chunk, 300);
    EXPECT_EQ(r.out_stride[1], 8);
    EXPECT_EQ(order_of({50, 9000}, {72000, 8}, {8, 0}).chunk, 9000);
    EXPECT_EQ(order_of({50, 9000}, {36000, 4}, {8, 0}, true).chunk, 8192);
}

TEST(ReduceOrder, FirstAxisAddsRowAfterRow) {
    const auto r = order_of({50, 300}, {2400, 8}, {0, 8});
    EXPECT_FALSE(r.horizontal);
    EXPECT_EQ(r.unit_dims, 0);
    EXPECT_EQ(r.unit, 1);
    EXPECT_EQ(sizes(r), (List{300, 50}));
    EXPECT_EQ(r.in_stride[1], 2400);
    EXPECT_TRUE(order_of({50, 300}, {8, 400}, {0, 8}).horizontal) << "Fortran order";
}

TEST(ReduceOrder, AxesThatAreNotOneStrideShareABuffer) {
    // 1000 rows of 30 in a wider array: copied together, whole rows up to 8192 elements.
    auto r = order_of({1000, 30}, {800, 8}, {0, 0});
    EXPECT_EQ(r.unit_dims, 2);
    EXPECT_EQ(r.unit, 30000);
    EXPECT_EQ(r.chunk, 8190);
    // Rows of 5000: a copy of 8192 elements would not save half the calls.
    r = order_of({1000, 5000}, {80000, 8}, {0, 0});
    EXPECT_EQ(r.unit_dims, 1);
    EXPECT_EQ(r.chunk, 5000);
    EXPECT_EQ(r.ndim, 2);
}

TEST(ReduceOrder, MaskTakesPartInSortingMergingAndBuffering) {
    const auto plain = order_of({40, 30}, {240, 8}, {0, 0});
    EXPECT_EQ(plain.ndim, 1);
    const auto masked = order_of({40, 30}, {240, 8}, {0, 0}, false, {0, 1});  // one row of mask for all rows
    EXPECT_EQ(sizes(masked), (List{30, 40}));
    EXPECT_EQ(masked.mask_stride[0], 1);
    EXPECT_EQ(masked.mask_stride[1], 0);
    // The input repeats along axis 1, so the mask alone puts axis 0 inside.
    EXPECT_EQ(sizes(order_of({4, 5}, {8, 0}, {0, 0})), (List{5, 4}));
    EXPECT_EQ(sizes(order_of({4, 5}, {8, 0}, {0, 0}, false, {1, 4})), (List{4, 5}));
}

TEST(ReduceOrder, EmptyAndScalar) {
    const auto scalar = order_of({}, {}, {});
    EXPECT_EQ(sizes(scalar), List{1});
    EXPECT_EQ(scalar.chunk, 1);
    for (const List& shape : {List{0}, List{3, 0}, List{0, 3}, List{3, 0, 2}}) {
        const List none(shape.size(), 0), strides(shape.size(), 8);
        const auto r = order_of(shape, strides, none);
        EXPECT_GE(r.chunk, 1);
        double out = 4, in = 1;
        reference_reduce<double, double>(r, reinterpret_cast<char*>(&in), reinterpret_cast<char*>(&out),
                                         nullptr);
        EXPECT_EQ(out, 4);
    }
}

TEST(ReduceOrder, SixtyFourAxes) {
    List shape(64, 1), strides(64, 0), out(64, 0);
    for (int k = 0; k < 64; ++k) shape[k] = k % 4 ? 1 : 2, strides[k] = k % 4 ? 0 : 8ll << (k / 4);
    const auto r = order_of(shape, strides, out);
    EXPECT_EQ(sizes(r), List{65536});
    EXPECT_EQ(r.in_stride[0], 8);
    EXPECT_EQ(r.chunk, 65536);
}

TEST(ReferenceReduce, RunsOfAMaskAreTreesOfTheirOwn) {
    const auto x = thirds(100);
    std::vector<char> mask(100, 1);
    mask[40] = mask[41] = 0;
    double out = 1.5;
    const auto r = order_of({100}, {8}, {0}, false, {1});
    reference_reduce<double, double>(r, reinterpret_cast<const char*>(x.data()),
                                     reinterpret_cast<char*>(&out), mask.data());
    EXPECT_EQ(out, (1.5 + tree(x.data(), 40)) + tree(x.data() + 42, 58));
}

TEST(ReferenceReduce, HalfRoundsOncePerRun) {
    // 2048 + 1 is not a float16, 2048 + 8 is.
    const std::vector<scalar::float16> ones(8, scalar::to_float16(1.0f));
    const auto* in = reinterpret_cast<const char*>(ones.data());
    scalar::float16 out = scalar::to_float16(2048.0f);
    reference_reduce<scalar::float16, scalar::float16>(order_of({8}, {2}, {0}), in,
                                                       reinterpret_cast<char*>(&out), nullptr);
    EXPECT_EQ(scalar::to_float(out), 2056.0f);
    scalar::float16 pair[2] = {scalar::to_float16(2048.0f), scalar::to_float16(2048.0f)};
    reference_reduce<scalar::float16, scalar::float16>(order_of({4, 2}, {4, 2}, {0, 2}), in,
                                                       reinterpret_cast<char*>(pair), nullptr);
    EXPECT_EQ(scalar::to_float(pair[0]), 2048.0f);
    EXPECT_EQ(scalar::to_float(pair[1]), 2048.0f);
}

TEST(FreshStrides, FollowTheInput) {
    const auto fresh = [](const List& shape, const List& in, uint64_t reduced) {
        List strides(shape.size());
        fresh_strides(shape, in, {}, reduced, 8, strides);
        return strides;
    };
    EXPECT_EQ(fresh({3, 4, 5}, {160, 40, 8}, 0b010), (List{40, 40, 8}));
    EXPECT_EQ(fresh({3, 4, 5}, {8, 24, 96}, 0b010), (List{8, 24, 24}));
    EXPECT_EQ(fresh({3, 4, 5}, {8, 24, 96}, 0), (List{8, 24, 96}));
    EXPECT_EQ(fresh({3, 0, 5}, {40, 40, 8}, 0b001), (List{0, 0, 0}));
}

}  // namespace
}  // namespace lockstep
