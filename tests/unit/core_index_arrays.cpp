// Index expressions with arrays: where the indexed axes go, and which they are.
// Must not know devices: arrays here are geometry over addresses that nobody reads.
#include <gtest/gtest.h>

#include <vector>

#include "runtime/array/error.h"
#include "runtime/array/index.h"

namespace lockstep {
namespace {

using Kind = Index::Kind;

Index of_kind(Kind kind) { return {.kind = kind}; }
Index whole() { return of_kind(Kind::slice); }
Index at(int64_t position) { return {.kind = Kind::integer, .start = position}; }
Index by(const Array& array) {
    Index i = of_kind(Kind::array);
    i.array = &array;
    return i;
}

Array geometry(Dims shape, DType dtype) {
    Array a;
    a.data = reinterpret_cast<char*>(uintptr_t{1} << 30);
    a.dtype = dtype;
    a.strides = c_strides(shape, dtype.itemsize());
    a.shape = std::move(shape);
    return a;
}

TEST(CoreIndex, ArraysAmongTheItems) {
    const Array a = geometry({2, 3, 4, 5}, types::float64_);
    const Array positions = geometry({7}, types::int64_), mask = geometry({3, 4}, types::bool_),
                truth = geometry({}, types::bool_);
    const auto check = [&](const std::vector<Index>& index, Dims kept, int position, std::vector<int> axes) {
        IndexGeometry g;
        index_geometry(g, a, index);
        EXPECT_EQ(g.kept.shape, kept);
        EXPECT_EQ(g.position, position);
        EXPECT_EQ(std::vector<int>(g.axis, g.axis + g.arrays), axes);
    };
    check({whole(), by(positions), by(positions)}, {2, 5}, 1, {1, 2});
    check({whole(), at(1), by(positions)}, {2, 5}, 1, {2});
    check({by(positions), whole(), by(positions)}, {3, 5}, 0, {0, 2});
    check({whole(), by(positions), of_kind(Kind::new_axis), at(0)}, {2, 1, 5}, 0, {1});
    check({of_kind(Kind::ellipsis), by(positions)}, {2, 3, 4}, 3, {3});
    check({whole(), by(positions), by(positions), of_kind(Kind::ellipsis), at(0)}, {2}, 0, {1, 2});
    check({whole(), by(mask)}, {2, 5}, 1, {1});
    check({whole(), by(truth), whole()}, {2, 3, 4, 5}, 1, {1});
    IndexGeometry g;
    EXPECT_THROW(index_geometry(g, geometry({3, 5}, types::int8_), std::vector{by(mask)}), Error);
    EXPECT_THROW(index_geometry(g, geometry({3}, types::int8_), std::vector{by(mask)}), Error);
}

}  // namespace
}  // namespace lockstep
