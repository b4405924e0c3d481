// Our own FFT beside other threads, at any alignment, between fenced pages and with lesser instruction sets.
// Must not know plans or how rows are split.
#include <gtest/gtest.h>
#include <oneapi/tbb/global_control.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>

#include "tests/unit/fft_reference.h"

namespace lockstep::test {
namespace {

using host::fft::transform;

template <class T>
class FftSurroundings : public ::testing::Test {};
using Precisions = ::testing::Types<double, float>;
TYPED_TEST_SUITE(FftSurroundings, Precisions);

TYPED_TEST(FftSurroundings, ThreadsAndAlignmentDoNotChangeBits) {
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

TYPED_TEST(FftSurroundings, TouchesNothingOutsideItsRows) {
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

TEST(FftSurroundings, ManyThreadsManyLengths) {
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
TEST(FftSurroundings, LesserInstructionSets) {
    char self[4096] = {};
    ASSERT_GT(readlink("/proc/self/exe", self, sizeof self - 1), 0);
    for (const std::string set : {"v3", "v2"}) {
        const std::string command =
            "LOCKSTEP_ISA=" + set + " '" + self +
            "' --gtest_filter='FftTransform/*.EveryLengthTo130:FftTransform/*.ChosenLengths:"
            "FftSurroundings/*.TouchesNothing*' > /dev/null 2>&1";
        EXPECT_EQ(std::system(command.c_str()), 0) << command;
    }
}

}  // namespace
}  // namespace lockstep::test
