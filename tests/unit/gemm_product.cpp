// Our own matrix product against a triple loop: all types, border sizes, layouts, thread counts.
// Must not know block sizes or instruction sets.
#include <gtest/gtest.h>

#include <tuple>

#include <oneapi/tbb/global_control.h>

#include "host/gemm/gemm.h"
#include "runtime/exec/threads.h"
#include "tests/unit/gemm_check.h"

namespace lockstep::test {
namespace {

template <class T>
class Gemm : public ::testing::Test {};
using Types =
    ::testing::Types<bool, int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t,
                     scalar::float16, scalar::bfloat16, float, double, scalar::complex64, scalar::complex128>;
TYPED_TEST_SUITE(Gemm, Types);

template <class T>
void check(int64_t m, int64_t n, int64_t k, Layout a, Layout b, Layout c) {
    check_product<T>(m, n, k, a, b, c, host::gemm::multiply<T>);
}

Layout any_layout(int count) { return Layout(random_below(count)); }

TYPED_TEST(Gemm, SmallSizesAllTriples) {
    for (int64_t m : {0, 1, 2, 3, 5, 7, 8, 9}) {
        for (int64_t n : {0, 1, 2, 3, 5, 7, 8, 9}) {
            for (int64_t k : {0, 1, 2, 3, 5, 7, 8, 9}) {
                check<TypeParam>(m, n, k, any_layout(layouts), any_layout(layouts),
                                 any_layout(distinct_layouts));
                if (this->HasFatalFailure()) return;
            }
        }
    }
}

TYPED_TEST(Gemm, BorderSizesMixed) {
    const int64_t sizes[] = {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 100, 129, 257};
    for (int repeat = 0; repeat < 60; ++repeat) {
        const int64_t m = sizes[random_below(17)], n = sizes[random_below(17)], k = sizes[random_below(17)];
        check<TypeParam>(m, n, k, any_layout(layouts), any_layout(layouts), any_layout(distinct_layouts));
        if (this->HasFatalFailure()) return;
    }
}

TYPED_TEST(Gemm, EveryLayout) {
    for (int a = 0; a < layouts; ++a) {
        for (int b = 0; b < layouts; ++b) {
            for (int c = 0; c < distinct_layouts; ++c) {
                check<TypeParam>(13, 37, 19, Layout(a), Layout(b), Layout(c));
                check<TypeParam>(1, 37, 70, Layout(a), Layout(b), Layout(c));
                check<TypeParam>(41, 2, 33, Layout(a), Layout(b), Layout(c));
                if (this->HasFatalFailure()) return;
            }
        }
    }
}

// Long in one direction: several blocks of k, several strips and panels of the others.
TYPED_TEST(Gemm, LongSides) {
    const int64_t shapes[][3] = {{1, 1, 9001},  {3, 1, 5003},  {1, 4, 4099}, {4, 1300, 130}, {2100, 3, 77},
                                 {7, 9, 17000}, {6, 3300, 40}, {3300, 5, 9}, {150, 1100, 7}, {1, 3000, 65}};
    for (const auto& s : shapes) {
        for (int repeat = 0; repeat < 2; ++repeat) {
            check<TypeParam>(s[0], s[1], s[2], any_layout(layouts), any_layout(layouts),
                             any_layout(distinct_layouts));
            if (this->HasFatalFailure()) return;
        }
    }
}

TYPED_TEST(Gemm, SameBitsForAnyNumberOfThreads) {
    using T = TypeParam;
    const tbb::global_control seven(tbb::global_control::max_allowed_parallelism, 7);
    for (const auto& [m, n, k] :
         {std::tuple(150, 333, 700), std::tuple(2, 5000, 80), std::tuple(1, 90, 9000)}) {
        Matrix<T> a(m, k, any_layout(layouts)), b(k, n, any_layout(layouts));
        std::vector<std::vector<char>> results;
        for (int threads : {1, 2, 7}) {
            std::vector<char> bytes(size_t(m) * size_t(n) * sizeof(T));
            set_num_threads(threads);
            host::gemm::multiply<T>(m, n, k, a.store.data() + a.origin, a.row, a.col,
                                    b.store.data() + b.origin, b.row, b.col,
                                    reinterpret_cast<T*>(bytes.data()), n, 1);
            set_num_threads(0);
            results.push_back(std::move(bytes));
        }
        EXPECT_EQ(results[0], results[1]);
        EXPECT_EQ(results[0], results[2]);
    }
}

TEST(Gemm, NonFiniteValuesStayInTheirRowAndColumn) {
    const int64_t n = 50;
    std::vector<double> a(n * n, 1.0), b(n * n, 1.0), c(n * n);
    a[7 * n + 3] = std::numeric_limits<double>::quiet_NaN();
    b[11 * n + 49] = std::numeric_limits<double>::infinity();
    host::gemm::multiply<double>(n, n, n, a.data(), n, 1, b.data(), n, 1, c.data(), n, 1);
    for (int64_t i = 0; i < n; ++i) {
        for (int64_t j = 0; j < n; ++j) {
            const double x = c[size_t(i * n + j)];
            if (i == 7) {
                EXPECT_TRUE(std::isnan(x));
            } else if (j == 49) {
                EXPECT_EQ(x, std::numeric_limits<double>::infinity());
            } else {
                EXPECT_EQ(x, 50.0);
            }
        }
    }
}

// One rounding: 1 + 2048 * 2^-12 is lost if the sum is kept in float16.
TEST(Gemm, HalfTypesSumInFloat) {
    const int64_t k = 2049;
    std::vector<scalar::float16> a(k, scalar::to_float16(0x1p-12f)), b(k, scalar::to_float16(1.0f));
    a[0] = scalar::to_float16(1.0f);
    std::vector<scalar::float16> c(25);
    host::gemm::multiply<scalar::float16>(5, 5, k, a.data(), 0, 1, b.data(), 1, 0, c.data(), 5, 1);
    for (scalar::float16 x : c) EXPECT_EQ(scalar::to_float(x), 1.5f);
    host::gemm::multiply<scalar::float16>(1, 1, k, a.data(), 0, 1, b.data(), 1, 0, c.data(), 1, 1);
    EXPECT_EQ(scalar::to_float(c[0]), 1.5f);
}

}  // namespace
}  // namespace lockstep::test
