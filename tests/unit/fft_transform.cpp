// Our own FFT against the definition: every length to 130 and chosen long ones, all kinds, precisions,
// layouts. Must not know plans, instruction sets or how rows are split.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>

#include "tests/unit/fft_reference.h"

namespace lockstep::test {
namespace {

using host::fft::transform;

// Compares `count` results of a row, spread over it, in the L2 norm; all of them where count is their number.
template <class T>
void check_row(const Definition& definition, Batch<T>& batch, int64_t row, int64_t count) {
    const std::vector<Wide> x = widen(batch.kind, batch.n, batch.in_row(row));
    const int64_t results = out_elements(batch.kind, batch.n);
    const T* const out = batch.out_row(row);
    long double difference = 0, energy = 0;
    for (const Wide& v : x) energy += std::norm(v);
    for (int64_t i = 0; i < count; ++i) {
        const int64_t k = count == results ? i : random_below(results);
        const Wide expected = definition.result(x, k) * static_cast<long double>(batch.scale);
        const bool real = batch.kind == Kind::c2r;
        difference += std::norm((real ? Wide(out[k]) : Wide(out[2 * k], out[2 * k + 1])) - expected);
    }
    // Parseval: the n results have n times the energy of the n values.
    const long double scale = std::fabs(static_cast<long double>(batch.scale));
    const long double size = scale * std::sqrt(energy * static_cast<long double>(count));
    EXPECT_LE(std::sqrt(difference), error_bound<T>(batch.n) * size)
        << "kind " << static_cast<int>(batch.kind) << " n " << batch.n << " row " << row << " of "
        << batch.howmany;
}

template <class T>
void check_gaps(Batch<T>& batch) {
    const int64_t used = out_elements(batch.kind, batch.n) * out_parts(batch.kind);
    for (int64_t i = 0; i < batch.howmany; ++i)
        for (int64_t j = used; j < batch.out_stride * out_parts(batch.kind); ++j)
            ASSERT_EQ(batch.out_row(i)[j], T(sentinel))
                << "written between rows: n " << batch.n << " row " << i;
}

template <class T>
class FftTransform : public ::testing::Test {};
using Precisions = ::testing::Types<double, float>;
TYPED_TEST_SUITE(FftTransform, Precisions);

TYPED_TEST(FftTransform, EveryLengthTo130) {
    using T = TypeParam;
    const T scales[] = {T(1), T(0.5), T(-3), T(0.3)};
    for (const Kind kind : all_kinds)
        for (int64_t n = 1; n <= 130; ++n) {
            const Definition definition(kind, n);
            for (const int64_t howmany : {int64_t{1}, 2 + random_below(18)}) {
                Batch<T> batch(kind, n, howmany, random_below(3), random_below(3), scales[random_below(4)]);
                batch.run();
                for (int64_t i = 0; i < howmany; i += 1 + random_below(4))
                    check_row(definition, batch, i, out_elements(kind, n));
                check_row(definition, batch, howmany - 1, out_elements(kind, n));
                check_gaps(batch);
            }
        }
}

// Primes about the largest radix and beyond, prime powers, products of many and of awkward primes, powers of
// two.
TYPED_TEST(FftTransform, ChosenLengths) {
    const int64_t lengths[] = {131,  137,  169,  243,  256,  289,  343,  512,  720,  743,  961,  997,  1000,
                               1001, 1009, 1024, 1331, 2021, 2047, 2048, 2049, 2310, 3125, 3721, 4096, 5041};
    for (const Kind kind : all_kinds)
        for (const int64_t n : lengths) {
            const Definition definition(kind, n);
            Batch<TypeParam> batch(kind, n, 1 + random_below(3), 1, 2, TypeParam(0.75));
            batch.run();
            check_row(definition, batch, batch.howmany - 1, n <= 512 ? out_elements(kind, n) : 60);
            check_gaps(batch);
        }
}

TYPED_TEST(FftTransform, LongRows) {
    for (const int64_t n : {16807, 30030, 65537, 99991, 1 << 17, 1 << 20}) {
        const Kind kind = all_kinds[random_below(4)];
        const Definition definition(kind, n);
        Batch<TypeParam> batch(kind, n, 1, 0, 0, TypeParam(1));
        batch.run();
        check_row(definition, batch, 0, 8);
    }
}

// Rows that are not noise: one value, one tone, all equal; their transforms are known exactly.
TYPED_TEST(FftTransform, ImpulsesTonesAndConstants) {
    using T = TypeParam;
    for (const int64_t n : {4, 15, 64, 97, 1000, 1009, 4096}) {
        std::vector<T> x(static_cast<size_t>(2 * n)), y(x);
        const int64_t at = random_below(n);
        x[static_cast<size_t>(2 * at)] = 1;
        transform(Kind::c2c_forward, n, 1, x.data(), n, y.data(), n, T(1));
        for (int64_t k = 0; k < n; ++k) {
            const size_t re = static_cast<size_t>(2 * k);
            ASSERT_NEAR(std::hypot(y[re], y[re + 1]), 1, 16 * std::numeric_limits<T>::epsilon())
                << n << ' ' << k;
        }
        transform(Kind::c2c_backward, n, 1, y.data(), n, y.data(), n, T(1) / static_cast<T>(n));
        long double difference = 0;
        for (size_t j = 0; j < x.size(); ++j) difference += std::norm(Wide(x[j] - y[j]));
        EXPECT_LE(std::sqrt(difference), 2 * error_bound<T>(n)) << n;
        for (size_t j = 0; j < x.size(); ++j) x[j] = j % 2 == 0 ? 1 : -2;
        transform(Kind::c2c_forward, n, 1, x.data(), n, y.data(), n, T(1));
        difference = std::norm(Wide(y[0], y[1]) - Wide(static_cast<T>(n), static_cast<T>(-2 * n)));
        for (size_t j = 2; j < y.size(); ++j) difference += std::norm(Wide(y[j]));
        EXPECT_LE(std::sqrt(difference), error_bound<T>(n) * std::sqrt(5.0L) * static_cast<long double>(n))
            << n;
    }
}

TYPED_TEST(FftTransform, RoundTripsInPlace) {
    using T = TypeParam;
    for (const int64_t n : {12, 61, 1000, 4099, 99991, 1 << 18, 1000000, 1 << 20}) {
        const int64_t howmany = n < 5000 ? 7 : 1;
        const std::vector<T> x = random_reals<T>(2 * n * howmany, bits());
        std::vector<T> y = x;
        transform(Kind::c2c_forward, n, howmany, y.data(), n, y.data(), n, T(1));
        transform(Kind::c2c_backward, n, howmany, y.data(), n, y.data(), n, T(1) / static_cast<T>(n));
        long double difference = 0, size = 0;
        for (size_t j = 0; j < x.size(); ++j) {
            difference += std::norm(static_cast<Wide>(x[j]) - static_cast<Wide>(y[j]));
            size += std::norm(static_cast<Wide>(x[j]));
        }
        EXPECT_LE(std::sqrt(difference), 2 * error_bound<T>(n) * std::sqrt(size)) << n;
    }
}

TYPED_TEST(FftTransform, RealRoundTrips) {
    using T = TypeParam;
    for (const int64_t n : {1, 2, 3, 10, 63, 1000, 1001, 9973, 1 << 18, 1000002}) {
        const std::vector<T> x = random_reals<T>(n, bits());
        std::vector<T> spectrum(static_cast<size_t>(2 * (n / 2 + 1))), y(x);
        transform(Kind::r2c, n, 1, x.data(), n, spectrum.data(), n / 2 + 1, T(1));
        EXPECT_EQ(spectrum[1], T(0));
        spectrum[1] = 77;  // ignored
        if (n % 2 == 0) {
            EXPECT_EQ(spectrum.back(), T(0));
            spectrum.back() = 77;
        }
        transform(Kind::c2r, n, 1, spectrum.data(), n / 2 + 1, y.data(), n, T(1) / static_cast<T>(n));
        long double difference = 0, size = 0;
        for (size_t j = 0; j < x.size(); ++j) {
            difference += std::norm(static_cast<Wide>(x[j]) - static_cast<Wide>(y[j]));
            size += std::norm(static_cast<Wide>(x[j]));
        }
        EXPECT_LE(std::sqrt(difference), 2 * error_bound<T>(n) * std::sqrt(size)) << n;
    }
}

TYPED_TEST(FftTransform, NegativeStridesReverseTheRows) {
    using T = TypeParam;
    for (const Kind kind : all_kinds)
        for (const int64_t n : {7, 20, 128}) {
            Batch<T> batch(kind, n, 11, 2, 1, T(2));
            batch.run();
            std::vector<T> reversed(batch.out.size(), T(sentinel));
            const int64_t last_in = 10 * batch.in_stride * in_parts(kind),
                          last_out = 10 * batch.out_stride * out_parts(kind);
            transform(kind, n, 11, batch.in.data() + last_in, -batch.in_stride, reversed.data() + last_out,
                      -batch.out_stride, T(2));
            // Row 0 is now computed in another lane and row 10 in another group: the bound allows other last
            // bits.
            for (size_t j = 0; j < reversed.size(); ++j)
                ASSERT_NEAR(reversed[j], batch.out[j], 64 * error_bound<T>(n) * std::sqrt(static_cast<T>(n)))
                    << n << ' ' << j;
        }
}

TYPED_TEST(FftTransform, ANaNSpoilsItsOwnRowOnly) {
    using T = TypeParam;
    for (const Kind kind : all_kinds)
        for (const int64_t n : {8, 13, 30, 97, 256, 1009}) {
            Batch<T> clean(kind, n, 9, 0, 0, T(1));
            Batch<T> spoilt = clean;
            const int64_t bad = random_below(9);
            const T values[] = {std::numeric_limits<T>::quiet_NaN(), std::numeric_limits<T>::infinity()};
            spoilt.in[static_cast<size_t>(bad * clean.in_stride * in_parts(kind))] = values[random_below(2)];
            clean.run();
            spoilt.run();
            const size_t row_bytes = static_cast<size_t>(clean.out_stride * out_parts(kind)) * sizeof(T);
            for (int64_t i = 0; i < 9; ++i) {
                if (i != bad)
                    ASSERT_EQ(std::memcmp(clean.out_row(i), spoilt.out_row(i), row_bytes), 0)
                        << n << " row " << i;
                else
                    ASSERT_FALSE(std::isfinite(spoilt.out_row(i)[0])) << n << " row " << i;
            }
        }
}

TEST(FftTransform, RefusesWhatMakesNoSense) {
    double x[2] = {};
    EXPECT_THROW(transform(Kind::c2c_forward, 0, 1, x, 1, x, 1, 1.0), std::invalid_argument);
    EXPECT_THROW(transform(Kind::r2c, -3, 1, x, 1, x, 1, 1.0), std::invalid_argument);
    EXPECT_THROW(transform(Kind::c2r, 1, -1, x, 1, x, 1, 1.0), std::invalid_argument);
    EXPECT_NO_THROW(transform(Kind::c2c_forward, 5, 0, x, 1, x, 1, 1.0));
}

TEST(FftTransform, TablesThatDoNotFitAreBadAlloc) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "the sanitizer's operator new ends the program instead of throwing";
#endif
    double x[2] = {};
    EXPECT_THROW(transform(Kind::c2c_forward, int64_t{1} << 50, 1, x, 1, x, 1, 1.0), std::bad_alloc);
}

}  // namespace
}  // namespace lockstep::test
