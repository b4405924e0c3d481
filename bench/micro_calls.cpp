// What a call costs the host program: eight numbers, views, freeing; from C, which a caller in Python would hide.
// Must not know anything but lockstep.h. `bench_micro_calls --benchmark_filter=add`; bench/run.sh puts it into its
// report.
#include <benchmark/benchmark.h>
#include <lockstep/lockstep.h>

#include <cstdlib>

namespace {

void must(ls_status status) {
    if (status != LS_OK) std::abort();
}

ls_array* numbers(int ndim, const int64_t* shape) {
    static double values[64] = {1, 2, 3, 4, 5, 6, 7, 8};
    ls_array* made = nullptr;
    must(ls_from_host(values, LS_FLOAT64, ndim, shape, nullptr, &made));
    return made;
}

// A call of which the result is freed.
template <class Call>
void timed(benchmark::State& state, Call call) {
    for (auto _ : state) {
        ls_array* result = nullptr;
        must(call(&result));
        benchmark::DoNotOptimize(result);
        ls_array_free(&result);
    }
}

struct Arrays {
    int64_t shape[2] = {8, 8};
    ls_array *x = numbers(1, shape), *y = numbers(1, shape), *matrix = numbers(2, shape);
    ~Arrays() {
        for (ls_array** each : {&x, &y, &matrix}) ls_array_free(each);
    }
};

void add(benchmark::State& state) {
    const Arrays a;
    timed(state, [&](ls_array** r) { return ls_add(a.x, a.y, nullptr, r); });
}

void add_in_place(benchmark::State& state) {
    Arrays a;
    ls_ufunc_options options = {};
    options.size = LS_SIZE(ls_ufunc_options);
    options.out = a.x;
    timed(state, [&](ls_array** r) { return ls_add(a.x, a.y, &options, r); });
}

void exp(benchmark::State& state) {
    const Arrays a;
    timed(state, [&](ls_array** r) { return ls_exp(a.x, nullptr, r); });
}

void sum(benchmark::State& state) {
    const Arrays a;
    timed(state, [&](ls_array** r) { return ls_sum(a.x, nullptr, r); });
}

void sum_axis(benchmark::State& state) {
    const Arrays a;
    ls_sum_options options = {};
    options.size = LS_SIZE(ls_sum_options);
    options.axis = ls_axis(0);
    timed(state, [&](ls_array** r) { return ls_sum(a.matrix, &options, r); });
}

void matmul(benchmark::State& state) {
    const Arrays a;
    timed(state, [&](ls_array** r) { return ls_matmul(a.matrix, a.matrix, nullptr, r); });
}

void transpose(benchmark::State& state) {
    const Arrays a;
    timed(state, [&](ls_array** r) { return ls_transpose(a.matrix, nullptr, r); });
}

void slice(benchmark::State& state) {
    const Arrays a;
    const ls_index index = ls_slice(2, 6, 1);
    timed(state, [&](ls_array** r) { return ls_get(a.x, 1, &index, r); });
}

void view(benchmark::State& state) {
    const Arrays a;
    timed(state, [&](ls_array** r) { return ls_array_view(a.x, r); });
}

void empty(benchmark::State& state) {
    const int64_t shape[] = {8};
    timed(state, [&](ls_array** r) { return ls_empty(1, shape, nullptr, r); });
}

void zeros(benchmark::State& state) {
    const int64_t shape[] = {8};
    timed(state, [&](ls_array** r) { return ls_zeros(1, shape, nullptr, r); });
}

void from_and_to_host(benchmark::State& state) {
    const int64_t shape[] = {8};
    double values[8] = {};
    for (auto _ : state) {
        ls_array* made = nullptr;
        must(ls_from_host(values, LS_FLOAT64, 1, shape, nullptr, &made));
        must(ls_to_host(made, values, sizeof values));
        ls_array_free(&made);
    }
}

void ndim(benchmark::State& state) {
    const Arrays a;
    for (auto _ : state) {
        int axes = 0;
        must(ls_array_ndim(a.x, &axes));
        benchmark::DoNotOptimize(axes);
    }
}

}  // namespace

BENCHMARK(add);
BENCHMARK(add_in_place);
BENCHMARK(exp);
BENCHMARK(sum);
BENCHMARK(sum_axis);
BENCHMARK(matmul);
BENCHMARK(transpose);
BENCHMARK(slice);
BENCHMARK(view);
BENCHMARK(empty);
BENCHMARK(zeros);
BENCHMARK(from_and_to_host);
BENCHMARK(ndim);
