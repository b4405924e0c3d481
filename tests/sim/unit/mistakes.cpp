// What kernels get wrong: each is a failed launch that says who did what where, and the next test's device
// works. Must not know how mistakes are found.
#include "tests/sim/unit/simulated.h"

namespace lockstep::sim {
namespace {

struct Case {
    const char* name;
    const char* body;
    unsigned threads;
    const char* text;  // on stderr
    cudaError_t error = cudaErrorLaunchFailure;
};

// `a` is the address of 64 zeros, all of them in one block of device memory.
constexpr Case kCases[] = {
    {"BarrierInOneBranch", "if (threadIdx.x < 32) __syncthreads();", 64, "divergent __syncthreads"},
    {"BarrierAfterExit", "if (threadIdx.x == 5) return; __syncthreads();", 64, "divergent __syncthreads"},
    {"ExitBehindBarrier", "if (threadIdx.x < 3) { __syncthreads(); }", 8, "__syncthreads"},
    {"TwoBarriers", "if (threadIdx.x % 2) {\n __syncthreads();\n } else {\n __syncthreads();\n }", 64,
     "divergent __syncthreads"},
    {"OwnLaneNotInMask", "if (threadIdx.x < 16) __syncwarp(0xffff0000u);", 32, "is not in it"},
    {"ExitedLaneInMask", "if (threadIdx.x == 7) return; a[0] = __shfl_sync(~0u, a[1], 0);", 32, "exit"},
    {"LaneExitsInMask", "if (threadIdx.x > 7) return; __syncwarp(0x1ffu);", 32, "0x000001ff"},
    {"AbsentLaneInMask", "a[0] = __ballot_sync(~0u, 1);", 20, "lane 20 does not exist"},
    {"MasksThatDisagree",
     "__syncwarp(threadIdx.x < 16 ? ~0u : 0xffff0000u); if (threadIdx.x >= 16) __syncthreads();", 32,
     "no thread can go on"},
    {"ShuffleAgainstVote",
     "if (threadIdx.x < 9) a[0] = __any_sync(~0u, 1); else a[0] = __shfl_sync(~0u, 1, 0);", 32, "divergent"},
    {"BarrierAgainstShuffle", "if (threadIdx.x < 9) __syncthreads(); else __syncwarp();", 32,
     "no thread can go on"},
    {"NullAddress", "*reinterpret_cast<volatile int*>(a[0]) = 1;", 1, "illegal address",
     cudaErrorIllegalAddress},
    {"FarPastDeviceMemory", "a[1l << 40] = 1;", 1, "not in device memory", cudaErrorIllegalAddress},
    {"DivisionByZero", "a[0] = a[1] / a[2];", 1, "arithmetic fault"},
    {"Trap", "__trap();", 1, "__trap"},
    {"EndlessRecursion",
     "struct F { static int f(volatile int* x) { volatile int y[64]; y[*x] = *x; return f(x) + y[0]; } };"
     "a[0] = F::f(a);",
     1, "stack overflow"},
};

class Mistakes : public WithSettings, public testing::WithParamInterface<Case> {};

INSTANTIATE_TEST_SUITE_P(All, Mistakes, testing::ValuesIn(kCases),
                         [](const auto& c) { return std::string(c.param.name); });

TEST_P(Mistakes, EndTheLaunchWithAMessage) {
    const Case& c = GetParam();
    const cudaKernel_t kernel = kernel_from(
        "struct Arguments { int* a; };\nLS_KERNEL(wrong, 64, Arguments) { int* a = arguments.a;\n" +
            std::string(c.body) + "\n}",
        "wrong");
    const cudaKernel_t right = kernel_from(
        "struct Arguments { int* a; };\nLS_KERNEL(right, 64, Arguments) { __syncthreads(); "
        "arguments.a[threadIdx.x] = __shfl_xor_sync(~0u, int(threadIdx.x), 1); }",
        "right");
    for (Order order : {Order::forward, Order::reverse, Order::random}) {
        settings().order = order;
        const DeviceArray<int> zeros(std::vector<int>(64));
        struct {
            int* a;
        } arguments{zeros.data()};
        testing::internal::CaptureStderr();
        EXPECT_EQ(launch(kernel, 2, c.threads, arguments), cudaSuccess);
        EXPECT_EQ(cudaDeviceSynchronize(), c.error);
        EXPECT_EQ(cudaGetLastError(), c.error);
        EXPECT_EQ(cudaGetLastError(), c.error) << "the device stays broken";
        void* block = nullptr;
        EXPECT_EQ(cudaMalloc(&block, 16), c.error);
        const std::string text = testing::internal::GetCapturedStderr();
        EXPECT_NE(text.find(c.text), text.npos) << text;
        EXPECT_NE(text.find("wrong: block ("), text.npos) << text;

        EXPECT_EQ(cudaDeviceReset(), cudaSuccess);
        EXPECT_EQ(launch(right, 3, 64, arguments), cudaSuccess);
        EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess);
        EXPECT_EQ(zeros.host()[63], 62);
    }
}

// Without the barrier threads read what is not there yet: in every order somebody does.
TEST_F(WithSettings, AMissingBarrierGivesWrongNumbers) {
    const std::string text = R"(
        struct Arguments { int* out; };
        LS_KERNEL(turn, 64, Arguments) {
            __shared__ int place[64];
            place[threadIdx.x] = threadIdx.x;
            BARRIER
            arguments.out[threadIdx.x] = place[63 - threadIdx.x];
        })";
    for (const bool barrier : {true, false}) {
        std::string own = text;
        own.replace(own.find("BARRIER"), 7, barrier ? "__syncthreads();" : "");
        const cudaKernel_t kernel = kernel_from(own, "turn");
        for (Order order : {Order::forward, Order::reverse, Order::random}) {
            settings().order = order;
            const DeviceArray<int> out(64);
            struct {
                int* out;
            } arguments{out.data()};
            ASSERT_EQ(launch(kernel, 1, 64, arguments), cudaSuccess);
            int wrong = 0;
            const auto host = out.host();
            for (int i = 0; i < 64; ++i) wrong += host[static_cast<size_t>(i)] != 63 - i;
            EXPECT_EQ(wrong > 0, !barrier);
        }
    }
}

// Shared memory is not left over from the block before.
TEST_F(WithSettings, SharedMemoryIsFilledBeforeEveryBlock) {
    const cudaKernel_t kernel = kernel_from(R"(
        struct Arguments { int* out; };
        LS_KERNEL(stale, 1, Arguments) {
            __shared__ int one;
            LS_DYNAMIC_SHARED(int, two);
            arguments.out[2 * blockIdx.x] = one;
            arguments.out[2 * blockIdx.x + 1] = *two;
            one = *two = 7;
        })",
                                            "stale");
    const DeviceArray<int> out(8);
    struct {
        int* out;
    } arguments{out.data()};
    ASSERT_EQ(launch(kernel, 4, 1, arguments, 4), cudaSuccess);
    EXPECT_EQ(out.host(), std::vector<int>(8, -1));
}

TEST_F(WithSettings, LaunchesOutsideTheLimitsAreRefused) {
    const cudaKernel_t kernel =
        kernel_from("struct Arguments { int* a; };\nLS_KERNEL(none, 96, Arguments) {}", "none");
    struct {
        int* a;
    } arguments{nullptr};
    EXPECT_EQ(launch(kernel, 1, 96, arguments), cudaSuccess);
    EXPECT_EQ(launch(kernel, 1, 97, arguments), cudaErrorLaunchOutOfResources);
    EXPECT_EQ(launch(kernel, 1, 1025, arguments), cudaErrorInvalidConfiguration);
    EXPECT_EQ(launch(kernel, 0, 1, arguments), cudaErrorInvalidConfiguration);
    EXPECT_EQ(launch(kernel, dim3(1, 65536), 1, arguments), cudaErrorInvalidConfiguration);
    EXPECT_EQ(launch(kernel, 1, 1, arguments, (48 << 10) + 1), cudaErrorInvalidValue);
    EXPECT_EQ(launch(nullptr, 1, 1, arguments), cudaErrorInvalidDeviceFunction);
    EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidDeviceFunction);
    EXPECT_EQ(cudaGetLastError(), cudaSuccess) << "the device is not broken";
}

TEST_F(WithSettings, TextsThatDoNotCompileSaySo) {
    const cuda::Nvrtc& api = cuda::nvrtc();
    cuda::Nvrtc::Program program = nullptr;
    ASSERT_EQ(api.create_program(&program, "#include \"kernels/device/kernel.h\"\nint x = undeclared_name;",
                                 "test", 0, nullptr, nullptr),
              0);
    EXPECT_NE(api.compile_program(program, 0, nullptr), 0);
    size_t bytes = 0;
    api.get_program_log_size(program, &bytes);
    std::string log(bytes, ' ');
    api.get_program_log(program, log.data());
    EXPECT_NE(log.find("undeclared_name"), log.npos);
    api.destroy_program(&program);
    cudaLibrary_t library = nullptr;
    const char junk[256] = "not a kernel";
    EXPECT_EQ(cudaLibraryLoadData(&library, junk, nullptr, nullptr, 0, nullptr, nullptr, 0),
              cudaErrorInvalidKernelImage);
}

}  // namespace
}  // namespace lockstep::sim
