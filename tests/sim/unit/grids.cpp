// Kernels whose threads meet: reductions, shuffles, transposes, compaction, in every order of threads and
// blocks. Must not know how the simulator runs them.
#include <algorithm>
#include <numeric>

#include "tests/sim/unit/simulated.h"

namespace lockstep::sim {
namespace {

class Grids : public WithSettings, public testing::WithParamInterface<Order> {
  protected:
    Grids() {
        settings().order = GetParam();
        seed_random(static_cast<uint64_t>(numbers.between(0, 1 << 30)));
    }
    Numbers numbers;
};

INSTANTIATE_TEST_SUITE_P(Orders, Grids, testing::Values(Order::forward, Order::reverse, Order::random),
                         [](const auto& order) {
                             return order.param == Order::forward   ? "forward"
                                    : order.param == Order::reverse ? "reverse"
                                                                    : "random";
                         });

constexpr const char* kReduce = R"(
struct Arguments { const int* in; long long* out; long n; };
LS_DEVICE long long warp_sum(long long x) {
    for (int step = 16; step; step /= 2) x += __shfl_down_sync(0xffffffffu, x, step);
    return x;
}
LS_KERNEL(reduce, 1024, Arguments) {
    __shared__ long long partial[32];
    const unsigned lane = threadIdx.x % 32, warp = threadIdx.x / 32, warps = blockDim.x / 32;
    long long sum = 0;
    const long step = long(gridDim.x) * blockDim.x;
    for (long i = blockIdx.x * long(blockDim.x) + threadIdx.x; i < arguments.n; i += step)
        sum += arguments.in[i];
    sum = warp_sum(sum);
    if (lane == 0) partial[warp] = sum;
    __syncthreads();
    if (warp == 0) {
        sum = warp_sum(lane < warps ? partial[lane] : 0);
        if (lane == 0) arguments.out[blockIdx.x] = sum;
    }
})";

TEST_P(Grids, ReductionByShuffles) {
    const cudaKernel_t kernel = kernel_from(kReduce, "reduce");
    for (unsigned threads : {32u, 96u, 256u, 1024u}) {
        for (long n : {0l, 1l, 31l, 1000l, 5003l}) {
            const auto in = numbers.list<int>(static_cast<size_t>(n) + 1);
            const unsigned blocks = static_cast<unsigned>(numbers.between(1, 7));
            const DeviceArray<int> device(in);
            const DeviceArray<long long> sums(blocks);
            struct {
                const int* in;
                long long* out;
                long n;
            } arguments{device.data(), sums.data(), n};
            ASSERT_EQ(launch(kernel, blocks, threads, arguments), cudaSuccess);
            const auto out = sums.host();
            EXPECT_EQ(std::accumulate(out.begin(), out.end(), 0ll),
                      std::accumulate(in.begin(), in.end() - 1, 0ll))
                << threads << " threads, " << blocks << " blocks, " << n;
        }
    }
}

constexpr const char* kTree = R"(
struct Arguments { const double* in; double* out; };
LS_KERNEL(tree, 512, Arguments) {
    LS_DYNAMIC_SHARED(double, part);
    part[threadIdx.x] = arguments.in[blockIdx.x * blockDim.x + threadIdx.x];
    for (unsigned step = blockDim.x / 2; step; step /= 2) {
        __syncthreads();
        if (threadIdx.x < step) part[threadIdx.x] += part[threadIdx.x + step];
    }
    if (threadIdx.x == 0) arguments.out[blockIdx.x] = part[0];
})";

TEST_P(Grids, TreeInDynamicSharedMemory) {
    const cudaKernel_t kernel = kernel_from(kTree, "tree");
    const unsigned threads = 256, blocks = 9;
    const auto in = numbers.list<double>(threads * blocks);
    const DeviceArray<double> device(in), sums(blocks);
    struct {
        const double* in;
        double* out;
    } arguments{device.data(), sums.data()};
    ASSERT_EQ(launch(kernel, blocks, threads, arguments, threads * sizeof(double)), cudaSuccess);
    const auto out = sums.host();
    for (unsigned b = 0; b < blocks; ++b)
        EXPECT_EQ(out[b], std::accumulate(&in[b * threads], &in[b * threads] + threads, 0.0));
}

constexpr const char* kTranspose = R"(
struct Arguments { const float* in; float* out; int rows, columns; };
LS_KERNEL(transpose, 256, Arguments) {
    __shared__ float tile[32][33];
    const int x = blockIdx.x * 32 + threadIdx.x, y = blockIdx.y * 32 + threadIdx.y;
    for (int k = 0; k < 32; k += 8)
        if (x < arguments.columns && y + k < arguments.rows)
            tile[threadIdx.y + k][threadIdx.x] = arguments.in[(y + k) * arguments.columns + x];
    __syncthreads();
    const int tx = blockIdx.y * 32 + threadIdx.x, ty = blockIdx.x * 32 + threadIdx.y;
    for (int k = 0; k < 32; k += 8)
        if (tx < arguments.rows && ty + k < arguments.columns)
            arguments.out[(ty + k) * arguments.rows + tx] = tile[threadIdx.x][threadIdx.y + k];
})";

TEST_P(Grids, TiledTranspose) {
    const cudaKernel_t kernel = kernel_from(kTranspose, "transpose");
    const int rows = static_cast<int>(numbers.between(1, 150)),
              columns = static_cast<int>(numbers.between(1, 150));
    const auto in = numbers.list<float>(static_cast<size_t>(rows * columns));
    const DeviceArray<float> device(in), turned(in.size());
    struct {
        const float* in;
        float* out;
        int rows, columns;
    } arguments{device.data(), turned.data(), rows, columns};
    const dim3 grid(static_cast<unsigned>(columns + 31) / 32, static_cast<unsigned>(rows + 31) / 32);
    ASSERT_EQ(launch(kernel, grid, dim3(32, 8), arguments), cudaSuccess);
    const auto out = turned.host();
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c)
            ASSERT_EQ(out[static_cast<size_t>(c * rows + r)], in[static_cast<size_t>(r * columns + c)])
                << r << " " << c;
}

constexpr const char* kCompact = R"(
struct Arguments { const int* in; int* out; unsigned* counts; unsigned* total; };
LS_KERNEL(compact, 256, Arguments) {
    __shared__ unsigned offset[9];
    const unsigned lane = threadIdx.x % 32, warp = threadIdx.x / 32, first = blockIdx.x * 256;
    const int x = arguments.in[first + threadIdx.x];
    const unsigned votes = __ballot_sync(0xffffffffu, x > 0);
    if (lane == 0) offset[warp + 1] = __popc(votes);
    if (threadIdx.x == 0) offset[0] = 0;
    __syncthreads();
    if (threadIdx.x == 0) {
        for (int w = 0; w < 8; ++w) offset[w + 1] += offset[w];
        arguments.counts[blockIdx.x] = offset[8];
        atomicAdd(arguments.total, offset[8]);
    }
    __syncthreads();
    if (x > 0) arguments.out[first + offset[warp] + __popc(votes & ((1u << lane) - 1))] = x;
})";

TEST_P(Grids, CompactionByBallots) {
    const cudaKernel_t kernel = kernel_from(kCompact, "compact");
    const unsigned blocks = 13;
    const auto in = numbers.list<int>(blocks * 256);
    const DeviceArray<int> device(in), kept(in.size());
    const DeviceArray<unsigned> counts(blocks), total(std::vector<unsigned>{0});
    struct {
        const int* in;
        int* out;
        unsigned *counts, *total;
    } arguments{device.data(), kept.data(), counts.data(), total.data()};
    ASSERT_EQ(launch(kernel, blocks, 256, arguments), cudaSuccess);
    const auto out = kept.host();
    const auto count = counts.host();
    unsigned all = 0;
    for (unsigned b = 0; b < blocks; ++b) {
        std::vector<int> expected;
        std::copy_if(&in[b * 256], &in[b * 256] + 256, std::back_inserter(expected),
                     [](int x) { return x > 0; });
        ASSERT_EQ(count[b], expected.size());
        EXPECT_TRUE(std::equal(expected.begin(), expected.end(), &out[b * 256]));
        all += count[b];
    }
    EXPECT_EQ(total.host()[0], all);
}

// Every shuffle of a value of each size, in segments of `width`; votes under a partial mask.
constexpr const char* kShuffles = R"(
struct alignas(16) Pair { double a, b; };
struct Arguments {
    const int* sources;
    int* to;
    double* up;
    Pair* down;
    long* across;
    unsigned* votes;
    int width;
};
LS_KERNEL(shuffles, 64, Arguments) {
    const int i = threadIdx.x, lane = i % 32;
    arguments.to[i] = __shfl_sync(~0u, 100 + i, arguments.sources[i], arguments.width);
    arguments.up[i] = __shfl_up_sync(~0u, 0.5 + i, 3, arguments.width);
    arguments.down[i] = __shfl_down_sync(~0u, Pair{1.0 * i, -1.0 * i}, 2, arguments.width);
    arguments.across[i] = __shfl_xor_sync(~0u, 1000l * i, 5, arguments.width);
    const unsigned own = lane < 10 ? 0x3ffu : ~0x3ffu;
    if (lane < 10) arguments.votes[i] = __ballot_sync(own, lane % 3 == 0);
    else arguments.votes[i] =
        __any_sync(own, lane == 31) + 2 * __all_sync(own, lane > 9) + 4 * __all_sync(own, lane > 10);
    __syncwarp();
})";

struct alignas(16) Pair {
    double a, b;
};

TEST_P(Grids, ShufflesAndVotes) {
    const cudaKernel_t kernel = kernel_from(kShuffles, "shuffles");
    for (int width : {2, 8, 32}) {
        std::vector<int> sources(64);
        for (int& s : sources) s = static_cast<int>(numbers.between(0, 63));
        const DeviceArray<int> from(sources), to(64);
        const DeviceArray<double> up(64);
        const DeviceArray<Pair> down(64);
        const DeviceArray<long> across(64);
        const DeviceArray<unsigned> votes(64);
        struct {
            const int* sources;
            int* to;
            double* up;
            Pair* down;
            long* across;
            unsigned* votes;
            int width;
        } arguments{from.data(), to.data(), up.data(), down.data(), across.data(), votes.data(), width};
        ASSERT_EQ(launch(kernel, 1, 64, arguments), cudaSuccess);
        for (int i = 0; i < 64; ++i) {
            const size_t k = static_cast<size_t>(i);
            const int start = i / width * width, place = i - start, lane = i % 32;
            EXPECT_EQ(to.host()[k], 100 + start + sources[k] % width);
            EXPECT_EQ(up.host()[k], 0.5 + (place >= 3 ? i - 3 : i));
            EXPECT_EQ(down.host()[k].b, -1.0 * (place + 2 < width ? i + 2 : i));
            EXPECT_EQ(across.host()[k], 1000l * ((lane ^ 5) < lane / width * width + width ? i ^ 5 : i));
            EXPECT_EQ(votes.host()[k], lane < 10 ? 0x249u : 3u);
        }
    }
}

constexpr const char* kIndices = R"(
struct Arguments { unsigned* out; };
LS_KERNEL(indices, 1024, Arguments) {
    const unsigned thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
    const unsigned block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
    atomicAdd(&arguments.out[block * blockDim.x * blockDim.y * blockDim.z + thread], block * 7 + thread);
})";

TEST_P(Grids, EveryThreadOnceInThreeDimensions) {
    const cudaKernel_t kernel = kernel_from(kIndices, "indices");
    const dim3 grid(3, 5, 2), block(5, 3, 7);
    const std::vector<unsigned> zeros(30 * 105);
    const DeviceArray<unsigned> out(zeros);
    struct {
        unsigned* out;
    } arguments{out.data()};
    ASSERT_EQ(launch(kernel, grid, block, arguments), cudaSuccess);
    const auto host = out.host();
    for (unsigned i = 0; i < host.size(); ++i) ASSERT_EQ(host[i], i / 105 * 7 + i % 105);
}

TEST_F(WithSettings, RandomOrdersDifferFromSeedToSeed) {
    settings().order = Order::random;
    const cudaKernel_t kernel = kernel_from(R"(
        struct Arguments { unsigned *next, *out; };
        LS_KERNEL(tickets, 64, Arguments) {
            arguments.out[blockIdx.x * 64 + threadIdx.x] = atomicAdd(arguments.next, 1u);
        })",
                                            "tickets");
    const auto tickets = [&](uint64_t seed) {
        seed_random(seed);
        const DeviceArray<unsigned> next(std::vector<unsigned>{0}), out(4 * 64);
        struct {
            unsigned *next, *out;
        } arguments{next.data(), out.data()};
        EXPECT_EQ(launch(kernel, 4, 64, arguments), cudaSuccess);
        return out.host();
    };
    EXPECT_EQ(tickets(1), tickets(1));
    EXPECT_NE(tickets(1), tickets(2));
}

}  // namespace
}  // namespace lockstep::sim
