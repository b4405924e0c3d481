// KernelTable: each signature and device has its own kernel, found by any number of threads while the table
// grows. Must not know what kernels compute.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "kernels/compile/kernel.h"

namespace lockstep::cuda {

namespace {
std::atomic<int> loads{0};
}

// In place of the loader's: the handle tells device and text.
Kernel load_kernel(int ordinal, const KernelSource& source) {
    static std::mutex mutex;
    static std::map<std::pair<int, std::string>, int> handles;
    ++loads;
    const std::lock_guard lock(mutex);
    return {reinterpret_cast<cudaKernel_t>(&handles[{ordinal, source.body}])};
}

}  // namespace lockstep::cuda

using namespace lockstep::cuda;

namespace {

std::string signature(int i) {
    return "signature " + std::to_string(i) + std::string(static_cast<size_t>(i) % 70, '.');
}

Kernel find(KernelTable& table, int ordinal, int i) {
    return table.find(ordinal, signature(i), [&] { return KernelSource{"", std::to_string(i)}; });
}
Kernel expected(int ordinal, int i) { return load_kernel(ordinal, {"", std::to_string(i)}); }

}  // namespace

TEST(KernelTable, finds_what_it_has) {
    KernelTable table;
    for (int i = 0; i < 5000; ++i) EXPECT_EQ(find(table, i % 3, i).handle, expected(i % 3, i).handle);
    const int before = loads;
    for (int i = 0; i < 5000; ++i) {
        const Kernel kernel = table.find(i % 3, signature(i),
                                         []() -> KernelSource { throw std::runtime_error("it was there"); });
        ASSERT_TRUE(kernel);
    }
    EXPECT_EQ(loads, before);
    for (int i = 0; i < 300; ++i) EXPECT_EQ(find(table, 3, i).handle, expected(3, i).handle);
    for (int i = 0; i < 300; ++i) EXPECT_NE(find(table, 3, i).handle, find(table, 4, i).handle);
    const std::string zeros(3, '\0');
    EXPECT_NE(table.find(0, zeros,
                         [] {
                             return KernelSource{"", "three"};
                         })
                  .handle,
              table.find(0, zeros.substr(1),
                         [] {
                             return KernelSource{"", "two"};
                         })
                  .handle);
}

TEST(KernelTable, a_failure_is_not_remembered) {
    KernelTable table;
    EXPECT_THROW(table.find(0, "x", []() -> KernelSource { throw std::runtime_error("no text"); }),
                 std::runtime_error);
    EXPECT_EQ(table.find(0, "x", [] { return KernelSource{"", "1"}; }).handle, expected(0, 1).handle);
}

TEST(KernelTable, many_threads) {
    KernelTable table;
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 4000; ++i) {
                const int k = (i * 13 + t * 501) % 3000;
                ASSERT_EQ(find(table, 0, k).handle, expected(0, k).handle);
            }
        });
    for (std::thread& thread : threads) thread.join();
}
