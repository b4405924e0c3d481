// Element types, short lists of sizes, strides, contiguity, extents and byte counts.
// Must not know devices: arrays here are geometry over addresses that nobody reads.
#include "runtime/array/array.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <vector>

#include "runtime/array/error.h"

namespace lockstep {
namespace {

Status status_of(const std::function<void()>& call) {
    try {
        call();
        return Status::ok;
    } catch (const Error& e) {
        EXPECT_STRNE(e.what(), "");
        return e.status();
    }
}

Array geometry(Dims shape, Dims strides, DType dtype = types::float64_, uintptr_t address = 0x10000) {
    Array a;
    a.data = reinterpret_cast<char*>(address);
    a.dtype = dtype;
    a.shape = std::move(shape);
    a.strides = std::move(strides);
    return a;
}

TEST(CoreDType, TableRowsAreDistinctAndFoundByTheirCharacter) {
    std::set<char> characters;
    int valid = 0;
    for (int n = 0; n < kTypeNumbers; ++n) {
        const DType t{static_cast<uint64_t>(n)};
        if (!t.valid()) continue;
        ++valid;
        EXPECT_TRUE(characters.insert(t.character()).second) << t.name();
        EXPECT_EQ(DType::from_character(t.character()), t) << t.name();
        EXPECT_EQ(t.is_bool() + t.is_integer() + t.is_float() + t.is_complex(), 1) << t.name();
        EXPECT_EQ(t.is_complex() ? real_type(t).itemsize() * 2 : real_type(t).itemsize(), t.itemsize());
    }
    EXPECT_EQ(valid, 15);
}

TEST(CoreDType, OnlyKnownCodesWithoutParametersAreValid) {
    EXPECT_FALSE(DType().valid());
    EXPECT_FALSE(DType());
    EXPECT_FALSE(DType(TypeNumber::str_).valid()) << "a reserved row";
    EXPECT_FALSE(DType(uint64_t{31}).valid());
    EXPECT_FALSE(DType(uint64_t{200}).valid());
    EXPECT_FALSE(DType(types::int32_.code | 1 << 8).valid()) << "a parameter on a type that takes none";
    EXPECT_FALSE(DType(UINT64_MAX).valid());
    for (const char c : {'\0', ' ', 'x', '\x7f', '\x80', '\xff'})
        EXPECT_FALSE(DType::from_character(c).valid());
}

std::vector<int64_t> counted(int n) {
    std::vector<int64_t> v(static_cast<size_t>(n));
    for (int i = 0; i < n; ++i) v[static_cast<size_t>(i)] = 100 + i;
    return v;
}

// 4 entries lie inside the object, more on the heap.
class CoreDims : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Sizes, CoreDims, testing::Values(0, 1, 3, 4, 5, 8, 63, 64));

TEST_P(CoreDims, CopiesAndMovesKeepTheEntries) {
    const auto entries = counted(GetParam());
    const Dims original{std::span<const int64_t>(entries)};
    for (const int other : {0, 2, 4, 5, 64}) {
        Dims copied(other, -1);
        copied = original;
        EXPECT_EQ(copied, original) << "over " << other;
        Dims moved(other, -1);
        moved = std::move(copied);
        EXPECT_EQ(moved, original) << "over " << other;
        EXPECT_EQ(copied.size(), 0);  // NOLINT: a moved-from list is empty and can be used again
        copied.push_back(7);
        EXPECT_EQ(copied, Dims{7});
        EXPECT_EQ(moved, original) << "shares memory with the list it was moved from";
        const Dims constructed(std::move(moved));
        EXPECT_EQ(constructed, original);
    }
    Dims same = original;
    const Dims& alias = same;
    same = alias;
    EXPECT_EQ(same, original);
}

TEST_P(CoreDims, GrowsByOneAndByInsertion) {
    const auto entries = counted(GetParam());
    Dims pushed, inserted;
    for (const int64_t e : entries) pushed.push_back(e);
    for (auto e = entries.rbegin(); e != entries.rend(); ++e) inserted.insert(0, *e);
    EXPECT_EQ(pushed, Dims{std::span<const int64_t>(entries)});
    EXPECT_EQ(inserted, pushed);
    for (int at = 0; at < GetParam(); ++at) {
        Dims changed = pushed;
        changed.erase(at);
        EXPECT_EQ(changed.size(), GetParam() - 1);
        changed.insert(at, entries[static_cast<size_t>(at)]);
        EXPECT_EQ(changed, pushed) << at;
    }
}

TEST(CoreDims, ShrinkingAndGrowingAcrossTheInlineCapacityKeepsTheFirstEntries) {
    Dims d{1, 2, 3, 4};
    d.resize(6);
    d[4] = 5;
    d[5] = 6;
    d.resize(2);
    EXPECT_EQ(d, (Dims{1, 2}));
    d.resize(5);
    EXPECT_EQ(d[0], 1);
    EXPECT_EQ(d[4], 5);
    EXPECT_FALSE(d == (Dims{1, 2}));
}

TEST(CoreArray, StridesOfFreshArrays) {
    const Dims shape{3, 1, 5, 2};
    EXPECT_EQ(c_strides(shape, 8), (Dims{80, 80, 16, 8}));
    EXPECT_EQ(f_strides(shape, 8), (Dims{8, 24, 24, 120}));
    EXPECT_EQ(c_strides({}, 8), Dims{});
    const Dims empty{4, 0, 3};
    EXPECT_EQ(c_strides(empty, 2), (Dims{6, 6, 2}));
    EXPECT_EQ(f_strides(empty, 2), (Dims{2, 8, 8}));
    Dims many(kMaxDims, 1);
    many[0] = 2;
    many[63] = 3;
    EXPECT_EQ(c_strides(many, 4)[0], 12);
    EXPECT_EQ(f_strides(many, 4)[63], 8);
}

struct Contiguity {
    Dims shape, strides;
    bool c, f;
};

TEST(CoreArray, ContiguityIgnoresStridesThatAreNeverTaken) {
    const Contiguity cases[] = {
        {{}, {}, true, true},
        {{3}, {8}, true, true},
        {{3}, {-8}, false, false},
        {{3}, {0}, false, false},
        {{1}, {-77}, true, true},
        {{2, 3}, {24, 8}, true, false},
        {{2, 3}, {8, 16}, false, true},
        {{2, 3}, {32, 8}, false, false},
        {{1, 3}, {5, 8}, true, true},
        {{3, 1}, {8, 5}, true, true},
        {{2, 1, 3}, {24, 99, 8}, true, false},
        {{0, 3}, {1, 1}, true, true},
        {{2, 0}, {7, -7}, true, true},
    };
    for (const Contiguity& k : cases) {
        const Array a = geometry(k.shape, k.strides);
        EXPECT_EQ(is_c_contiguous(a), k.c) << shape_text(k.shape) << " by " << shape_text(k.strides);
        EXPECT_EQ(is_f_contiguous(a), k.f) << shape_text(k.shape) << " by " << shape_text(k.strides);
    }
}

TEST(CoreArray, AlignmentIsOfEveryElement) {
    EXPECT_TRUE(is_aligned(geometry({4}, {8})));
    EXPECT_FALSE(is_aligned(geometry({4}, {8}, types::float64_, 0x10004)));
    EXPECT_FALSE(is_aligned(geometry({4}, {12})));
    EXPECT_TRUE(is_aligned(geometry({4}, {12}, types::float32_)));
    EXPECT_TRUE(is_aligned(geometry({1}, {12}))) << "a stride never taken";
    EXPECT_TRUE(is_aligned(geometry({4}, {3}, types::int8_, 0x10001)));
    EXPECT_TRUE(is_aligned(geometry({4}, {16}, types::complex128_, 0x10008)))
        << "complex numbers align as their parts";
    EXPECT_FALSE(is_aligned(geometry({4}, {16}, types::complex128_, 0x10004)));
    EXPECT_FALSE(is_aligned(geometry({4}, {-12})));
}

TEST(CoreArray, ExtentCoversEveryElementAndNoMore) {
    struct Case {
        Dims shape, strides;
        int64_t low, high;
    };
    const Case cases[] = {
        {{}, {}, 0, 8},
        {{5}, {8}, 0, 40},
        {{5}, {-8}, -32, 8},
        {{5}, {0}, 0, 8},
        {{5}, {16}, 0, 72},
        {{3, 4}, {-100, 8}, -200, 32},
        {{3, 4}, {100, -8}, -24, 208},
        {{1, 1}, {INT64_MAX, INT64_MIN}, 0, 8},
        {{3, 0}, {-8, 8}, 0, 0},
    };
    for (const Case& k : cases) {
        const Array a = geometry(k.shape, k.strides, types::float64_, 0x100000);
        const Extent e = extent(a);
        EXPECT_EQ(e.begin - a.data, k.low) << shape_text(k.shape) << " by " << shape_text(k.strides);
        EXPECT_EQ(e.end - a.data, k.high) << shape_text(k.shape) << " by " << shape_text(k.strides);
    }
}

TEST(CoreArray, ByteCountsAreChecked) {
    const auto bytes = [](Dims shape, int64_t itemsize) { return checked_bytes(shape, itemsize); };
    EXPECT_EQ(bytes({}, 16), 16);
    EXPECT_EQ(bytes({3, 5}, 4), 60);
    EXPECT_EQ(bytes({3, 0, 5}, 4), 0);
    const int64_t half = int64_t{1} << 32, quarter = int64_t{1} << 31;
    EXPECT_EQ(bytes({INT64_MAX}, 1), INT64_MAX);
    EXPECT_EQ(bytes({half, quarter / 2}, 1), int64_t{1} << 62);
    EXPECT_EQ(status_of([&] { bytes({half, quarter}, 1); }), Status::value_error) << "2^63";
    EXPECT_EQ(status_of([&] { bytes({half, half}, 1); }), Status::value_error) << "2^64";
    EXPECT_EQ(status_of([&] { bytes({int64_t{1} << 60}, 8); }), Status::value_error) << "2^63 in bytes only";
    EXPECT_EQ(status_of([&] { bytes({half, half, half, half}, 1); }), Status::value_error) << "wraps to 0";
    EXPECT_EQ(status_of([&] {
                  bytes({half, half, 0}, 1);
              }),
              Status::value_error)
        << "empty, but not addressable";
    EXPECT_EQ(status_of([&] { bytes({-1}, 1); }), Status::value_error);
    EXPECT_EQ(status_of([&] { bytes({0, INT64_MIN}, 1); }), Status::value_error);
    EXPECT_EQ(checked_bytes(Dims(kMaxDims, 1), 8), 8);
    const std::vector<int64_t> too_many(65, 1);
    EXPECT_EQ(status_of([&] { checked_bytes(too_many, 8); }), Status::value_error);
}

int released = 0;

TEST(CoreArray, StorageIsReleasedOnceWithItsLastView) {
    released = 0;
    {
        Array first;
        first.storage = StorageRef(new_storage());
        first.storage->release = [](Storage*) { ++released; };
        Array second = view(first, first.data, {3}, {8});
        EXPECT_EQ(second.storage->references.load(), 2);
        Array third = second;
        second = std::move(third);
        second = second;  // NOLINT
        first = Array();
        EXPECT_EQ(released, 0);
        EXPECT_EQ(second.storage->references.load(), 1);
    }
    EXPECT_EQ(released, 1);
    StorageRef none(new_storage());  // without a release function: nothing is called
}

TEST(CoreArray, WritableOnlyWhereViewAndStorageAre) {
    Array a;
    a.storage = StorageRef(new_storage());
    EXPECT_TRUE(a.writable());
    a.read_only = true;
    EXPECT_FALSE(a.writable());
    EXPECT_FALSE(view(a, nullptr, {}, {}).writable()) << "a view of a read-only view";
    a.read_only = false;
    a.storage->read_only = true;
    EXPECT_FALSE(a.writable());
}

TEST(CoreError, TextsOfAnyLengthAndShapesAsNumPyPrintsThem) {
    const std::string longer(5000, 'x');
    try {
        fail(Status::axis_error, "%s and %d", longer.c_str(), 7);
    } catch (const Error& e) {
        EXPECT_EQ(e.status(), Status::axis_error);
        EXPECT_EQ(e.what(), longer + " and 7");
    }
    EXPECT_EQ(shape_text({}), "()");
    EXPECT_EQ(shape_text(Dims{5}), "(5,)");
    EXPECT_EQ(shape_text(Dims{2, -3}), "(2, -3)");
}

}  // namespace
}  // namespace lockstep
