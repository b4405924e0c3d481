// Our own FFT against the definition: every length to 130 and chosen long ones, all kinds, both precisions,
// layouts, threads. Must not know plans, instruction sets or how rows are split.
#include <gtest/gtest.h>
#include <oneapi/tbb/global_control.h>

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/unit/fft_reference.h"

namespace lockstep::test {
namespace {

using host::fft::transform;

std::mt19937_64& bits() {
    static std::mt19937_64 generator(std::random_device{}());
    return generator;
}
int64_t random_below(int64_t n) { return static_cast<int64_t>(bits()() % static_cast<uint64_t>(n)); }

constexpr int sentinel = 12345;

// A batch of rows with gaps between them, what the transform made of it, and room before and after.
template <class T>
struct Batch {
    Kind kind;
    int64_t n, howmany, in_stride, out_stride;
    T scale;
    std::vector<T> in, out;

    Batch(Kind k, int64_t length, int64_t rows, int64_t in_gap, int64_t out_gap, T factor)
        : kind(k),
          n(length),
          howmany(rows),
          in_stride(in_elements(k, n) + in_gap),
          out_stride(out_elements(k, n) + out_gap),
          scale(factor),
          in(random_reals<T>(in_stride * howmany * in_parts(k), bits())),
          out(static_cast<size_t>(out_stride * howmany * out_parts(k)), T(sentinel)) {}

    const T* in_row(int64_t i) const { return in.data() + i * in_stride * in_parts(kind); }
    T* out_row(int64_t i) { return out.data() + i * out_stride * out_parts(kind); }
    void run() { transform(kind, n, howmany, in.data(), in_stride, out.data(), out_stride, scale); }
};

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

TYPED_TEST(FftTransform, ThreadsAndAlignmentDoNotChangeBits) {
    using T = TypeParam;
    const std::pair<int64_t, int64_t> shapes[] = {{16, 9000}, {1000, 50},  {1009, 40},
                                                  {99991, 1}, {200200, 1}, {1 << 20, 1}};
    for (const auto& [n, howmany] : shapes)
        for (const Kind kind : all_kinds) {
            Batch<T> many(kind, n, howmany, 0, 0, T(1));
            Batch<T> one = many;
            {
                const tbb::global_control eight(tbb::global_control::max_allowed_parallelism, 8);
                many.run();
            }
            const tbb::global_control single(tbb::global_control::max_allowed_parallelism, 1);
            one.run();
            ASSERT_TRUE(many.out == one.out) << n;
            std::vector<T> shifted(one.out.size() + 1), in(one.in.size() + 1);
            std::copy(one.in.begin(), one.in.end(), in.begin() + 1);
            transform(kind, n, howmany, in.data() + 1, one.in_stride, shifted.data() + 1, one.out_stride,
                      T(1));
            ASSERT_TRUE(std::equal(one.out.begin(), one.out.end(), shifted.begin() + 1)) << n;
        }
}

// Memory between two pages that nobody may touch, with the block at its very end or its very start.
template <class T>
class Fenced {
  public:
    Fenced(int64_t count, bool at_end) {
        const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE)),
                     bytes = static_cast<size_t>(count) * sizeof(T);
        const size_t inside = (bytes + page - 1) / page * page;
        size_ = inside + 2 * page;
        base_ = static_cast<char*>(mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        mprotect(base_ + page, inside, PROT_READ | PROT_WRITE);
        data_ = reinterpret_cast<T*>(base_ + page + (at_end ? inside - bytes : 0));
    }
    ~Fenced() { munmap(base_, size_); }
    Fenced(const Fenced&) = delete;
    Fenced& operator=(const Fenced&) = delete;
    T* data() { return data_; }

  private:
    char* base_;
    size_t size_;
    T* data_;
};

TYPED_TEST(FftTransform, TouchesNothingOutsideItsRows) {
    using T = TypeParam;
    std::vector<int64_t> lengths = {169, 200, 256, 257, 500, 1000, 1001, 1009, 4096, 10007, 65536, 100100};
    for (int64_t n = 1; n <= 130; ++n) lengths.push_back(n);
    for (const Kind kind : all_kinds)
        for (const int64_t n : lengths)
            for (const bool at_end : {false, true}) {
                const int64_t howmany = n > 2000 ? 1 : 1 + random_below(20);
                const int64_t ins = howmany * in_elements(kind, n) * in_parts(kind);
                Fenced<T> in(ins, at_end), out(howmany * out_elements(kind, n) * out_parts(kind), at_end);
                for (int64_t i = 0; i < ins; ++i) in.data()[i] = T(i % 3);
                transform(kind, n, howmany, in.data(), in_elements(kind, n), out.data(),
                          out_elements(kind, n), T(1));
                ASSERT_TRUE(std::isfinite(out.data()[0]));
            }
}

TEST(FftTransform, ManyThreadsManyLengths) {
    std::vector<std::thread> threads;
    std::array<int, 6> bad{};
    for (size_t t = 0; t < bad.size(); ++t)
        threads.emplace_back([t, &bad] {
            std::mt19937_64 generator(t);
            for (int repeat = 0; repeat < 150; ++repeat) {
                const int64_t n = 1 + static_cast<int64_t>(generator() % 300);
                const std::vector<double> x = random_reals<double>(2 * n, generator);
                std::vector<double> y(x);
                transform(Kind::c2c_forward, n, 1, y.data(), n, y.data(), n, 1.0);
                transform(Kind::c2c_backward, n, 1, y.data(), n, y.data(), n, 1.0 / static_cast<double>(n));
                for (size_t j = 0; j < x.size(); ++j) bad[t] += !(std::fabs(x[j] - y[j]) < 1e-13);
            }
        });
    for (std::thread& thread : threads) thread.join();
    for (const int count : bad) EXPECT_EQ(count, 0);
}

// The sets below this processor's best, in children of this program.
TEST(FftTransform, LesserInstructionSets) {
    char self[4096] = {};
    ASSERT_GT(readlink("/proc/self/exe", self, sizeof self - 1), 0);
    for (const std::string set : {"v3", "v2"}) {
        const std::string command =
            "LOCKSTEP_ISA=" + set + " '" + self +
            "' --gtest_filter='FftTransform/*.EveryLengthTo130:FftTransform/*.ChosenLengths:"
            "FftTransform/*.TouchesNothing*' > /dev/null 2>&1";
        EXPECT_EQ(std::system(command.c_str()), 0) << command;
    }
}

TEST(FftTransform, RefusesWhatMakesNoSense) {
    double x[2] = {};
    EXPECT_THROW(transform(Kind::c2c_forward, 0, 1, x, 1, x, 1, 1.0), std::invalid_argument);
    EXPECT_THROW(transform(Kind::r2c, -3, 1, x, 1, x, 1, 1.0), std::invalid_argument);
    EXPECT_THROW(transform(Kind::c2r, 1, -1, x, 1, x, 1, 1.0), std::invalid_argument);
    EXPECT_NO_THROW(transform(Kind::c2c_forward, 5, 0, x, 1, x, 1, 1.0));
    EXPECT_THROW(transform(Kind::c2c_forward, int64_t{1} << 50, 1, x, 1, x, 1, 1.0), std::bad_alloc);
}

}  // namespace
}  // namespace lockstep::test
