// What a process boundary would hide in the first slice: call overhead, the plain streaming add, a fused program.
// Sees lockstep.h, and the runtime's internal interface for the program.
#include <lockstep/lockstep.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace {

using Clock = std::chrono::steady_clock;

double fastest(int repeats, const std::function<void()>& f) {
    double best = 1e9;
    for (int i = 0; i < repeats; ++i) {
        const auto start = Clock::now();
        f();
        best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
    }
    return best;
}

// out = a + b by hand, with stores past the cache.
void plain_add(const double* a, const double* b, double* out, size_t n) {
#if defined(__x86_64__)
    for (size_t i = 0; i + 2 <= n; i += 2)
        _mm_stream_pd(out + i, _mm_add_pd(_mm_loadu_pd(a + i), _mm_loadu_pd(b + i)));
    _mm_sfence();
#else
    for (size_t i = 0; i < n; ++i) out[i] = a[i] + b[i];
#endif
}

void threaded_add(const double* a, const double* b, double* out, size_t n, unsigned threads) {
    std::vector<std::thread> team;
    for (unsigned t = 0; t < threads; ++t) {
        const size_t from = n * t / threads / 8 * 8, to = t + 1 == threads ? n : n * (t + 1) / threads / 8 * 8;
        team.emplace_back([=] { plain_add(a + from, b + from, out + from, to - from); });
    }
    for (auto& t : team) t.join();
}

ls_array* made(int64_t n, double from) {
    ls_array* a = nullptr;
    if (ls_linspace(ls_float(from), ls_float(from + 1), n, nullptr, &a)) std::abort();
    return a;
}

void stream(int threads) {
    constexpr int64_t n = 10'000'000;
    ls_set_num_threads(threads);
    ls_array *a = made(n, 1), *b = made(n, 2);
    void *pa = nullptr, *pb = nullptr;
    if (ls_array_data(a, &pa) || ls_array_data(b, &pb)) std::abort();
    auto* out = static_cast<double*>(std::aligned_alloc(1 << 21, (n * 8 + (1 << 21) - 1) >> 21 << 21));
    double plain = 1e9, ours = 1e9;
    for (int i = 0; i < 20; ++i) {
        plain = std::min(plain, fastest(1, [&] {
            threaded_add(static_cast<double*>(pa), static_cast<double*>(pb), out, n, static_cast<unsigned>(threads));
        }));
        ours = std::min(ours, fastest(1, [&] {
            ls_array* c = nullptr;
            if (ls_add(a, b, nullptr, &c)) std::abort();
            ls_array_free(&c);
        }));
    }
    std::printf("add 1e7 float64, %d threads: plain streaming %.1f GB/s, ls_add %.1f GB/s, %.0f %%\n", threads,
                n * 24e-9 / plain, n * 24e-9 / ours, 100 * plain / ours);
    std::free(out);
    ls_array_free(&a);
    ls_array_free(&b);
    ls_set_num_threads(0);
}

void overhead() {
    ls_array *a = made(8, 1), *b = made(8, 2);
    constexpr int kCalls = 100'000;
    const double binary = fastest(9, [&] {
        for (int i = 0; i < kCalls; ++i) {
            ls_array* c = nullptr;
            if (ls_add(a, b, nullptr, &c)) std::abort();
            ls_array_free(&c);
        }
    });
    const double whole = fastest(9, [&] {
        for (int i = 0; i < kCalls; ++i) {
            ls_array* c = nullptr;
            if (ls_sum(a, nullptr, &c)) std::abort();
            ls_array_free(&c);
        }
    });
    std::printf("8 elements: ls_add and free %.0f ns, ls_sum and free %.0f ns\n", binary / kCalls * 1e9,
                whole / kCalls * 1e9);
    ls_array_free(&a);
    ls_array_free(&b);
}

// a*b + a - b/2 as one program.
void fused() {
    using namespace lockstep;
    constexpr int64_t n = 10'000'000;
    const int64_t shape[] = {n};
    const Array a = empty_array(types::float64_, shape, cpu_device()), b = empty_array(types::float64_, shape, cpu_device());
    assign(a, scalar_array(weak_float(1.5)));
    assign(b, scalar_array(weak_float(2.5)));
    const Array two = scalar_array(Scalar::of(2.0));
    Program p;
    const Register x = p.input(types::float64_), y = p.input(types::float64_), h = p.input(types::float64_);
    const DType d = types::float64_;
    p.result(p.push(Op::subtract, d, p.push(Op::add, d, p.push(Op::multiply, d, x, y), x), p.push(Op::divide, d, y, h)));
    const double seconds = fastest(15, [&] {
        const Array out = empty_array(d, shape, cpu_device());
        const Array* arrays[] = {&a, &b, &two, &out};
        run_map(p, arrays, shape, cpu_device());
    });
    std::printf("a*b + a - b/2, 1e7 float64, one program: %.2f ms (%.1f GB/s)\n", seconds * 1e3, n * 24e-9 / seconds);
}

}  // namespace

int main() {
    overhead();
    stream(1);
    stream(2);
    fused();
}
