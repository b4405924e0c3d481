// Basic indexing against a model that walks indices one by one, and against Python's own numbers for extreme
// slices. Must not know devices: arrays here are geometry over addresses that nobody reads.
#include "runtime/array/index.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <vector>

#include "runtime/array/error.h"

namespace lockstep {
namespace {

using Number = std::optional<int64_t>;
using Kind = Index::Kind;

Array geometry(Dims shape) {
    Array a;
    a.data = reinterpret_cast<char*>(uintptr_t{1} << 30);
    a.dtype = types::float64_;
    a.strides = c_strides(shape, 8);
    a.shape = std::move(shape);
    return a;
}

Index slice(Number start, Number stop, int64_t step = 1) {
    Index i;
    i.kind = Kind::slice;
    i.has_start = start.has_value();
    i.has_stop = stop.has_value();
    i.start = start.value_or(0);
    i.stop = stop.value_or(0);
    i.step = step;
    return i;
}

Index at(int64_t position) { return {.kind = Kind::integer, .start = position}; }
Index whole() { return slice({}, {}); }
Index of_kind(Kind kind) { return {.kind = kind}; }

Status status_of(const Array& a, const std::vector<Index>& index) {
    try {
        index_view(a, index);
        return Status::ok;
    } catch (const Error& e) {
        return e.status();
    }
}

// Elements that a slice of 0 .. n-1 selects, by Python's rule for clipping and nothing else.
std::vector<int64_t> selected(Number start, Number stop, int64_t step, int64_t n) {
    __extension__ using Wide = __int128;
    const Wide low = step > 0 ? 0 : -1, high = step > 0 ? n : n - 1;
    const auto clip = [&](int64_t i) {
        const Wide counted = i < 0 ? static_cast<Wide>(i) + n : static_cast<Wide>(i);
        return std::min(std::max(counted, low), high);
    };
    const Wide first = start      ? clip(*start)
                       : step > 0 ? low
                                  : high,
               last = stop       ? clip(*stop)
                      : step > 0 ? high
                                 : low;
    std::vector<int64_t> chosen;
    for (Wide i = first; step > 0 ? i < last : i > last; i += step) chosen.push_back(static_cast<int64_t>(i));
    return chosen;
}

void expect_selects(Number start, Number stop, int64_t step, int64_t n) {
    const Array a = geometry({n});
    const Array v = index_view(a, std::vector{slice(start, stop, step)});
    const auto expected = selected(start, stop, step, n);
    SCOPED_TRACE(testing::Message() << "[" << start.value_or(-999) << ":" << stop.value_or(-999) << ":"
                                    << step << "] of " << n);
    ASSERT_EQ(v.ndim(), 1);
    ASSERT_EQ(v.shape[0], static_cast<int64_t>(expected.size()));
    for (size_t k = 0; k < expected.size(); ++k)
        ASSERT_EQ(v.data + static_cast<int64_t>(k) * v.strides[0] - a.data, expected[k] * 8)
            << "element " << k;
}

TEST(CoreIndex, EverySliceOfShortAxes) {
    for (int64_t n = 0; n <= 5; ++n)
        for (int64_t start = -8; start <= 8; ++start)
            for (int64_t stop = -8; stop <= 8; ++stop)
                for (const int64_t step : {-7, -3, -2, -1, 1, 2, 3, 7}) {
                    expect_selects(start, stop, step, n);
                    if (start == 0) expect_selects({}, stop, step, n);
                    if (stop == 0) expect_selects(start, {}, step, n);
                    if (start == 0 && stop == 0) expect_selects({}, {}, step, n);
                }
}

TEST(CoreIndex, ExtremeSlices) {
    const Number ends[] = {{}, INT64_MIN, INT64_MIN + 1, -5, -1, 0, 1, 5, INT64_MAX - 1, INT64_MAX};
    const int64_t steps[] = {INT64_MIN, INT64_MIN + 1, -4, -1, 1, 4, INT64_MAX - 1, INT64_MAX};
    for (const Number& start : ends)
        for (const Number& stop : ends)
            for (const int64_t step : steps)
                for (const int64_t n : {0, 1, 2, 5, 6}) expect_selects(start, stop, step, n);
}

TEST(CoreIndex, SlicesOfTheLongestAxis) {
    Array a = geometry({1});
    a.dtype = types::int8_;
    a.shape = {INT64_MAX};
    a.strides = {0};  // a broadcast element: the only array this long
    const auto length = [&](Number start, Number stop, int64_t step) {
        return index_view(a, std::vector{slice(start, stop, step)}).shape[0];
    };
    EXPECT_EQ(length({}, {}, 1), INT64_MAX);
    EXPECT_EQ(length({}, {}, -1), INT64_MAX);
    EXPECT_EQ(length({}, {}, 2), INT64_MAX / 2 + 1);
    EXPECT_EQ(length({}, {}, INT64_MIN), 1);
    EXPECT_EQ(length(-1, INT64_MIN, -1), INT64_MAX);
    EXPECT_EQ(length(INT64_MIN, {}, INT64_MAX), 1);
}

TEST(CoreIndex, IntegersNewAxesAndEllipsis) {
    const Array a = geometry({2, 3, 4});
    const Array element = index_view(a, std::vector{at(1), at(-1), at(2)});
    EXPECT_EQ(element.ndim(), 0);
    EXPECT_EQ(element.data - a.data, (12 + 8 + 2) * 8);
    const Array row = index_view(a, std::vector{at(-2)});
    EXPECT_EQ(row.shape, (Dims{3, 4}));
    EXPECT_EQ(row.data, a.data);
    const Array column = index_view(a, std::vector{of_kind(Kind::ellipsis), at(3)});
    EXPECT_EQ(column.shape, (Dims{2, 3}));
    EXPECT_EQ(column.strides, (Dims{96, 32}));
    EXPECT_EQ(column.data - a.data, 24);
    const Array framed = index_view(a, std::vector{of_kind(Kind::new_axis), whole(), of_kind(Kind::ellipsis),
                                                   of_kind(Kind::new_axis), slice({}, {}, -1)});
    EXPECT_EQ(framed.shape, (Dims{1, 2, 3, 1, 4}));
    EXPECT_EQ(framed.strides, (Dims{0, 96, 32, 0, -8}));
    EXPECT_EQ(framed.data - a.data, 24);
    EXPECT_EQ(index_view(a, {}).shape, a.shape);
    EXPECT_EQ(index_view(a, std::vector{whole(), whole(), whole(), of_kind(Kind::ellipsis)}).shape, a.shape)
        << "an ellipsis may stand for no axis";
}

TEST(CoreIndex, EmptyArraysMayHaveNoMemory) {
    Array a = geometry({0, 6});
    a.data = nullptr;
    const Array v = index_view(a, std::vector{whole(), slice(4, {}, -2)});
    EXPECT_EQ(v.shape, (Dims{0, 3}));
    EXPECT_EQ(v.data, nullptr);
}

TEST(CoreIndex, Errors) {
    const Array a = geometry({2, 3});
    EXPECT_EQ(status_of(a, {at(2)}), Status::index_error);
    EXPECT_EQ(status_of(a, {at(-3)}), Status::index_error);
    EXPECT_EQ(status_of(a, {at(INT64_MIN)}), Status::index_error);
    EXPECT_EQ(status_of(a, {at(INT64_MAX)}), Status::index_error);
    EXPECT_EQ(status_of(a, {at(0), at(0), at(0)}), Status::index_error);
    EXPECT_EQ(status_of(a, {of_kind(Kind::ellipsis), of_kind(Kind::ellipsis)}), Status::index_error);
    EXPECT_EQ(status_of(a, {slice(0, 1, 0)}), Status::value_error);
    EXPECT_EQ(status_of(a, {of_kind(static_cast<Kind>(9))}), Status::value_error);
    EXPECT_EQ(status_of(geometry({0}), {at(0)}), Status::index_error);
    EXPECT_EQ(status_of(geometry({}), {whole()}), Status::index_error);
    try {
        index_view(a, std::vector{whole(), at(7)});
        FAIL();
    } catch (const Error& e) {
        EXPECT_STREQ(e.what(), "index 7 is out of bounds for axis 1 with size 3");
    }
}

TEST(CoreIndex, SixtyFourAxesAreTheMostOfAResult) {
    const Array a = geometry(Dims(kMaxDims, 1));
    EXPECT_EQ(index_view(a, std::vector<Index>(64, whole())).ndim(), 64);
    EXPECT_EQ(index_view(a, std::vector<Index>(64, at(0))).ndim(), 0);
    EXPECT_EQ(status_of(a, {of_kind(Kind::new_axis)}), Status::index_error);
    EXPECT_EQ(index_view(a, std::vector{at(0), of_kind(Kind::new_axis)}).ndim(), 64)
        << "one axis goes, one comes";
    EXPECT_EQ(index_view(geometry({}), std::vector<Index>(64, of_kind(Kind::new_axis))).ndim(), 64);
    EXPECT_EQ(status_of(geometry({}), std::vector<Index>(65, of_kind(Kind::new_axis))), Status::index_error);
    std::vector<Index> all(64, at(-1));
    all.insert(all.end(), 64, of_kind(Kind::new_axis));
    EXPECT_EQ(index_view(a, all).ndim(), 64);
}

}  // namespace
}  // namespace lockstep
