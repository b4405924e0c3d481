// What the machine can do, as JSON: bytes per second by pattern and footprint, fused multiply-adds per second by type.
// Must not know Lockstep: plain loops on plain memory. Arguments: the number of threads, all processors when not
// given; the
// milliseconds of each measurement.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <thread>
#include <type_traits>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace {

using Clock = std::chrono::steady_clock;
constexpr size_t kPage = size_t{2} << 20;
constexpr int kRepeats = 5;
volatile double sink;
double least_seconds = 4e-3;

// Loops of 64 bytes at a time; the compiler makes of one what each instruction set has.
using Vector = double __attribute__((vector_size(64), aligned(64), may_alias));

#if defined(__x86_64__)
#define LS_BENCH_CLONES __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define LS_BENCH_CLONES
#endif

LS_BENCH_CLONES void read_all(const Vector* a, size_t n) {
    Vector s0 = {}, s1 = {}, s2 = {}, s3 = {};
    for (size_t i = 0; i + 4 <= n; i += 4) {
        s0 += a[i];
        s1 += a[i + 1];
        s2 += a[i + 2];
        s3 += a[i + 3];
    }
    s0 += s1 + s2 + s3;
    sink = s0[0] + s0[1] + s0[2] + s0[3] + s0[4] + s0[5] + s0[6] + s0[7];
}

LS_BENCH_CLONES void copy_all(const Vector* a, Vector* c, size_t n) {
    for (size_t i = 0; i < n; ++i) c[i] = a[i];
}

LS_BENCH_CLONES void add_all(const Vector* a, const Vector* b, Vector* c, size_t n) {
    for (size_t i = 0; i < n; ++i) c[i] = a[i] + b[i];
}

LS_BENCH_CLONES void fill_all(Vector* c, size_t n) {
    const Vector one = {1, 1, 1, 1, 1, 1, 1, 1};
    for (size_t i = 0; i < n; ++i) c[i] = one;
}

#if defined(__x86_64__)
// The same with stores past the cache, which is faster when the result does not fit there.
void stream_all(const double* a, const double* b, double* c, size_t n) {
    const __m128d one = _mm_set1_pd(1);
    for (size_t i = 0; i + 2 <= n; i += 2) {
        const __m128d x = a ? _mm_load_pd(a + i) : one;
        _mm_stream_pd(c + i, b ? _mm_add_pd(x, _mm_load_pd(b + i)) : x);
    }
    _mm_sfence();
}
#endif

enum Pattern { kRead, kCopy, kAdd, kFill };
struct PatternRow {
    const char* name;
    int arrays;
};
constexpr PatternRow kPatterns[] = {{"read", 1}, {"copy", 2}, {"add", 3}, {"fill", 1}};

void pass(Pattern pattern, bool streaming, double* memory, size_t vectors) {
    auto* a = reinterpret_cast<Vector*>(memory);
    Vector *b = a + vectors, *c = b + vectors;
#if defined(__x86_64__)
    if (streaming) {
        const size_t n = vectors * 8;
        if (pattern == kCopy) stream_all(memory, nullptr, memory + n, n);
        if (pattern == kAdd) stream_all(memory, memory + n, memory + 2 * n, n);
        if (pattern == kFill) stream_all(nullptr, nullptr, memory, n);
        return;
    }
#endif
    if (pattern == kRead) read_all(a, vectors);
    if (pattern == kCopy) copy_all(a, b, vectors);
    if (pattern == kAdd) add_all(a, b, c, vectors);
    if (pattern == kFill) fill_all(a, vectors);
}

// The rate of `threads` threads that do `work` (thread number -> amount done) over and over for some milliseconds at
// once.
double rate(int threads, const std::function<double(int)>& work) {
    double best = 0;
    for (int repeat = 0; repeat < kRepeats; ++repeat) {
        std::atomic<int> ready = 0;
        std::vector<double> rates(static_cast<size_t>(threads));
        const auto body = [&](int t) {
            work(t);
            ++ready;
            while (ready < threads) std::this_thread::yield();
            const auto start = Clock::now();
            double done = 0, seconds = 0;
            while (seconds < least_seconds) {
                done += work(t);
                seconds = std::chrono::duration<double>(Clock::now() - start).count();
            }
            rates[static_cast<size_t>(t)] = done / seconds;
        };
        std::vector<std::thread> team;
        for (int t = 1; t < threads; ++t) team.emplace_back(body, t);
        body(0);
        for (auto& t : team) t.join();
        double sum = 0;
        for (const double r : rates) sum += r;
        best = std::max(best, sum);
    }
    return best;
}

double bandwidth(Pattern pattern, size_t footprint, int threads, double* memory, size_t capacity) {
    const auto arrays = static_cast<size_t>(kPatterns[pattern].arrays);
    const size_t vectors = std::max<size_t>(8, footprint / static_cast<size_t>(threads) / arrays / 64);
    const size_t apart = capacity / static_cast<size_t>(threads) / 8 / 8 * 8;  // doubles, in whole lines
    double best = 0;
    for (const bool streaming : {false, true}) {
#if !defined(__x86_64__)
        if (streaming) continue;
#endif
        if (streaming && (pattern == kRead || footprint < kPage)) continue;
        const size_t passes = std::max<size_t>(1, (size_t{64} << 10) / (vectors * 64));
        best = std::max(best, rate(threads, [&](int t) {
                            for (size_t i = 0; i < passes; ++i)
                                pass(pattern, streaming, memory + static_cast<size_t>(t) * apart, vectors);
                            return static_cast<double>(passes * vectors * arrays * 64);
                        }));
    }
    return best;
}

constexpr int kSteps = 4096;

// Twelve independent sums, as many as keep two units of a latency of four or five busy. Two operations per step and
// lane.
template <class V>
[[gnu::always_inline]] inline double multiply_adds() {
    V s[12], m, c;
    for (size_t lane = 0; lane < sizeof(V) / sizeof(m[0]); ++lane) {
        m[lane] = 0.5;
        c[lane] = 1;
        // read one by one: the compiler must not know that they are alike
        for (auto& one : s) one[lane] = static_cast<std::remove_reference_t<decltype(m[0])>>(sink);
    }
    for (int k = 0; k < kSteps; ++k) {
#pragma GCC unroll 12
        for (int i = 0; i < 12; ++i) s[i] = s[i] * m + c;  // this file is compiled with contraction on
    }
    V sum = s[0];
    for (int i = 1; i < 12; ++i) sum += s[i];
    sink = static_cast<double>(sum[0]);
    return 2.0 * 12 * kSteps * (sizeof(V) / sizeof(m[0]));
}

template <class T>
struct Wide;
template <>
struct Wide<float> {
    using V16 = float __attribute__((vector_size(16)));
    using V32 = float __attribute__((vector_size(32)));
    using V64 = float __attribute__((vector_size(64)));
};
template <>
struct Wide<double> {
    using V16 = double __attribute__((vector_size(16)));
    using V32 = double __attribute__((vector_size(32)));
    using V64 = double __attribute__((vector_size(64)));
};

#if defined(__x86_64__)
template <class T>
__attribute__((target("avx512f"))) double fma512() {
    return multiply_adds<typename Wide<T>::V64>();
}
template <class T>
__attribute__((target("avx2,fma"))) double fma256() {
    return multiply_adds<typename Wide<T>::V32>();
}
#endif
template <class T>
double fma128() {
    return multiply_adds<typename Wide<T>::V16>();
}

template <class T>
double fma_rate(int threads) {
    double (*work)() = fma128<T>;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("fma")) work = fma256<T>;
    if (__builtin_cpu_supports("avx512f")) work = fma512<T>;
#endif
    return rate(threads, [work](int) { return work(); });
}

void print_flops(const char* name, int threads) {
    const double single = fma_rate<float>(threads), twice = fma_rate<double>(threads);
    std::printf("\"%s\": {\"float32\": %.6g, \"float64\": %.6g}", name, single, twice);
}

}  // namespace

int main(int argc, char** argv) {
    const int all = argc > 1 ? std::atoi(argv[1]) : static_cast<int>(std::thread::hardware_concurrency());
    const int threads = std::max(1, all);
    if (argc > 2) least_seconds = std::atof(argv[2]) * 1e-3;
    const size_t capacity = (size_t{256} << 20) + static_cast<size_t>(threads) * kPage;
    auto* memory = static_cast<double*>(std::aligned_alloc(kPage, (capacity + kPage - 1) / kPage * kPage));
    if (memory == nullptr) return 1;
#if defined(__linux__)
    madvise(memory, capacity, MADV_HUGEPAGE);
#endif
    for (size_t i = 0; i < capacity / sizeof(double); ++i) memory[i] = 1;
    std::printf("{\"threads\": %d, \"bandwidth\": [", threads);
    const char* comma = "";
    for (size_t footprint = size_t{16} << 10; footprint <= (size_t{256} << 20); footprint *= 4)
        for (const Pattern pattern : {kRead, kCopy, kAdd, kFill}) {
            double best = bandwidth(pattern, footprint, 1, memory, capacity);
            if (threads > 1) best = std::max(best, bandwidth(pattern, footprint, threads, memory, capacity));
            std::printf("%s\n  {\"pattern\": \"%s\", \"footprint\": %zu, \"bytes_per_second\": %.6g}", comma,
                        kPatterns[pattern].name, footprint, best);
            comma = ",";
        }
    std::printf("],\n");
    print_flops("flops", threads);
    std::printf(", ");
    print_flops("flops_one_thread", 1);
    std::printf("}\n");
    std::free(memory);
    return 0;
}
