// Streams as queues of host functions, and when these run: at once, when someone waits, or in between, in a
// random order. Must not know what is queued. The host's stand-ins for vendor libraries queue their work
// here, too.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace lockstep::sim {

// Every call of the API holds it; work runs under it.
std::unique_lock<std::recursive_mutex> lock_simulator();

// A place in a stream: behind the first `position` pieces of its work.
struct Mark {
    cudaStream_t stream = nullptr;
    uint64_t position = 0;
    bool is_done() const;
};

struct Work {
    std::function<void()> run;
    std::vector<Mark> after;
};

}  // namespace lockstep::sim

struct CUstream_st {
    int device = 0;
    bool blocking = true;  // waits for the device's null stream, and that for it
    bool alive = true;
    std::deque<lockstep::sim::Work> work;
    uint64_t queued = 0, done = 0;
};

struct CUevent_st {
    int device = 0;
    bool timed = true;
    lockstep::sim::Mark mark;         // of the last recording
    std::shared_ptr<double> seconds;  // when that ran
};

namespace lockstep::sim {

cudaStream_t new_stream(int device, bool blocking);
void free_stream(cudaStream_t stream);
// Null for handles that are none: the null stream is the current device's.
cudaStream_t stream_of(cudaStream_t handle);

// Queues work on a stream that is there (null: the current device's own): device memory is open while it
// runs. Behind what the stream has, and behind `after`.
void queue(cudaStream_t stream, std::function<void()> run, std::vector<Mark> after = {});
Mark mark(cudaStream_t stream);
// Runs what is queued up to the mark, and what that waits for.
void finish(Mark mark);
void finish_device(int device);
// Runs one piece of queued work, so that a host that polls gets on.
void step(cudaStream_t stream);

// A device that failed: every call on it returns the error, and queued work is dropped.
void break_device(int device, cudaError_t error, const std::string& why);
cudaError_t broken(int device);
void mend_devices();

}  // namespace lockstep::sim
