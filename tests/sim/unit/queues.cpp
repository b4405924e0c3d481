// Streams, events and device memory: what CUDA leaves open is taken up by the settings, what it forbids is
// refused. Must not know how queues run.
#include <thread>

#include "tests/sim/unit/simulated.h"

namespace lockstep::sim {
namespace {

constexpr const char* kScale = R"(
struct Arguments { const int* from; int* to; int factor; };
LS_KERNEL(scale, 64, Arguments) {
    const unsigned i = blockIdx.x * 64 + threadIdx.x;
    arguments.to[i] = arguments.from[i] * arguments.factor;
})";
struct Scale {
    const int* from;
    int* to;
    int factor;
};

class QueuesTest : public WithSettings, public testing::WithParamInterface<Queues> {
  protected:
    QueuesTest() {
        settings().queues = GetParam();
        seed_random(static_cast<uint64_t>(numbers.between(0, 1 << 30)));
        EXPECT_EQ(cudaStreamCreateWithFlags(&one, cudaStreamNonBlocking), cudaSuccess);
        EXPECT_EQ(cudaStreamCreateWithFlags(&two, cudaStreamNonBlocking), cudaSuccess);
    }
    ~QueuesTest() override {
        cudaDeviceSynchronize();
        cudaStreamDestroy(one);
        cudaStreamDestroy(two);
    }
    Numbers numbers;
    cudaStream_t one = nullptr, two = nullptr;
    const cudaKernel_t scale = kernel_from(kScale, "scale");
};

INSTANTIATE_TEST_SUITE_P(All, QueuesTest, testing::Values(Queues::eager, Queues::lazy, Queues::random),
                         [](const auto& q) {
                             return q.param == Queues::eager  ? "eager"
                                    : q.param == Queues::lazy ? "lazy"
                                                              : "random";
                         });

TEST_P(QueuesTest, EventsOrderStreams) {
    for (int repeat = 0; repeat < 20; ++repeat) {
        const auto in = numbers.list<int>(128);
        const DeviceArray<int> a(in), b(128), c(128);
        cudaEvent_t event = nullptr;
        ASSERT_EQ(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), cudaSuccess);
        ASSERT_EQ(launch(scale, 2, 64, Scale{a.data(), b.data(), 3}, 0, one), cudaSuccess);
        ASSERT_EQ(cudaEventRecord(event, one), cudaSuccess);
        ASSERT_EQ(cudaStreamWaitEvent(two, event, 0), cudaSuccess);
        ASSERT_EQ(launch(scale, 2, 64, Scale{b.data(), c.data(), 5}, 0, two), cudaSuccess);
        ASSERT_EQ(cudaStreamSynchronize(two), cudaSuccess);
        const auto out = c.host();
        for (size_t i = 0; i < in.size(); ++i) ASSERT_EQ(out[i], in[i] * 15);
        EXPECT_EQ(cudaEventDestroy(event), cudaSuccess);
    }
}

// The event is forgotten: some run in some order shows it, unless queues are eager.
TEST_P(QueuesTest, AMissingEventShows) {
    int wrong = 0;
    for (int repeat = 0; repeat < 20; ++repeat) {
        const DeviceArray<int> a(std::vector<int>(64, 1)), b(64), c(64);
        ASSERT_EQ(launch(scale, 1, 64, Scale{a.data(), b.data(), 3}, 0, one), cudaSuccess);
        ASSERT_EQ(launch(scale, 1, 64, Scale{b.data(), c.data(), 5}, 0, two), cudaSuccess);
        ASSERT_EQ(cudaStreamSynchronize(two), cudaSuccess);
        wrong += c.host() != std::vector<int>(64, 15);
        ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess);
    }
    EXPECT_EQ(wrong > 0, GetParam() != Queues::eager);
}

TEST_P(QueuesTest, PageableMemoryIsReadByTheCallAndPinnedMemoryLater) {
    void *device = nullptr, *pinned = nullptr;
    ASSERT_EQ(cudaMalloc(&device, 4), cudaSuccess);
    ASSERT_EQ(cudaMallocHost(&pinned, 4), cudaSuccess);
    int pageable = 5, got = 0;
    ASSERT_EQ(cudaMemcpyAsync(device, &pageable, 4, cudaMemcpyHostToDevice, one), cudaSuccess);
    pageable = 6;
    ASSERT_EQ(cudaMemcpyAsync(&got, device, 4, cudaMemcpyDeviceToHost, one), cudaSuccess);
    EXPECT_EQ(got, 5);
    *static_cast<int*>(pinned) = 7;
    ASSERT_EQ(cudaMemcpyAsync(device, pinned, 4, cudaMemcpyHostToDevice, one), cudaSuccess);
    if (GetParam() != Queues::random) *static_cast<int*>(pinned) = 8;  // too early
    ASSERT_EQ(cudaMemcpyAsync(&got, device, 4, cudaMemcpyDeviceToHost, one), cudaSuccess);
    EXPECT_EQ(got, GetParam() == Queues::lazy ? 8 : 7);
    EXPECT_EQ(cudaFreeHost(pinned), cudaSuccess);
    EXPECT_EQ(cudaFree(device), cudaSuccess);
}

TEST_P(QueuesTest, PollingGetsThere) {
    const DeviceArray<int> a(std::vector<int>(64, 1)), b(64);
    cudaEvent_t start = nullptr, end = nullptr;
    ASSERT_EQ(cudaEventCreate(&start), cudaSuccess);
    ASSERT_EQ(cudaEventCreate(&end), cudaSuccess);
    ASSERT_EQ(cudaEventRecord(start, one), cudaSuccess);
    for (int i = 0; i < 5; ++i)
        ASSERT_EQ(launch(scale, 1, 64, Scale{a.data(), b.data(), i}, 0, one), cudaSuccess);
    ASSERT_EQ(cudaEventRecord(end, one), cudaSuccess);
    float milliseconds = -1;
    if (GetParam() == Queues::lazy) {
        EXPECT_EQ(cudaEventElapsedTime(&milliseconds, start, end), cudaErrorNotReady);
    }
    int polls = 0;
    while (cudaEventQuery(end) == cudaErrorNotReady && polls < 1000) ++polls;
    EXPECT_LT(polls, 1000);
    if (GetParam() == Queues::eager) {
        EXPECT_EQ(polls, 0);
    } else if (GetParam() == Queues::lazy) {
        EXPECT_GT(polls, 3);
    }
    EXPECT_EQ(cudaStreamQuery(one), cudaSuccess);
    EXPECT_EQ(cudaEventElapsedTime(&milliseconds, start, end), cudaSuccess);
    EXPECT_GE(milliseconds, 0);
    EXPECT_EQ(b.host()[5], 4);
    EXPECT_EQ(cudaEventDestroy(start), cudaSuccess);
    EXPECT_EQ(cudaEventDestroy(end), cudaSuccess);
}

// A block freed in one stream is another's at once: work that was not ordered before the free meets ones.
TEST_P(QueuesTest, BlocksAreFreedInTheOrderOfTheStream) {
    void* block = nullptr;
    const DeviceArray<int> in(std::vector<int>(64, 1)), out(64);
    ASSERT_EQ(cudaMallocAsync(&block, 256, one), cudaSuccess);
    int* const data = static_cast<int*>(block);
    ASSERT_EQ(launch(scale, 1, 64, Scale{in.data(), data, 2}, 0, one), cudaSuccess);
    ASSERT_EQ(launch(scale, 1, 64, Scale{data, out.data(), 2}, 0, one), cudaSuccess);
    ASSERT_EQ(cudaFreeAsync(block, one), cudaSuccess);
    EXPECT_EQ(cudaFreeAsync(block, one), cudaErrorInvalidValue) << "freed twice";
    EXPECT_EQ(cudaMemsetAsync(block, 0, 4, one), cudaErrorInvalidValue) << "used after the free";
    ASSERT_EQ(cudaStreamSynchronize(one), cudaSuccess);
    EXPECT_EQ(out.host(), std::vector<int>(64, 4));
}

TEST_P(QueuesTest, TheNullStreamWaitsForBlockingStreams) {
    cudaStream_t blocking = nullptr;
    ASSERT_EQ(cudaStreamCreate(&blocking), cudaSuccess);
    const DeviceArray<int> a(std::vector<int>(64, 1)), b(64), c(64), d(64);
    ASSERT_EQ(launch(scale, 1, 64, Scale{a.data(), b.data(), 2}, 0, blocking), cudaSuccess);
    ASSERT_EQ(launch(scale, 1, 64, Scale{b.data(), c.data(), 2}, 0, nullptr), cudaSuccess);
    ASSERT_EQ(launch(scale, 1, 64, Scale{c.data(), d.data(), 2}, 0, blocking), cudaSuccess);
    ASSERT_EQ(cudaStreamSynchronize(blocking), cudaSuccess);
    EXPECT_EQ(d.host(), std::vector<int>(64, 8));
    EXPECT_EQ(cudaStreamDestroy(blocking), cudaSuccess);
    EXPECT_EQ(cudaStreamSynchronize(blocking), cudaErrorInvalidResourceHandle);
}

TEST_P(QueuesTest, ExhaustionIsAnErrorThatPasses) {
    ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess);
    settings().memory = 64 << 20;
    const size_t half = 32 << 20;
    void *first = nullptr, *second = nullptr, *third = nullptr;
    ASSERT_EQ(cudaMallocAsync(&first, half, one), cudaSuccess);
    EXPECT_EQ(cudaMallocAsync(&second, half + 512, one), cudaErrorMemoryAllocation);
    EXPECT_EQ(second, nullptr);
    EXPECT_EQ(cudaGetLastError(), cudaErrorMemoryAllocation);
    EXPECT_EQ(cudaGetLastError(), cudaSuccess);
    ASSERT_EQ(cudaFreeAsync(first, one), cudaSuccess);
    EXPECT_EQ(cudaMallocAsync(&second, half + 512, one), cudaSuccess) << "a free that is queued comes first";
    ASSERT_EQ(cudaFreeAsync(second, one), cudaSuccess);
    ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess);

    cudaMemPool_t pool = nullptr;  // what one pool keeps the others lack
    cudaMemPoolProps properties{};
    properties.allocType = cudaMemAllocationTypePinned;
    properties.location.type = cudaMemLocationTypeDevice;
    ASSERT_EQ(cudaMemPoolCreate(&pool, &properties), cudaSuccess);
    uint64_t keep = UINT64_MAX;
    ASSERT_EQ(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &keep), cudaSuccess);
    ASSERT_EQ(cudaMallocFromPoolAsync(&first, half, pool, one), cudaSuccess);
    ASSERT_EQ(cudaFreeAsync(first, one), cudaSuccess);
    ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess);
    size_t free_bytes = 0, total = 0;
    ASSERT_EQ(cudaMemGetInfo(&free_bytes, &total), cudaSuccess);
    EXPECT_EQ(total - free_bytes, half);
    EXPECT_EQ(cudaMalloc(&third, half + 512), cudaErrorMemoryAllocation);
    ASSERT_EQ(cudaMemPoolTrimTo(pool, 0), cudaSuccess);
    EXPECT_EQ(cudaMalloc(&third, half + 512), cudaSuccess);
    EXPECT_EQ(cudaFree(third), cudaSuccess);
    EXPECT_EQ(cudaMemPoolDestroy(pool), cudaSuccess);
}

TEST_P(QueuesTest, HostFunctionsRunInOrderAndThreadsShareADevice) {
    const DeviceArray<int> a(std::vector<int>(64, 1)), b(64), c(64);
    std::thread other([&] {
        for (int i = 0; i < 50; ++i)
            EXPECT_EQ(launch(scale, 1, 64, Scale{a.data(), b.data(), i}, 0, two), cudaSuccess);
        EXPECT_EQ(cudaStreamSynchronize(two), cudaSuccess);
    });
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(launch(scale, 1, 64, Scale{a.data(), c.data(), -i}, 0, one), cudaSuccess);
    int seen = 0;
    EXPECT_EQ(cudaLaunchHostFunc(
                  one, [](void* x) { *static_cast<int*>(x) = 9; }, &seen),
              cudaSuccess);
    EXPECT_EQ(cudaStreamSynchronize(one), cudaSuccess);
    EXPECT_EQ(seen, 9);
    other.join();
    EXPECT_EQ(b.host()[0], 49);
    EXPECT_EQ(c.host()[0], -49);
}

TEST_F(WithSettings, CopiesStayInsideTheirBlocks) {
    const DeviceArray<char> a(100);
    char host[200] = {};
    EXPECT_EQ(cudaMemcpy(a.data(), host, 101, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    EXPECT_EQ(cudaMemcpy(a.data() + 99, host, 1, cudaMemcpyHostToDevice), cudaSuccess);
    EXPECT_EQ(cudaMemcpy(a.data(), host, 1, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
    EXPECT_EQ(cudaMemset(a.data() + 50, 0, 51), cudaErrorInvalidValue);
    EXPECT_EQ(cudaMemset(a.data() + 50, 0, 50), cudaSuccess);
    EXPECT_EQ(a.host()[0], '\xff') << "fresh memory is all ones";
    EXPECT_EQ(a.host()[60], 0);
    cudaPointerAttributes attributes{};
    ASSERT_EQ(cudaPointerGetAttributes(&attributes, a.data() + 5), cudaSuccess);
    EXPECT_EQ(attributes.type, cudaMemoryTypeDevice);
    ASSERT_EQ(cudaPointerGetAttributes(&attributes, host), cudaSuccess);
    EXPECT_EQ(attributes.type, cudaMemoryTypeUnregistered);
}

TEST_F(WithSettings, AWriteBehindABlockIsFoundWhenItIsFreed) {
    const cudaKernel_t kernel = kernel_from(
        "struct Arguments { char* a; };\nLS_KERNEL(past, 1, Arguments) { arguments.a[100] = 1; }", "past");
    void* block = nullptr;
    ASSERT_EQ(cudaMalloc(&block, 100), cudaSuccess);
    ASSERT_EQ(launch(kernel, 1, 1, block), cudaSuccess);
    ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess);
    testing::internal::CaptureStderr();
    EXPECT_EQ(cudaFree(block), cudaErrorIllegalAddress);
    EXPECT_NE(testing::internal::GetCapturedStderr().find("a block of 100 bytes"), std::string::npos);
}

using HostDeathTest = WithSettings;
TEST_F(HostDeathTest, DeviceMemoryIsClosedToTheHost) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    const DeviceArray<int> a(4);
    EXPECT_DEATH(*const_cast<volatile int*>(a.data()) = 1, "the host used a device pointer");
}

}  // namespace
}  // namespace lockstep::sim
