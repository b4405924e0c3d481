// Gather, scatter and select on the CPU against loops over single elements: layouts, borders, overlap,
// threads. Must not know NumPy's index expressions.
#include "runtime/exec/indexing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "core_layouts.h"
#include "runtime/array/error.h"
#include "runtime/exec/memory.h"

namespace lockstep {
namespace {

using layouts::kLayouts;
using layouts::kWritable;
using layouts::Layout;
using layouts::Placed;
using layouts::Threads;

std::mt19937_64& random_bits() {
    static std::mt19937_64 engine{std::random_device{}()};
    return engine;
}

int64_t below(int64_t n) { return std::uniform_int_distribution<int64_t>(0, n - 1)(random_bits()); }

// Numbers that differ, so that a wrong place shows.
void number(Placed& p) {
    for (int64_t i = 0; i < p.array.size(); ++i)
        for (int64_t b = 0; b < p.array.itemsize(); ++b)
            p.address(i)[b] = static_cast<char>((i + 1) >> (8 * (b % 3)) ^ b);
}

void fill_mask(Placed& p, int kind) {
    p.fill<bool>([&] {
        return kind == 0 ? false : kind == 1 ? true : kind == 2 ? below(50) == 0 : below(2) == 0;
    });
}

// a[rows, :, columns] of a 3-D array, rows (n, 1, 1), columns (m): the space is (n, k, m).
Places outer_places(const Array& a, const Array& rows, const Array& columns) {
    Places p;
    p.array = a;
    p.shape = Dims{rows.shape[0], a.shape[1], columns.shape[0]};
    p.strides = Dims{0, a.strides[1], 0};
    p.count = 2;
    p.indices[0] = rows;
    p.indices[0].shape = Dims{rows.shape[0], 1, 1};
    p.indices[0].strides = Dims{rows.strides[0], 0, 0};
    p.indices[1] = columns;
    p.axes[0] = 0;
    p.axes[1] = 2;
    return p;
}

Placed random_index(Layout layout, int64_t n, int64_t size) {
    Placed index(layout, Dims{n}, types::int64_);
    index.fill<int64_t>([&] { return below(2 * size) - size; });
    return index;
}

int64_t wrapped(int64_t i, int64_t n) { return i < 0 ? i + n : i; }

constexpr DType kItems[] = {types::uint8_, types::float16_, types::float32_, types::int64_,
                            types::complex128_};

TEST(Gather, TwoIndicesAroundASliceInEveryLayout) {
    for (const int threads : {1, 2, 3}) {
        const Threads guard(threads);
        for (const DType dtype : kItems)
            for (const Layout layout : kLayouts)
                for (const int64_t n : {1, 3, 1025}) {
                    Placed a(layout, Dims{5, 3, 7}, dtype);
                    number(a);
                    const Placed rows = random_index(kWritable[below(6)], n, 5),
                                 columns = random_index(kWritable[below(6)], 4, 7);
                    const Placed out(kWritable[below(6)], Dims{n, 3, 4}, dtype);
                    run_gather(outer_places(a.array, rows.array, columns.array), out.array);
                    for (int64_t i = 0; i < out.array.size(); ++i) {
                        const int64_t r = wrapped(rows.at<int64_t>(i / 12), 5),
                                      c = wrapped(columns.at<int64_t>(i % 4), 7);
                        ASSERT_EQ(std::memcmp(out.address(i), a.address((r * 3 + i / 4 % 3) * 7 + c),
                                              static_cast<size_t>(dtype.itemsize())),
                                  0)
                            << dtype.name() << " element " << i;
                    }
                    ASSERT_TRUE(out.guards_intact());
                }
    }
}

// One index along axis 0 of a matrix: whole rows move at once.
Places row_places(const Array& a, const Array& index) {
    Places p;
    p.array = a;
    p.shape = Dims{index.shape[0], a.shape[1]};
    p.strides = Dims{0, a.strides[1]};
    p.count = 1;
    p.indices[0] = index;
    p.indices[0].shape = Dims{index.shape[0], 1};
    p.indices[0].strides = Dims{index.strides[0], 0};
    p.axes[0] = 0;
    return p;
}

TEST(Gather, WholeRowsAcrossTheBordersOfStretches) {
    for (const int threads : {1, 2, 3})
        for (const int64_t n : {0, 1, 1023, 1024, 1025, 30000})
            for (const int64_t columns : {1, 2, 3, 8}) {
                const Threads guard(threads);
                Placed a(Layout::c, Dims{100, columns}, types::float32_);
                number(a);
                const Placed index = random_index(Layout::c, n, 100),
                             out(Layout::c, Dims{n, columns}, types::float32_);
                run_gather(row_places(a.array, index.array), out.array);
                for (int64_t i = 0; i < n * columns; ++i) {
                    const int64_t row = wrapped(index.at<int64_t>(i / columns), 100);
                    ASSERT_EQ(std::memcmp(out.address(i), a.address(row * columns + i % columns), 4), 0)
                        << n << " " << i;
                }
                ASSERT_TRUE(out.guards_intact());
            }
}

Places flat_places(const Array& a, const Array& index) {
    Places p;
    p.array = a;
    p.shape = index.shape;
    p.strides = Dims(index.ndim());
    p.count = 1;
    p.indices[0] = index;
    p.axes[0] = 0;
    return p;
}

// The short ways, where they apply, do what the long ones do.
TEST(Gather, PackedArraysOfAllSizes) {
    for (const DType dtype : kItems)
        for (const int64_t n : {1, 8, 1024, 1025, 5000}) {
            Placed a(Layout::c, Dims{900}, dtype), want(Layout::c, Dims{n}, dtype),
                values(kLayouts[below(9)], Dims{n}, dtype);
            number(a);
            number(values);
            const Placed index = random_index(Layout::c, n, 900);
            run_gather(flat_places(a.array, index.array), want.array);
            Array taken;
            ASSERT_TRUE(take_packed(a.array, index.array, OutOfRange::raise, taken));
            ASSERT_EQ(layouts::packed(taken), want.packed());
            Placed b(Layout::c, Dims{900}, dtype);
            std::memcpy(b.array.data, a.array.data, static_cast<size_t>(a.array.nbytes()));
            run_scatter(flat_places(a.array, index.array), values.array);
            ASSERT_TRUE(put_packed(b.array, index.array, values.array));
            ASSERT_EQ(b.packed(), a.packed());
            const int64_t far = 900;
            std::memcpy(index.address(n - 1), &far, 8);
            ASSERT_THROW(take_packed(a.array, index.array, OutOfRange::raise, taken), Error);
            ASSERT_THROW(put_packed(b.array, index.array, values.array), Error);
            ASSERT_EQ(b.packed(), a.packed());
        }
}

TEST(Gather, WrapAndClip) {
    Placed a(Layout::reversed, Dims{7}, types::int64_), index(Layout::c, Dims{3000}, types::int64_);
    number(a);
    const Placed out(Layout::gaps, Dims{3000}, types::int64_);
    index.fill<int64_t>([] { return below(2) ? below(100) - 50 : static_cast<int64_t>(random_bits()()); });
    for (const OutOfRange mode : {OutOfRange::wrap, OutOfRange::clip}) {
        Places p = flat_places(a.array, index.array);
        p.mode = mode;
        run_gather(p, out.array);
        for (int64_t i = 0; i < 3000; ++i) {
            const int64_t v = index.at<int64_t>(i);
            const int64_t want = mode == OutOfRange::clip ? std::clamp<int64_t>(v, 0, 6) : (v % 7 + 7) % 7;
            ASSERT_EQ(out.at<int64_t>(i), a.at<int64_t>(want)) << v;
        }
    }
}

TEST(Gather, AnIndexOutOfRangeNamesItselfAndWritesNothing) {
    for (const int64_t bad : {int64_t{5}, int64_t{-6}, INT64_MAX, INT64_MIN})
        for (const int64_t at : {0, 1500, 99999}) {
            Placed a(Layout::c, Dims{5}, types::int64_), index(Layout::c, Dims{100000}, types::int64_);
            a.fill<int64_t>([] { return 1; });
            index.fill<int64_t>([] { return below(10) - 5; });
            std::memcpy(index.address(at), &bad, 8);
            Placed out(Layout::c, Dims{100000}, types::int64_);
            out.fill<int64_t>([] { return 7; });
            const std::string want =
                "index " + std::to_string(bad) + " is out of bounds for axis 0 with size 5";
            for (const bool scatter : {false, true}) try {
                    if (scatter)
                        run_scatter(flat_places(a.array, index.array), out.array);
                    else
                        run_gather(flat_places(a.array, index.array), out.array);
                    FAIL() << bad;
                } catch (const Error& e) {
                    ASSERT_EQ(e.status(), Status::index_error);
                    ASSERT_EQ(e.what(), want);
                }
            for (int64_t i = 0; i < 5; ++i) ASSERT_EQ(a.at<int64_t>(i), 1);
            for (int64_t i = 0; i < 100000; ++i) ASSERT_EQ(out.at<int64_t>(i), 7);
        }
}

TEST(Gather, ResultsMayOverlapWhatIsRead) {
    Placed a(Layout::c, Dims{2000}, types::int64_);
    int64_t next = 0;
    a.fill<int64_t>([&] { return next++; });
    const Placed index = random_index(Layout::c, 1500, 2000);
    std::vector<int64_t> want;
    for (int64_t i = 0; i < 1500; ++i) want.push_back(wrapped(index.at<int64_t>(i), 2000));
    const Array target = view(a.array, a.array.data + 8 * 17, Dims{1500}, Dims{8});
    run_gather(flat_places(a.array, index.array), target);
    for (int64_t i = 0; i < 1500; ++i) ASSERT_EQ(a.at<int64_t>(17 + i), want[static_cast<size_t>(i)]);
    // a[a] = 2 a, read before it is written
    Placed self(Layout::c, Dims{5000}, types::int64_);
    self.fill<int64_t>([] { return below(5000); });
    std::vector<int64_t> model(5000), values(5000);
    for (int64_t i = 0; i < 5000; ++i) model[static_cast<size_t>(i)] = self.at<int64_t>(i);
    values = model;
    for (const int64_t v : values) model[static_cast<size_t>(v)] = v;
    run_scatter(flat_places(self.array, self.array), self.array);
    for (int64_t i = 0; i < 5000; ++i) ASSERT_EQ(self.at<int64_t>(i), model[static_cast<size_t>(i)]);
}

TEST(Scatter, OfRepeatedPlacesTheLastWins) {
    for (const int threads : {1, 2, 3})
        for (const DType dtype : kItems)
            for (const Layout layout : kWritable)
                for (const int64_t size : {1, 5, 70000}) {
                    if (!layouts::taken()) continue;
                    const Threads guard(threads);
                    const int64_t n = size > 5 ? 70000 : 3000;  // enough to be shared, and not
                    Placed a(layout, Dims{size}, dtype), values(kLayouts[below(9)], Dims{n}, dtype);
                    number(a);
                    number(values);
                    const Placed index = random_index(kWritable[below(6)], n, size);
                    std::vector<char> want = a.packed();
                    const size_t item = static_cast<size_t>(dtype.itemsize());
                    for (int64_t i = 0; i < n; ++i)
                        std::memcpy(
                            want.data() + static_cast<size_t>(wrapped(index.at<int64_t>(i), size)) * item,
                            values.address(i), item);
                    run_scatter(flat_places(a.array, index.array), values.array);
                    ASSERT_EQ(a.packed(), want) << dtype.name() << " " << size;
                    ASSERT_TRUE(a.guards_intact());
                }
}

TEST(Scatter, FoldsInOrder) {
    for (const int threads : {1, 2, 3})
        for (const Layout layout : kWritable)
            for (const int64_t size : {1, 7, 50000}) {
                const Threads guard(threads);
                const int64_t n = size > 7 ? 70000 : 3000;
                Placed a(layout, Dims{size}, types::float64_),
                    values(kLayouts[below(9)], Dims{n}, types::float64_);
                const auto any = [] {
                    return std::ldexp(static_cast<double>(below(1 << 20)) + 1,
                                      static_cast<int>(below(80)) - 40);
                };
                a.fill<double>(any);
                values.fill<double>(any);
                const Placed index = random_index(Layout::c, n, size);
                for (const Op op : {Op::add, Op::subtract, Op::maximum, Op::less}) {
                    std::vector<double> want;
                    for (int64_t i = 0; i < size; ++i) want.push_back(a.at<double>(i));
                    for (int64_t i = 0; i < n; ++i) {
                        double& w = want[static_cast<size_t>(wrapped(index.at<int64_t>(i), size))];
                        const double v = values.at<double>(i);
                        w = op == Op::add        ? w + v
                            : op == Op::subtract ? w - v
                            : op == Op::maximum  ? std::max(w, v)
                                                 : w < v;
                    }
                    run_scatter(flat_places(a.array, index.array), values.array, op);
                    for (int64_t i = 0; i < size; ++i)
                        ASSERT_EQ(a.at<double>(i), want[static_cast<size_t>(i)]) << row_of(op).name;
                }
                std::vector<double> want;
                for (int64_t i = 0; i < size; ++i) want.push_back(a.at<double>(i));
                for (int64_t i = 0; i < n; ++i)
                    want[static_cast<size_t>(wrapped(index.at<int64_t>(i), size))] *= -1;
                run_scatter(flat_places(a.array, index.array), values.array, Op::negative);
                for (int64_t i = 0; i < size; ++i) ASSERT_EQ(a.at<double>(i), want[static_cast<size_t>(i)]);
                ASSERT_TRUE(a.guards_intact());
            }
}

// Many into few: every thread has sums of its own.
TEST(Scatter, IntegersAddedIntoFewPlaces) {
    for (const int threads : {1, 2, 3})
        for (const Layout layout : kWritable)
            for (const int64_t size : {1, 13, 3000}) {
                const Threads guard(threads);
                Placed a(layout, Dims{size}, types::int16_),
                    values(kLayouts[below(9)], Dims{30000}, types::int16_);
                number(a);
                number(values);
                const Placed index = random_index(Layout::c, 30000, size);
                std::vector<int16_t> want;
                for (int64_t i = 0; i < size; ++i) want.push_back(a.at<int16_t>(i));
                for (int64_t i = 0; i < 30000; ++i) {
                    int16_t& sum = want[static_cast<size_t>(wrapped(index.at<int64_t>(i), size))];
                    sum = static_cast<int16_t>(sum + values.at<int16_t>(i));
                }
                run_scatter(flat_places(a.array, index.array), values.array, Op::add);
                const int64_t far = -size - 1;
                std::memcpy(index.address(29999), &far, 8);
                ASSERT_THROW(run_scatter(flat_places(a.array, index.array), values.array, Op::add), Error);
                for (int64_t i = 0; i < size; ++i) ASSERT_EQ(a.at<int16_t>(i), want[static_cast<size_t>(i)]);
                ASSERT_TRUE(a.guards_intact());
            }
}

TEST(Scatter, TwoIndicesAroundASliceAndARepeatedValue) {
    for (const int threads : {1, 2, 3})
        for (const Layout layout : kWritable)
            for (const int64_t n : {1, 3, 7000}) {
                const Threads guard(threads);
                Placed a(layout, Dims{5, 3, 7}, types::int32_);
                number(a);
                const Placed rows = random_index(Layout::gaps, n, 5), columns = random_index(Layout::c, 4, 7);
                Placed values(kLayouts[below(9)], Dims{n, 3, 4}, types::int32_);
                number(values);
                std::vector<char> want = a.packed();
                for (int64_t i = 0; i < values.array.size(); ++i) {
                    const int64_t r = wrapped(rows.at<int64_t>(i / 12), 5),
                                  c = wrapped(columns.at<int64_t>(i % 4), 7);
                    std::memcpy(want.data() + ((r * 3 + i / 4 % 3) * 7 + c) * 4, values.address(i), 4);
                }
                run_scatter(outer_places(a.array, rows.array, columns.array), values.array);
                ASSERT_EQ(a.packed(), want);
                ASSERT_TRUE(a.guards_intact());
            }
}

// a[:, index] = values: the rows are shared among threads.
TEST(Scatter, RowsThatNoIndexMixes) {
    for (const int threads : {1, 2, 3}) {
        const Threads guard(threads);
        Placed a(Layout::c, Dims{300, 50}, types::int64_), values(Layout::c, Dims{300, 90}, types::int64_);
        number(a);
        number(values);
        const Placed index = random_index(Layout::c, 90, 50);
        Places p;
        p.array = a.array;
        p.shape = Dims{300, 90};
        p.strides = Dims{a.array.strides[0], 0};
        p.count = 1;
        p.indices[0] = index.array;
        p.axes[0] = 1;
        std::vector<char> want = a.packed();
        for (int64_t i = 0; i < 300 * 90; ++i)
            std::memcpy(want.data() + (i / 90 * 50 + wrapped(index.at<int64_t>(i % 90), 50)) * 8,
                        values.address(i), 8);
        run_scatter(p, values.array);
        ASSERT_EQ(a.packed(), want);
    }
}

TEST(Select, PackUnpackAndPositionsInEveryLayout) {
    const Dims shapes[] = {{0},      {1},    {7},      {8},           {1025}, {32 << 10}, {(32 << 10) + 1},
                           {100001}, {3, 0}, {37, 41}, {300, 1, 301}, {1, 5}};
    for (const int threads : {1, 2, 3})
        for (const Dims& shape : shapes)
            for (int kind = 0; kind < 4; ++kind) {
                if (!layouts::taken()) continue;
                const Threads guard(threads);
                const DType dtype = kItems[below(5)];
                const Layout layout = kWritable[below(6)];
                Placed mask(below(2) ? Layout::c : kLayouts[below(9)], shape, types::bool_);
                fill_mask(mask, kind);
                Placed a(layout, shape, dtype);
                number(a);
                std::vector<int64_t> picked;
                for (int64_t i = 0; i < mask.array.size(); ++i)
                    if (mask.at<bool>(i)) picked.push_back(i);
                const int64_t n = static_cast<int64_t>(picked.size());
                ASSERT_EQ(count_true(mask.array), n);
                const size_t item = static_cast<size_t>(dtype.itemsize());

                Placed out(below(2) ? Layout::c : kWritable[below(6)], Dims{n}, dtype);
                pack_selected(mask.array, a.array, out.array);
                for (int64_t k = 0; k < n; ++k)
                    ASSERT_EQ(std::memcmp(out.address(k), a.address(picked[static_cast<size_t>(k)]), item),
                              0);
                ASSERT_TRUE(out.guards_intact());

                const Placed where(Layout::c, Dims{shape.size(), n}, types::int64_);
                selected_positions(mask.array, where.array);
                for (int64_t k = 0; k < n; ++k) {
                    int64_t rest = picked[static_cast<size_t>(k)];
                    for (int d = shape.size() - 1; d >= 0; --d) {
                        ASSERT_EQ(where.at<int64_t>(d * n + k), rest % shape[d]);
                        rest /= shape[d];
                    }
                }
                ASSERT_TRUE(where.guards_intact());

                std::vector<char> want = a.packed();
                number(out);
                for (int64_t k = 0; k < n; ++k)
                    std::memcpy(want.data() + static_cast<size_t>(picked[static_cast<size_t>(k)]) * item,
                                out.address(k), item);
                unpack_selected(mask.array, a.array, out.array);
                ASSERT_EQ(a.packed(), want);
                Placed one(Layout::c, Dims{1}, dtype);
                number(one);
                for (const int64_t i : picked)
                    std::memcpy(want.data() + static_cast<size_t>(i) * item, one.address(0), item);
                unpack_selected(mask.array, a.array, one.array);
                ASSERT_EQ(a.packed(), want);
                number(a);
                want = a.packed();
                for (const int64_t i : picked)
                    std::memcpy(want.data() + static_cast<size_t>(i) * item, one.address(0), item);
                fill_selected(mask.array, a.array, one.array);
                ASSERT_EQ(a.packed(), want);
                ASSERT_TRUE(a.guards_intact());
            }
}

// Behind an option, since it takes about 5 GB: LOCKSTEP_TEST_LARGE=1.
TEST(Indexing, PastTwoToTheThirtyOneElements) {
    if (!std::getenv("LOCKSTEP_TEST_LARGE")) GTEST_SKIP() << "LOCKSTEP_TEST_LARGE is not set";
    const int64_t n = (int64_t{1} << 31) + 77;
    const Array a = empty_array(types::int8_, Dims{n}, cpu_device()),
                mask = empty_array(types::bool_, Dims{n}, cpu_device());
    std::memset(a.data, 0, static_cast<size_t>(n));
    std::memset(mask.data, 0, static_cast<size_t>(n));
    const int64_t places[] = {0, 12345, INT64_C(0x7fffffff), INT64_C(0x80000000), n - 1};
    for (int k = 0; k < 5; ++k) a.data[places[k]] = static_cast<char>(k + 1), mask.data[places[k]] = 1;
    const Array index = from_host(places, types::int64_, Dims{5}, {}, cpu_device());
    const Array out = empty_array(types::int8_, Dims{5}, cpu_device());
    const auto expect = [&](int factor) {
        for (int k = 0; k < 5; ++k) EXPECT_EQ(out.data[k], factor * (k + 1));
    };
    run_gather(flat_places(a, index), out);
    expect(1);
    run_scatter(flat_places(a, index), out, Op::add);
    ASSERT_EQ(count_true(mask), 5);
    pack_selected(mask, a, out);
    expect(2);
    const Array where = empty_array(types::int64_, Dims{1, 5}, cpu_device());
    selected_positions(mask, where);
    EXPECT_EQ(std::memcmp(where.data, places, sizeof places), 0);
    for (int k = 0; k < 5; ++k) out.data[k] = static_cast<char>(3 * (k + 1));
    unpack_selected(mask, a, out);
    for (int k = 0; k < 5; ++k) EXPECT_EQ(a.data[places[k]], 3 * (k + 1));
}

}  // namespace
}  // namespace lockstep
