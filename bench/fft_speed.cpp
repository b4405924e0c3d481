// Speed of the CPU transform by length, kind and precision: `fft_speed [c2c|r2c|c2r] [double|float] [n]
// [howmany]`. Must not know the transform's insides; times are minima over repeats, one thread and all,
// NumPy's flop count 5 n log2 n.
#include <oneapi/tbb/global_control.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <random>
#include <utility>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "host/fft/fft.h"

namespace {

using lockstep::host::fft::Kind;

template <class Work>
double least_seconds(const Work& work) {
    using Clock = std::chrono::steady_clock;
    double least = 1e9;
    const auto start = Clock::now();
    for (int repeat = 0; repeat < 3 || Clock::now() - start < std::chrono::milliseconds(200); ++repeat) {
        const auto before = Clock::now();
        work();
        least = std::min(least, std::chrono::duration<double>(Clock::now() - before).count());
    }
    return least;
}

// Aligned and in huge pages, as the library's own arrays are.
template <class T>
class Pages {
  public:
    explicit Pages(int64_t count) {
        constexpr size_t page = size_t{2} << 20;
        const size_t bytes = (static_cast<size_t>(count) * sizeof(T) + page - 1) / page * page;
        block_ = std::aligned_alloc(page, bytes);
        if (block_ == nullptr) throw std::bad_alloc();
#if defined(__linux__)
        madvise(block_, bytes, MADV_HUGEPAGE);
#endif
        std::memset(block_, 0, bytes);
    }
    ~Pages() { std::free(block_); }
    Pages(const Pages&) = delete;
    Pages& operator=(const Pages&) = delete;
    T* data() const { return static_cast<T*>(block_); }

  private:
    void* block_;
};

template <class T>
void measure(Kind kind, int64_t n, int64_t howmany) {
    std::mt19937_64 bits(1);
    std::normal_distribution<T> normal;
    const int64_t in_row = kind == Kind::c2r ? n / 2 + 1 : n, out_row = kind == Kind::r2c ? n / 2 + 1 : n;
    const Pages<T> in(2 * in_row * howmany), out(2 * out_row * howmany);
    for (int64_t i = 0; i < 2 * in_row * howmany; ++i) in.data()[i] = normal(bits);
    const auto work = [&] {
        lockstep::host::fft::transform(kind, n, howmany, in.data(), in_row, out.data(), out_row, T(1));
    };
    work();
    const double all = least_seconds(work);
    const tbb::global_control single(tbb::global_control::max_allowed_parallelism, 1);
    const double one = least_seconds(work);
    const double flops = 5 * static_cast<double>(n * howmany) * std::log2(static_cast<double>(n)) *
                         (kind == Kind::r2c || kind == Kind::c2r ? 0.5 : 1);
    std::printf("%9lld x %-6lld one thread %11.2f us %6.1f GF/s   all %11.2f us %6.1f GF/s\n",
                static_cast<long long>(n), static_cast<long long>(howmany), one * 1e6, flops / one * 1e-9,
                all * 1e6, flops / all * 1e-9);
}

}  // namespace

int main(int argc, char** argv) {
    Kind kind = Kind::c2c_forward;
    bool single = false;
    std::vector<int64_t> numbers;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "r2c") == 0) kind = Kind::r2c;
        if (std::strcmp(argv[i], "c2r") == 0) kind = Kind::c2r;
        if (std::strcmp(argv[i], "float") == 0) single = true;
        if (std::atoll(argv[i]) > 0) numbers.push_back(std::atoll(argv[i]));
    }
    std::vector<std::pair<int64_t, int64_t>> cases = {
        {8, 1},       {16, 1000}, {64, 1},     {64, 1000},   {100, 1000},  {256, 1},
        {256, 100},   {1000, 1},  {1000, 100}, {1024, 1},    {1024, 100},  {1009, 1},
        {1 << 14, 1}, {99991, 1}, {100000, 1}, {1 << 17, 1}, {1000000, 1}, {1 << 20, 1},
        {1 << 22, 1}, {13, 1000}, {97, 100},   {1048573, 1}};
    if (!numbers.empty()) cases = {{numbers[0], numbers.size() > 1 ? numbers[1] : 1}};
    for (const auto& [n, howmany] : cases)
        single ? measure<float>(kind, n, howmany) : measure<double>(kind, n, howmany);
}
