// The CPU's memory pool, and every call when memory runs out at each of its allocations in turn.
// Must not know how the pool finds its blocks.
#include "host/memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

#include "runtime/array/error.h"
#include "runtime/array/index.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/functions.h"
#include "tests/unit/core_layouts.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// Sanitizers end the process on a request that is too large, unless told to refuse it as the system does.
extern "C" const char* __asan_default_options() { return "allocator_may_return_null=1"; }
extern "C" const char* __tsan_default_options() { return "allocator_may_return_null=1"; }
#endif

namespace lockstep {
namespace {

using host::allocate;
using host::deallocate;
using host::fail_allocation_after;
using host::memory_statistics;
using host::trim_memory;
using layouts::Threads;

class CoreMemory : public testing::Test {
  protected:
    void TearDown() override {
        fail_allocation_after(-1);
        EXPECT_EQ(memory_statistics().used, before_.used) << "blocks were not given back";
    }
    const MemoryStatistics before_ = (trim_memory(), memory_statistics());
};

Status status_of(const std::function<void()>& call) {
    try {
        call();
        return Status::ok;
    } catch (const Error& e) {
        return e.status();
    }
}

TEST_F(CoreMemory, BlocksAreAlignedApartAndWholeForEverySize) {
    std::vector<std::pair<char*, int64_t>> blocks;
    for (const int64_t bytes : {0, 1, 63, 64, 65, 4095, 4096, 4097, 5000, 65536, 65537, 1 << 20,
                                (2 << 20) - 1, 2 << 20, (2 << 20) + 1, 5 << 20}) {
        for (int copy = 0; copy < 3; ++copy) {
            char* block = static_cast<char*>(allocate(bytes));
            ASSERT_NE(block, nullptr);
            EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 64, 0u) << bytes;
            std::memset(block, static_cast<int>(blocks.size()), static_cast<size_t>(bytes));
            blocks.emplace_back(block, bytes);
        }
    }
    for (size_t i = 0; i < blocks.size(); ++i)
        for (int64_t k = 0; k < blocks[i].second; k += 61)
            ASSERT_EQ(blocks[i].first[k], static_cast<char>(i)) << "another block lies in this one";
    for (const auto& [block, bytes] : blocks) deallocate(block, bytes);
}

TEST_F(CoreMemory, StatisticsFollowLargeBlocks) {
    constexpr int64_t kBytes = 300000;
    EXPECT_EQ(before_.cached, 0);
    EXPECT_GT(before_.limit, 0);
    void* block = allocate(kBytes);
    const MemoryStatistics held = memory_statistics();
    const int64_t size = held.used - before_.used;
    EXPECT_GE(size, kBytes);
    EXPECT_LE(size, kBytes * 5 / 4) << "more slack than a fifth of the block";
    EXPECT_GE(held.peak, held.used);
    deallocate(block, kBytes);
    EXPECT_EQ(memory_statistics().used, before_.used);
    EXPECT_EQ(memory_statistics().cached, size);
    EXPECT_EQ(memory_statistics().peak, held.peak);
    EXPECT_EQ(allocate(kBytes), block) << "the cached block was not taken";
    EXPECT_EQ(memory_statistics().cached, 0);
    deallocate(block, kBytes);
    trim_memory();
    EXPECT_EQ(memory_statistics().cached, 0);
}

// Fresh blocks, and kept ones that were written all over: small, shared among threads, and large enough to lose
// their pages.
TEST_F(CoreMemory, ZeroedBlocksAreZeroWhateverTheyHeld) {
    const Threads two(2);
    for (const int64_t bytes : {0, 1, 64, 4096, 4097, 300000, 2 << 20, (2 << 20) + 1, 8 << 20, (32 << 20) - 8,
                                32 << 20, (33 << 20) + 5})
        for (const bool kept : {false, true}) {
            if (kept) {
                void* const block = allocate(bytes);
                std::memset(block, 0x5a, static_cast<size_t>(bytes));
                deallocate(block, bytes);
            } else {
                trim_memory();
            }
            const int64_t used = memory_statistics().used;
            char* const block = static_cast<char*>(host::allocate_zeroed(bytes));
            EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 64, 0u) << bytes;
            EXPECT_EQ(std::count(block, block + bytes, 0), bytes) << bytes << (kept ? ", kept" : ", fresh");
            std::memset(block, 1, static_cast<size_t>(bytes));
            deallocate(block, bytes);
            EXPECT_EQ(memory_statistics().used, used) << bytes;
        }
    fail_allocation_after(1);
    void* const first = host::allocate_zeroed(100000);
    EXPECT_EQ(status_of([] { host::allocate_zeroed(100000); }), Status::out_of_memory);
    deallocate(first, 100000);
    EXPECT_EQ(status_of([] { host::allocate_zeroed(int64_t{1} << 55); }), Status::out_of_memory);
}

TEST_F(CoreMemory, SizesOfOneClassShareBlocks) {
    void* block = allocate(100001);
    deallocate(block, 100001);
    void* again = allocate(100020);
    EXPECT_EQ(again, block);
    deallocate(again, 100020);
    void* larger = allocate(200000);
    EXPECT_NE(larger, block);
    deallocate(larger, 200000);
}

TEST_F(CoreMemory, SlackIsAFifthAtMostForEverySize) {
    for (int64_t bytes = 4097; bytes < (int64_t{1} << 27); bytes += 1 + bytes / 7) {
        const int64_t used = memory_statistics().used;
        void* block = allocate(bytes);
        const int64_t size = memory_statistics().used - used;
        EXPECT_GE(size, bytes);
        const int64_t page = bytes > (2 << 20) ? 2 << 20 : 64;  // large blocks are whole huge pages
        EXPECT_LT(size, bytes + bytes / 4 + page) << bytes;
        deallocate(block, bytes);
        trim_memory();
    }
}

TEST_F(CoreMemory, RequestsThatNoMachineHoldsAreRefused) {
    for (const int64_t bytes : {int64_t{1} << 50, int64_t{1} << 61, (int64_t{1} << 62) - 1, int64_t{1} << 62,
                                (int64_t{1} << 62) + 1, INT64_MAX - 63, INT64_MAX})
        EXPECT_EQ(status_of([&] { allocate(bytes); }), Status::out_of_memory) << bytes;
    const Dims huge{int64_t{1} << 40, int64_t{1} << 17};
    EXPECT_EQ(status_of([&] { empty_array(types::float64_, huge, cpu_device()); }), Status::out_of_memory);
}

TEST_F(CoreMemory, ARefusedRequestEmptiesTheCache) {
    deallocate(allocate(1 << 20), 1 << 20);
    EXPECT_GT(memory_statistics().cached, 0);
    EXPECT_EQ(status_of([&] { allocate(int64_t{1} << 55); }), Status::out_of_memory);
    EXPECT_EQ(memory_statistics().cached, 0);
}

TEST_F(CoreMemory, TheHookCountsAllocations) {
    fail_allocation_after(2);
    void *one = allocate(10), *two = allocate(100000);
    EXPECT_EQ(status_of([] { allocate(10); }), Status::out_of_memory);
    void* later = allocate(10);
    deallocate(one, 10);
    deallocate(two, 100000);
    deallocate(later, 10);
}

TEST_F(CoreMemory, BlocksWanderBetweenThreads) {
    constexpr int kThreads = 4, kRounds = 300;
    std::vector<std::vector<std::pair<void*, int64_t>>> blocks(kThreads);
    for (int pass = 0; pass < 2; ++pass) {
        std::vector<std::thread> threads;
        for (int t = 0; t < kThreads; ++t)
            threads.emplace_back([&, t] {
                for (const auto& [block, bytes] : blocks[static_cast<size_t>(t)]) deallocate(block, bytes);
                blocks[static_cast<size_t>(t)].clear();
                for (int i = 0; i < kRounds; ++i) {
                    const int64_t bytes = 1 + (i * 977 + t * 131) % 20000;
                    void* block = allocate(bytes);
                    std::memset(block, t, static_cast<size_t>(bytes));
                    blocks[static_cast<size_t>(t)].emplace_back(block, bytes);
                }
                for (const auto& [block, bytes] : blocks[static_cast<size_t>(t)])
                    for (int64_t k = 0; k < bytes; k += 97)
                        if (static_cast<char*>(block)[k] != static_cast<char>(t)) std::abort();
            });
        for (auto& thread : threads) thread.join();
        std::rotate(blocks.begin(), blocks.begin() + 1, blocks.end());
    }
    for (auto& of_thread : blocks)
        for (const auto& [block, bytes] : of_thread) deallocate(block, bytes);
}

// Calls of every kind, on operands of several layouts; results go away at the end of each.
struct Calls {
    Array x, y, mask, out;
    std::vector<char> x_bytes, y_bytes, mask_bytes;
    explicit Calls(int64_t rows, int64_t columns)
        : x(empty_array(types::float64_, Dims{rows, columns}, cpu_device())),
          y(empty_array(types::float64_, Dims{rows, columns}, cpu_device(), 'F')),
          mask(empty_array(types::bool_, Dims{rows, columns}, cpu_device())),
          out(empty_array(types::float64_, Dims{rows, columns}, cpu_device())) {
        for (int64_t i = 0; i < rows * columns; ++i) {
            reinterpret_cast<double*>(x.data)[i] = static_cast<double>(i % 977) / 8;
            reinterpret_cast<double*>(y.data)[i] = static_cast<double>(i % 733) / 4 + 1;
            reinterpret_cast<bool*>(mask.data)[i] = i % 3 != 0;
        }
        x_bytes = layouts::packed(x);
        y_bytes = layouts::packed(y);
        mask_bytes = layouts::packed(mask);
    }
    bool inputs_intact() const {
        return layouts::packed(x) == x_bytes && layouts::packed(y) == y_bytes &&
               layouts::packed(mask) == mask_bytes;
    }
    Array reversed(const Array& a) const {
        Index back{.kind = Index::Kind::slice, .step = -1};
        const Index index[] = {back, back};
        return index_view(a, index);
    }
    Array ufunc2(Op op, const Array& a, const Array& b, const ufunc_options& o = {}) const {
        const Array* inputs[] = {&a, &b};
        return ufunc(op, inputs, o);
    }

    static Array sum(const Array& a, int64_t axis, const Array* where = nullptr) {
        numpy::sum_options o;
        o.axis = Axes(axis);
        o.where = where;
        return numpy::sum(a, o);
    }
    static Array var(const Array& a, int64_t axis) {
        numpy::var_options o;
        o.axis = Axes(axis);
        return numpy::var(a, o);
    }

    std::vector<std::pair<const char*, std::function<void()>>> all() const {
        return {
            {"add", [this] { ufunc2(Op::add, x, y); }},
            {"add reversed", [this] { ufunc2(Op::add, reversed(x), reversed(y)); }},
            {"add masked into out",
             [this] {
                 ufunc_options o;
                 o.out = &out;
                 o.where = &mask;
                 ufunc2(Op::multiply, x, y, o);
             }},
            {"multiply over itself",
             [this] {
                 assign(out, x);
                 ufunc_options o;
                 const Array back = reversed(out);
                 o.out = &out;
                 ufunc2(Op::multiply, back, y, o);
             }},
            {"astype", [this] { numpy::astype(y, types::float32_, {}); }},
            {"reshape", [this] { numpy::reshape(y, Dims{-1}, {}); }},
            {"sum", [this] { numpy::sum(x, {}); }},
            {"sum of float32 rows", [this] { sum(numpy::astype(x, types::float32_, {}), 1); }},
            {"sum of columns", [this] { sum(y, 0); }},
            {"sum with casts", [this] { sum(mask, 1); }},
            {"sum of everything with casts", [this] { numpy::sum(reversed(mask), {}); }},
            {"masked sum", [this] { sum(x, 0, &mask); }},
            {"masked sum of rows", [this] { sum(x, 1, &mask); }},
            {"var", [this] { var(x, 1); }},
            {"var of columns", [this] { var(reversed(x), 0); }},
            {"var of everything", [this] { numpy::var(y, {}); }},
            {"argmax", [this] { numpy::argmax(reversed(x), {.axis = 0}); }},
            {"argmin of everything", [this] { numpy::argmin(y, {}); }},
            {"any", [this] { numpy::any(x, {}); }},
            {"matmul", [this] { numpy::matmul(x, numpy::transpose(y, {}), {}); }},
            {"matmul of float16",
             [this] {
                 const Array h = numpy::astype(x, types::float16_, {});
                 numpy::matmul(h, numpy::transpose(h, {}), {});
             }},
            {"concatenate",
             [this] {
                 const Array* both[] = {&x, &y};
                 numpy::concatenate(both, {.axis = 1, .dtype = {}});
             }},
            {"where", [this] { numpy::where(mask, x, y); }},
            {"rfft", [this] { numpy::fft_rfft(reversed(x), {}); }},
            {"fft over columns", [this] { numpy::fft_fft(y, {.n = {}, .axis = 0}); }},
            {"linspace", [] { numpy::linspace(weak_int(0), weak_int(1), 5000, {}); }},
        };
    }
};

void run_out_everywhere(const Calls& calls, int64_t most) {
    for (const auto& [name, call] : calls.all()) {
        call();  // plans and threads' caches are made now
        const int64_t used = memory_statistics().used;
        int64_t n = 0;
        for (;; ++n) {
            ASSERT_LT(n, most) << name << " never succeeds";
            fail_allocation_after(n);
            Status status = Status::ok;
            try {
                call();
            } catch (const Error& e) {
                status = e.status();
            }
            const bool reached = status != Status::ok;
            fail_allocation_after(-1);
            ASSERT_TRUE(calls.inputs_intact()) << name << ", allocation " << n;
            ASSERT_EQ(memory_statistics().used, used) << name << ", allocation " << n << ": memory is lost";
            if (!reached) break;
            ASSERT_EQ(status, Status::out_of_memory) << name << ", allocation " << n;
        }
        EXPECT_GT(n, 0) << name << " allocates nothing: the test shows nothing";
    }
}

TEST_F(CoreMemory, CallsThatRunOutChangeNothing) {
    const Threads one(1);
    const Calls calls(60, 50);
    run_out_everywhere(calls, 60);
}

TEST_F(CoreMemory, SharedCallsThatRunOutChangeNothing) {
    const Threads two(2);
    const Calls calls(410, 500);
    run_out_everywhere(calls, 400);
}

}  // namespace
}  // namespace lockstep
