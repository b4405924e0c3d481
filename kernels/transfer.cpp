// Transfers in pieces through pinned buffers: while the device moves one piece, the host copies the next.
// Must not know arrays.
#include "kernels/transfer.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "kernels/cuda.h"
#include "kernels/errors.h"

namespace lockstep::cuda {
namespace {

// Pageable memory is staged by the driver up to here: one call, which copies small data into the command itself.
constexpr int64_t kDirect = 64 << 10;
constexpr int64_t kPiece = 4 << 20;
// One thread copies about 10 GB/s, a fifth of a fast bus: large transfers are shared by threads, each with its own lane.
constexpr int64_t kPerLane = 32 << 20;
constexpr int kLanes = 4, kBuffers = 2;

struct Lane {
    void* buffer[kBuffers] = {};
    cudaEvent_t free[kBuffers] = {};  // recorded behind the last copy that uses the buffer

    Lane() = default;
    explicit Lane(int ordinal) : Lane() {  // from here on the destructor gives back what there is
        const DeviceScope scope(ordinal);
        for (int i = 0; i < kBuffers; ++i) {
            check(cudaHostAlloc(&buffer[i], static_cast<size_t>(kPiece), cudaHostAllocPortable), "cudaHostAlloc");
            check(cudaEventCreateWithFlags(&free[i], cudaEventDisableTiming), "cudaEventCreateWithFlags");
        }
    }
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;
    ~Lane() {
        for (int i = 0; i < kBuffers; ++i) {
            if (free[i]) cudaEventDestroy(free[i]);
            if (buffer[i]) cudaFreeHost(buffer[i]);
        }
    }
};

// Lanes that no transfer uses, kept for the life of the process.
class Lanes {
  public:
    static Lanes& of(int ordinal) {
        static Lanes* const all = new Lanes[64];
        return all[ordinal & 63];
    }
    std::unique_ptr<Lane> take(int ordinal) {
        {
            const std::lock_guard lock(mutex_);
            if (!idle_.empty()) {
                auto lane = std::move(idle_.back());
                idle_.pop_back();
                return lane;
            }
        }
        return std::make_unique<Lane>(ordinal);
    }
    void give(std::unique_ptr<Lane> lane) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(lane));
    }

  private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<Lane>> idle_;
};

struct Transfer {
    int ordinal;
    char* device;
    char* host;
    cudaStream_t queue;
    bool down;  // to the host

    void run(Lane& lane, int64_t begin, int64_t end) const {
        const DeviceScope scope(ordinal);
        if (down) read(lane, begin, end);
        else write(lane, begin, end);
    }

  private:
    void write(Lane& lane, int64_t begin, int64_t end) const {
        int i = 0;
        for (int64_t at = begin; at < end; at += kPiece, i ^= 1) {
            const size_t n = static_cast<size_t>(std::min(kPiece, end - at));
            check(cudaEventSynchronize(lane.free[i]), "cudaEventSynchronize");
            std::memcpy(lane.buffer[i], host + at, n);
            check(cudaMemcpyAsync(device + at, lane.buffer[i], n, cudaMemcpyHostToDevice, queue), "cudaMemcpyAsync");
            check(cudaEventRecord(lane.free[i], queue), "cudaEventRecord");
        }
    }
    // One piece ahead: the device writes a buffer while the host empties the other.
    void read(Lane& lane, int64_t begin, int64_t end) const {
        const auto size = [&](int64_t at) { return static_cast<size_t>(std::min(kPiece, end - at)); };
        const auto start = [&](int64_t at, int i) {
            check(cudaEventSynchronize(lane.free[i]), "cudaEventSynchronize");
            check(cudaMemcpyAsync(lane.buffer[i], device + at, size(at), cudaMemcpyDeviceToHost, queue), "cudaMemcpyAsync");
            check(cudaEventRecord(lane.free[i], queue), "cudaEventRecord");
        };
        start(begin, 0);
        int i = 0;
        for (int64_t at = begin; at < end; at += kPiece, i ^= 1) {
            if (at + kPiece < end) start(at + kPiece, i ^ 1);
            check(cudaEventSynchronize(lane.free[i]), "cudaEventSynchronize");
            std::memcpy(host + at, lane.buffer[i], size(at));
        }
    }
};

void run_lane(const Transfer& t, int64_t begin, int64_t end, std::exception_ptr& error) noexcept {
    try {
        auto lane = Lanes::of(t.ordinal).take(t.ordinal);
        t.run(*lane, begin, end);
        Lanes::of(t.ordinal).give(std::move(lane));
    } catch (...) {
        error = std::current_exception();
    }
}

void run_staged(const Transfer& t, int64_t bytes) {
    const int lanes = static_cast<int>(std::clamp<int64_t>(bytes / kPerLane, 1, kLanes));
    const int64_t pieces = (bytes + kPiece - 1) / kPiece;
    const auto begin = [&](int lane) { return std::min(bytes, pieces * lane / lanes * kPiece); };
    std::exception_ptr errors[kLanes];
    {
        std::vector<std::jthread> threads;
        for (int k = 1; k < lanes; ++k)
            threads.emplace_back([&, k] { run_lane(t, begin(k), begin(k + 1), errors[k]); });
        run_lane(t, 0, begin(1), errors[0]);
    }
    for (const std::exception_ptr& e : errors)
        if (e) std::rethrow_exception(e);
}

// Memory that the device reaches by itself needs no staging.
bool is_pinned(const void* host) {
    cudaPointerAttributes attributes{};
    if (cudaPointerGetAttributes(&attributes, host) != cudaSuccess) {
        cudaGetLastError();
        return false;
    }
    return attributes.type != cudaMemoryTypeUnregistered;
}

}  // namespace

void to_device(int ordinal, void* device, const void* host, int64_t bytes, Stream* stream) {
    const DeviceScope scope(ordinal);
    const cudaStream_t queue = queue_of(stream);
    const bool pinned = is_pinned(host);
    if (bytes > kDirect && !pinned)
        return run_staged({ordinal, static_cast<char*>(device), const_cast<char*>(static_cast<const char*>(host)), queue, false},
                          bytes);
    check(cudaMemcpyAsync(device, host, static_cast<size_t>(bytes), cudaMemcpyHostToDevice, queue), "cudaMemcpyAsync");
    if (pinned) check(cudaStreamSynchronize(queue), "cudaStreamSynchronize");  // the caller may change it at once
}

void to_host(int ordinal, void* host, const void* device, int64_t bytes, Stream* stream) {
    const DeviceScope scope(ordinal);
    const cudaStream_t queue = queue_of(stream);
    if (bytes > kDirect && !is_pinned(host)) {
        char* const from = const_cast<char*>(static_cast<const char*>(device));
        run_staged({ordinal, from, static_cast<char*>(host), queue, true}, bytes);
    } else {
        check(cudaMemcpyAsync(host, device, static_cast<size_t>(bytes), cudaMemcpyDeviceToHost, queue), "cudaMemcpyAsync");
        check(cudaStreamSynchronize(queue), "cudaStreamSynchronize");
    }
    raise_reported(ordinal);
}

void copy(int to, void* target, int from, const void* source, int64_t bytes, Stream* stream) {
    const DeviceScope scope(to);
    const size_t n = static_cast<size_t>(bytes);
    if (to == from) check(cudaMemcpyAsync(target, source, n, cudaMemcpyDeviceToDevice, queue_of(stream)), "cudaMemcpyAsync");
    else check(cudaMemcpyPeerAsync(target, to, source, from, n, queue_of(stream)), "cudaMemcpyPeerAsync");
}

}  // namespace lockstep::cuda
