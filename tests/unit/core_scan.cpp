// Scans and folds of stretches on the CPU against the stated order, written out: layouts, axes, sizes at the borders of runs,
// blocks and groups, thread counts. Must not know NumPy's functions.
#include <gtest/gtest.h>

#include <cmath>

#include "runtime/array/error.h"
#include "runtime/exec/pairwise.h"
#include "runtime/exec/scan.h"
#include "runtime/exec/scan_order.h"
#include "tests/unit/core_layouts.h"

namespace lockstep {
namespace {

using layouts::kLayouts;
using layouts::kWritable;
using layouts::Layout;
using layouts::Placed;
using layouts::Threads;

// The rule of scan_order.h, step by step: what stands before each part, from the parts' totals.
template <class T, class F>
std::vector<T> prefixes(const std::vector<T>& totals, F fold) {
    std::vector<T> result(totals.size()), parents;
    if (totals.size() <= 1) return result;
    std::vector<T> local(totals.size());
    for (size_t i = 0; i < totals.size(); ++i) {
        local[i] = i % kScanRun ? fold(local[i - 1], totals[i]) : totals[i];
        if (i % kScanRun == kScanRun - 1 || i + 1 == totals.size()) parents.push_back(local[i]);
    }
    const std::vector<T> before = prefixes(parents, fold);
    for (size_t i = 1; i < totals.size(); ++i) {
        const size_t parent = i / kScanRun;
        if (i % kScanRun == 0) result[i] = before[parent];
        else result[i] = parent ? fold(before[parent], local[i - 1]) : local[i - 1];
    }
    return result;
}

template <class T, class F>
std::vector<T> scanned(const std::vector<T>& x, F fold) {
    std::vector<T> local(x.size()), totals;
    for (size_t i = 0; i < x.size(); ++i) {
        local[i] = i % kScanRun ? fold(local[i - 1], x[i]) : x[i];
        if (i % kScanRun == kScanRun - 1 || i + 1 == x.size()) totals.push_back(local[i]);
    }
    const std::vector<T> before = prefixes(totals, fold);
    for (size_t i = kScanRun; i < x.size(); ++i) local[i] = fold(before[i / kScanRun], local[i]);
    return local;
}

double rough(std::mt19937& random) {
    return std::ldexp((static_cast<double>(random() % 1000) - 499.5) / 3, static_cast<int>(random() % 12));
}

template <class T>
std::vector<T> row_of(const Array& a, int axis, int64_t row) {
    const char* at = a.data;
    for (int d = a.ndim() - 1; d >= 0; --d) {
        if (d == axis) continue;
        at += row % a.shape[d] * a.strides[d];
        row /= a.shape[d];
    }
    std::vector<T> values(static_cast<size_t>(a.shape[axis]));
    for (size_t i = 0; i < values.size(); ++i)
        std::memcpy(&values[i], at + static_cast<int64_t>(i) * a.strides[axis], sizeof(T));
    return values;
}

template <class T, class F>
void check(Op op, const Placed& in, int axis, Layout out_layout, F fold) {
    Placed out(out_layout, in.array.shape, in.array.dtype);
    run_scan(op, in.array, axis, out.array);
    EXPECT_TRUE(out.guards_intact());
    const int64_t rows = in.array.size() / in.array.shape[axis];
    for (int64_t r = 0; r < rows; ++r)
        ASSERT_EQ(row_of<T>(out.array, axis, r), scanned(row_of<T>(in.array, axis, r), fold))
            << "row " << r << " of " << shape_text(in.array.shape) << " axis " << axis << " layouts "
            << static_cast<int>(out_layout);
}

TEST(Scan, RowsInTheStatedOrder) {
    std::mt19937 random(1);
    for (const int threads : {1, 2, 3}) {
        const Threads some(threads);
        for (const int64_t n : {1, 15, 16, 17, 255, 256, 257, 4095, 4096, 4097, 65535, 65536, 65537, 200'000, 1'100'000}) {
            Placed x(n % 2 ? Layout::unaligned : Layout::c, Dims{n}, types::float64_);
            x.fill<double>([&] { return rough(random); });
            check<double>(Op::add, x, 0, n < 5000 ? Layout::reversed : Layout::c, [](double a, double b) { return a + b; });
        }
    }
}

TEST(Scan, LayoutsAndAxes) {
    std::mt19937 random(2);
    for (const int threads : {1, 3})
        for (const Layout layout : kLayouts)
            for (const Layout to : kWritable)
                for (const Dims& shape : {Dims{3, 20}, Dims{20, 3}, Dims{300, 5}, Dims{2, 18, 4}, Dims{2, 3, 40}}) {
                    const Threads some(threads);
                    Placed x(layout, shape, types::float32_);
                    x.fill<float>([&] { return static_cast<float>(rough(random)); });
                    for (int axis = 0; axis < shape.size(); ++axis)
                        check<float>(Op::add, x, axis, to, [](float a, float b) { return a + b; });
                }
}

TEST(Scan, ColumnsPastAGroup) {
    std::mt19937 random(3);
    for (const int threads : {1, 2, 3}) {
        const Threads some(threads);
        for (const Dims& shape : {Dims{4100, 5}, Dims{257, 300}, Dims{70'000, 9}, Dims{17, 2000}}) {
            Placed x(Layout::c, shape, types::float64_);
            x.fill<double>([&] { return rough(random); });
            check<double>(Op::add, x, 0, Layout::c, [](double a, double b) { return a + b; });
        }
    }
}

TEST(Scan, FactorsOneAfterTheOther) {
    const Threads three(3);
    Placed x(Layout::c, Dims{300'000}, types::float64_);
    std::mt19937 random(4);
    x.fill<double>([&] { return 1 + rough(random) * 1e-9; });
    Placed out(Layout::c, Dims{300'000}, types::float64_);
    run_scan(Op::multiply, x.array, 0, out.array);
    double product = x.at<double>(0);
    for (int64_t i = 1; i < 300'000; ++i) {
        product *= x.at<double>(i);
        if (i % 997 == 0) {
            ASSERT_EQ(out.at<double>(i), product);
        }
    }
}

TEST(Scan, IntegersOnEveryThreadCount) {
    std::mt19937 random(5);
    for (const int threads : {1, 2, 4}) {
        const Threads some(threads);
        Placed x(Layout::c, Dims{900'000}, types::int32_), out(Layout::c, Dims{900'000}, types::int32_);
        x.fill<int32_t>([&] { return static_cast<int32_t>(random()); });
        run_scan(Op::add, x.array, 0, out.array);
        uint32_t sum = 0;
        for (int64_t i = 0; i < 900'000; ++i) {
            sum += static_cast<uint32_t>(x.at<int32_t>(i));
            ASSERT_EQ(static_cast<uint32_t>(out.at<int32_t>(i)), sum) << i;
        }
    }
}

TEST(Scan, RefusesWhatHasNoScan) {
    Placed x(Layout::c, Dims{3}, types::float64_), out(Layout::c, Dims{3}, types::float64_);
    EXPECT_THROW(run_scan(Op::subtract, x.array, 0, out.array), Error);
    EXPECT_THROW(run_scan(Op::bitwise_and, x.array, 0, out.array), Error);
}

// First + the tree of the rest, on every thread count.
TEST(Segments, SumsOfStretches) {
    std::mt19937 random(6);
    for (const int threads : {1, 2, 3}) {
        const Threads some(threads);
        for (const Layout layout : {Layout::c, Layout::gaps, Layout::unaligned}) {
            Placed x(layout, Dims{60'000}, types::float64_), out(Layout::c, Dims{5}, types::float64_);
            x.fill<double>([&] { return rough(random); });
            Placed indices(Layout::c, Dims{5}, types::int64_);
            const int64_t starts[] = {7, 140, 139, 30'000, 59'999};
            int64_t next = 0;
            indices.fill<int64_t>([&] { return starts[next++]; });
            run_segments(Op::add, x.array, 0, indices.array, out.array);
            const std::vector<double> values = row_of<double>(x.array, 0, 0);
            for (int i = 0; i < 5; ++i) {
                const int64_t end = i < 4 ? starts[i + 1] : 60'000;
                double expected = values[static_cast<size_t>(starts[i])], rest = 0;
                if (end - starts[i] > 1) {
                    pairwise_sum<1>(values.data() + starts[i] + 1, end - starts[i] - 1, &rest);
                    expected += rest;
                }
                EXPECT_EQ(out.at<double>(i), expected) << i;
            }
        }
    }
}

TEST(Segments, IndicesOutsideTheAxis) {
    Placed x(Layout::c, Dims{3}, types::float64_), out(Layout::c, Dims{1}, types::float64_);
    Placed indices(Layout::c, Dims{1}, types::int64_);
    for (const int64_t wrong : {-1, 3}) {
        indices.fill<int64_t>([&] { return wrong; });
        EXPECT_THROW(run_segments(Op::add, x.array, 0, indices.array, out.array), Error);
    }
    EXPECT_TRUE(out.guards_intact());
}

}  // namespace
}  // namespace lockstep
