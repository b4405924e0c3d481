// The pool of host memory beside malloc: a block taken, one byte of each page written, and given back, by size and
// threads.
// Must not know arrays: it sees the CPU backend's pool.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "host/memory.h"

namespace {

constexpr int64_t kPage = 4096;

void touch(void* block, int64_t bytes) {
    auto* const at = static_cast<volatile char*>(block);
    for (int64_t i = 0; i < bytes; i += kPage) at[i] = 1;
}

void pool(benchmark::State& state) {
    const int64_t bytes = state.range(0);
    for (auto _ : state) {
        void* const block = lockstep::host::allocate(bytes);
        touch(block, bytes);
        lockstep::host::deallocate(block, bytes);
    }
}

void malloc_and_free(benchmark::State& state) {
    const int64_t bytes = state.range(0);
    for (auto _ : state) {
        void* const block = std::malloc(static_cast<size_t>(bytes));
        touch(block, bytes);
        std::free(block);
    }
}

}  // namespace

BENCHMARK(pool)->RangeMultiplier(32)->Range(64, 64 << 20);
BENCHMARK(pool)->Arg(64)->Threads(2)->UseRealTime();
BENCHMARK(pool)->Arg(4 << 20)->Threads(2)->UseRealTime();
BENCHMARK(malloc_and_free)->RangeMultiplier(32)->Range(64, 64 << 20);
BENCHMARK(malloc_and_free)->Arg(4 << 20)->Threads(2)->UseRealTime();
