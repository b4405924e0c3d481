// Plans of maps: broadcast shapes, axis order, merged and flipped dimensions, overlap.
// Must not know operations; most addresses here are never read.
#include "runtime/exec/plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

#include "runtime/array/error.h"

namespace lockstep {
namespace {

Array geometry(Dims shape, Dims strides, DType dtype = types::float64_, int64_t offset = 0) {
    Array a;
    a.data = reinterpret_cast<char*>((uintptr_t{1} << 32) + static_cast<uintptr_t>(offset));
    a.dtype = dtype;
    a.shape = std::move(shape);
    a.strides = std::move(strides);
    return a;
}

Array packed(Dims shape, DType dtype = types::float64_, int64_t offset = 0) {
    Dims strides = c_strides(shape, dtype.itemsize());
    return geometry(std::move(shape), std::move(strides), dtype, offset);
}

Dims broadcast(const std::vector<Dims>& shapes) {
    std::vector<Array> arrays;
    for (const Dims& s : shapes) arrays.push_back(packed(s));
    std::vector<const Array*> pointers;
    for (const Array& a : arrays) pointers.push_back(&a);
    return broadcast_shapes(pointers);
}

TEST(CorePlan, BroadcastShapes) {
    EXPECT_EQ(broadcast({{3, 4}}), (Dims{3, 4}));
    EXPECT_EQ(broadcast({{3, 1}, {4}}), (Dims{3, 4}));
    EXPECT_EQ(broadcast({{}, {2, 3}, {1, 1, 1}}), (Dims{1, 2, 3}));
    EXPECT_EQ(broadcast({{1}, {0}}), Dims{0});
    EXPECT_EQ(broadcast({{2, 1, 3}, {0, 1}}), (Dims{2, 0, 3}));
    EXPECT_EQ(broadcast({{5, 1}, {1, 6}, {5, 6}, {6}}), (Dims{5, 6}));
    Dims most(kMaxDims, 1);
    most[0] = 2;
    EXPECT_EQ(broadcast({most, {7}}).size(), 64);
    for (const auto& wrong :
         std::vector<std::vector<Dims>>{{{3}, {4}}, {{2, 3}, {3, 2}}, {{0}, {2}}, {{2, 1}, {3, 1}}})
        EXPECT_THROW(broadcast(wrong), Error);
    try {
        broadcast({{3, 4}, {5}});
        FAIL();
    } catch (const Error& e) {
        EXPECT_STREQ(e.what(), "operands could not be broadcast together with shapes (3, 4) (5,)");
    }
}

TEST(CorePlan, BroadcastStrides) {
    int64_t strides[kMaxDims];
    const Dims shape{2, 3, 4};
    ASSERT_TRUE(broadcast_strides(geometry({3, 1}, {-8, 77}), shape, strides));
    EXPECT_EQ(std::vector<int64_t>(strides, strides + 3), (std::vector<int64_t>{0, -8, 0}));
    EXPECT_FALSE(broadcast_strides(packed({2, 2, 3, 4}), shape, strides)) << "more axes than the shape";
    EXPECT_FALSE(broadcast_strides(packed({3, 2}), shape, strides));
    EXPECT_FALSE(broadcast_strides(packed({4, 4}), Dims{1, 4}, strides)) << "the shape does not stretch";
}

struct Planned {
    MapPlan plan;
    Planned(const std::vector<Array>& arrays, int outputs, const Dims& shape) {
        std::vector<const Array*> pointers;
        for (const Array& a : arrays) pointers.push_back(&a);
        make_plan(plan, pointers, outputs, shape);
    }
};

TEST(CorePlan, LayoutsThatAgreeAreOneDimension) {
    const Dims shape{4, 5, 6};
    const Array c = packed(shape), f = geometry(shape, f_strides(shape, 8));
    for (const Array& a : {c, f}) {
        const Planned p({a, a, a}, 1, shape);
        EXPECT_EQ(p.plan.ndim, 1);
        EXPECT_EQ(p.plan.shape[0], 120);
        for (int k = 0; k < 3; ++k) EXPECT_TRUE(p.plan.operand[k].contiguous) << k;
    }
    const Planned mixed({c, f}, 1, shape);
    EXPECT_EQ(mixed.plan.ndim, 3);
    EXPECT_EQ(mixed.plan.shape[2], 6) << "layouts that disagree are walked in C order";
    EXPECT_FALSE(mixed.plan.operand[0].contiguous);
}

TEST(CorePlan, ReversedArraysAreWalkedUpwards) {
    const Array reversed = geometry({4, 5}, {-40, -8}, types::float64_, 19 * 8);
    const Planned p({reversed, reversed}, 1, {4, 5});
    EXPECT_EQ(p.plan.ndim, 1);
    EXPECT_EQ(p.plan.strides[0][0], 8);
    EXPECT_EQ(p.plan.operand[0].data, reversed.data - 19 * 8);
    EXPECT_TRUE(p.plan.operand[0].contiguous);
    const Planned mixed({reversed, packed({4, 5})}, 1, {4, 5});
    EXPECT_EQ(mixed.plan.strides[0][mixed.plan.ndim - 1], -8) << "an operand that rises keeps the direction";
}

TEST(CorePlan, ScalarsStandStill) {
    const Planned p({packed({}), packed({1, 1}), packed({3, 4})}, 1, {3, 4});
    EXPECT_EQ(p.plan.ndim, 1);
    EXPECT_TRUE(p.plan.operand[0].scalar);
    EXPECT_TRUE(p.plan.operand[1].scalar);
    EXPECT_FALSE(p.plan.operand[2].scalar);
    const Planned one({packed({}), packed({})}, 1, {});
    EXPECT_EQ(one.plan.ndim, 1);
    EXPECT_EQ(one.plan.shape[0], 1);
    EXPECT_EQ(one.plan.size, 1);
}

TEST(CorePlan, SixtyFourAxesThatDoNotMerge) {
    // 2 * 2 * ... would not fit: size 2 on every ninth axis, and gaps between all of them
    Dims shape(kMaxDims, 1), strides(kMaxDims, 0);
    int64_t stride = 8;
    int wide = 0;
    for (int i = kMaxDims - 1; i >= 0; i -= 3, ++wide) {
        shape[i] = 2;
        strides[i] = stride;
        stride *= 3;
    }
    const Planned p({geometry(shape, strides), packed(shape)}, 1, shape);
    EXPECT_EQ(p.plan.ndim, wide);
    EXPECT_EQ(p.plan.size, int64_t{1} << wide);
}

// A random view: permuted axes, gaps, reversed axes, size 1 or nothing where it is broadcast.
Array random_view(const Dims& shape, bool may_broadcast, int64_t offset, std::mt19937& random) {
    const int dropped =
        may_broadcast && shape.size()
            ? static_cast<int>(random() % 3 == 0 ? random() % static_cast<unsigned>(shape.size() + 1) : 0)
            : 0;
    Dims own, strides;
    for (int i = dropped; i < shape.size(); ++i)
        own.push_back(may_broadcast && random() % 4 == 0 ? 1 : shape[i]);
    std::vector<int> order(static_cast<size_t>(own.size()));
    for (size_t i = 0; i < order.size(); ++i) order[i] = own.size() - 1 - static_cast<int>(i);
    if (random() % 2) std::shuffle(order.begin(), order.end(), random);
    strides = Dims(own.size());
    int64_t stride = 8;
    for (const int axis : order) {
        if (random() % 4 == 0) stride *= 2;
        strides[axis] = random() % 3 == 0 ? -stride : stride;
        stride *= own[axis];
    }
    if (may_broadcast && random() % 8 == 0 && own.size()) strides[0] = 0;
    return geometry(own, strides, types::float64_, offset);
}

using Visits = std::multiset<std::vector<const char*>>;

TEST(CorePlan, VisitsEveryTupleOfElementsOnce) {
    std::mt19937 random(20250307);
    for (int round = 0; round < 3000; ++round) {
        Dims shape;
        for (int n = static_cast<int>(random() % 5); n > 0; --n)
            shape.push_back(1 + static_cast<int64_t>(random() % 4));
        const int inputs = 1 + static_cast<int>(random() % 3);
        std::vector<Array> arrays;
        for (int k = 0; k < inputs; ++k) arrays.push_back(random_view(shape, true, k << 20, random));
        arrays.push_back(random_view(shape, false, 7 << 20, random));
        const Planned p(arrays, 1, shape);
        ASSERT_EQ(p.plan.size, product(shape));

        Visits expected, seen;
        int64_t strides[4][kMaxDims];
        for (size_t k = 0; k < arrays.size(); ++k)
            ASSERT_TRUE(broadcast_strides(arrays[k], shape, strides[k]));
        for (int64_t i = 0; i < product(shape); ++i) {
            std::vector<const char*> tuple;
            for (size_t k = 0; k < arrays.size(); ++k) {
                const char* address = arrays[k].data;
                int64_t rest = i;
                for (int d = shape.size() - 1; d >= 0; --d) {
                    address += rest % shape[d] * strides[k][d];
                    rest /= shape[d];
                }
                tuple.push_back(address);
            }
            expected.insert(tuple);
        }
        for (int64_t i = 0; i < p.plan.size; ++i) {
            std::vector<const char*> tuple;
            for (int k = 0; k < p.plan.operands; ++k) {
                const char* address = p.plan.operand[k].data;
                int64_t rest = i;
                for (int d = p.plan.ndim - 1; d >= 0; --d) {
                    address += rest % p.plan.shape[d] * p.plan.operand[k].strides[d];
                    rest /= p.plan.shape[d];
                }
                if (p.plan.operand[k].contiguous && !p.plan.operand[k].scalar) {
                    ASSERT_EQ(address, p.plan.operand[k].data + 8 * i)
                        << "called contiguous in round " << round;
                }
                if (p.plan.operand[k].scalar) {
                    ASSERT_EQ(address, p.plan.operand[k].data) << "called scalar in round " << round;
                }
                tuple.push_back(address);
            }
            seen.insert(tuple);
        }
        ASSERT_EQ(seen, expected) << "round " << round << ", shape " << shape_text(shape);
    }
}

Dims sorted(const std::vector<Dims>& operands, int ndim) {
    std::vector<const int64_t*> rows;
    for (const Dims& d : operands) rows.push_back(d.data());
    int order[kMaxDims];
    sort_axes(ndim, rows, order);
    Dims result;
    for (int i = 0; i < ndim; ++i) result.push_back(order[i]);
    return result;
}

TEST(CorePlan, AxesFromTheSmallestStrideUp) {
    EXPECT_EQ(sorted({{80, 8, 16}}, 3), (Dims{1, 2, 0}));
    EXPECT_EQ(sorted({{8, -80, 16}}, 3), (Dims{0, 2, 1})) << "by magnitude";
    EXPECT_EQ(sorted({{8, 8, 8}}, 3), (Dims{2, 1, 0})) << "ties keep C order";
    EXPECT_EQ(sorted({{0, 0}}, 2), (Dims{1, 0}));
    EXPECT_EQ(sorted({{8, 80}, {80, 8}}, 2), (Dims{1, 0})) << "operands that disagree keep C order";
    EXPECT_EQ(sorted({{0, 8}, {8, 80}}, 2), (Dims{0, 1})) << "a stride of 0 has no vote";
    EXPECT_EQ(sorted({}, 0), Dims{});
}

TEST(CorePlan, Overlap) {
    const Array a = packed({4, 4});
    EXPECT_FALSE(overlaps(a, a)) << "the same walk over the same memory";
    EXPECT_FALSE(overlaps(a, packed({4, 4}, types::float64_, 128))) << "behind each other";
    EXPECT_TRUE(overlaps(a, packed({4, 4}, types::float64_, 120)));
    EXPECT_TRUE(overlaps(a, geometry({4, 4}, {8, 32}))) << "the transpose";
    EXPECT_TRUE(overlaps(a, geometry({4, 4}, {-32, 8}, types::float64_, 96))) << "upside down";
    EXPECT_TRUE(overlaps(packed({4}), a)) << "a row of it";
    EXPECT_TRUE(overlaps(packed({4, 4}, types::float32_), geometry({4, 4}, {16, 4}, types::int16_)))
        << "the same walk with another item size";
    EXPECT_FALSE(overlaps(packed({0}), a)) << "nothing is read";
    EXPECT_FALSE(overlaps(geometry({4}, {-8}, types::float64_, -8), a)) << "ends before it begins";
    EXPECT_TRUE(overlaps(geometry({4}, {-8}, types::float64_, 0), a));
}

TEST(CorePlan, OrderOfFreshResults) {
    const Dims shape{4, 5};
    const Array c = packed(shape), f = geometry(shape, f_strides(shape, 8));
    const auto order = [&](const std::vector<const Array*>& arrays) { return result_order(arrays, shape); };
    EXPECT_EQ(order({&c}), (Dims{1, 0}));
    EXPECT_EQ(order({&f}), (Dims{0, 1}));
    EXPECT_EQ(order({&c, &f}), (Dims{1, 0}));
    const Array scalar = packed({});
    EXPECT_EQ(order({&scalar, &f}), (Dims{0, 1}));
    EXPECT_EQ(order({&scalar, &scalar}), (Dims{1, 0}));
}

}  // namespace
}  // namespace lockstep
