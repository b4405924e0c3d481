// The queues and their orders.
// Must not know what is queued.
#include "tests/sim/stream.h"

#include <algorithm>
#include <cstdio>

#include "tests/sim/api.h"
#include "tests/sim/memory.h"
#include "tests/sim/settings.h"

namespace lockstep::sim {
namespace {

constexpr size_t kLongest = 4096;  // pieces of work in a queue: then some run whatever the settings say

struct Streams {
    std::vector<std::unique_ptr<CUstream_st>> all;  // marks outlive streams
    std::vector<cudaStream_t> null_streams;         // per device
    std::vector<cudaError_t> errors;

    static Streams& instance() {
        static Streams* const streams = new Streams;
        return *streams;
    }
    Streams() {
        for (int i = 0; i < settings().devices; ++i) {
            all.push_back(std::make_unique<CUstream_st>());
            all.back()->device = i;
            null_streams.push_back(all.back().get());
        }
        errors.resize(null_streams.size(), cudaSuccess);
    }
};

bool is_ready(const Work& work) {
    return std::all_of(work.after.begin(), work.after.end(), [](const Mark& m) { return m.is_done(); });
}

// The first piece of work, whatever it waits for before it.
void run_first(cudaStream_t stream) {
    for (const Mark& m : std::vector<Mark>(stream->work.front().after)) finish(m);
    Work work = std::move(stream->work.front());
    stream->work.pop_front();
    if (broken(stream->device) == cudaSuccess) {
        const Access access;
        work.run();
    }
    ++stream->done;
}

// A ready piece of work of any stream. False when there is none.
bool run_any() {
    std::vector<cudaStream_t> ready;
    for (const auto& s : Streams::instance().all)
        if (!s->work.empty() && is_ready(s->work.front())) ready.push_back(s.get());
    if (ready.empty()) return false;
    run_first(ready[random_below(ready.size())]);
    return true;
}

std::vector<Mark> implied(cudaStream_t stream) {
    std::vector<Mark> marks;
    const Streams& streams = Streams::instance();
    const cudaStream_t null_stream = streams.null_streams[static_cast<size_t>(stream->device)];
    if (!stream->blocking) return marks;
    if (stream != null_stream) {
        if (!mark(null_stream).is_done()) marks.push_back(mark(null_stream));
        return marks;
    }
    for (const auto& s : streams.all)
        if (s->device == stream->device && s->blocking && s.get() != stream && !s->work.empty())
            marks.push_back(mark(s.get()));
    return marks;
}

}  // namespace

std::unique_lock<std::recursive_mutex> lock_simulator() {
    static std::recursive_mutex* const mutex = new std::recursive_mutex;
    return std::unique_lock(*mutex);
}

bool Mark::is_done() const { return !stream || stream->done >= position; }

cudaStream_t new_stream(int device, bool blocking) {
    auto& all = Streams::instance().all;
    for (const auto& s :
         all)  // handles come again, as addresses do; counts go on, so that old marks stay true
        if (!s->alive && s->work.empty()) {
            s->device = device;
            s->blocking = blocking;
            s->alive = true;
            return s.get();
        }
    all.push_back(std::make_unique<CUstream_st>());
    all.back()->device = device;
    all.back()->blocking = blocking;
    return all.back().get();
}

void free_stream(cudaStream_t stream) { stream->alive = false; }

cudaStream_t stream_of(cudaStream_t handle) {
    const Streams& streams = Streams::instance();
    if (!handle) return streams.null_streams[static_cast<size_t>(current_device())];
    for (const auto& s : streams.all)
        if (s.get() == handle) return s->alive ? handle : nullptr;
    return nullptr;
}

void queue(cudaStream_t stream, std::function<void()> run, std::vector<Mark> after) {
    const auto lock = lock_simulator();
    stream = stream_of(stream);
    const std::vector<Mark> more = implied(stream);
    after.insert(after.end(), more.begin(), more.end());
    stream->work.push_back({std::move(run), std::move(after)});
    ++stream->queued;
    switch (settings().queues) {
        case Queues::eager:
            finish(mark(stream));
            break;
        case Queues::random:
            while (random_below(2) == 0 && run_any()) {
            }
            break;
        case Queues::lazy:
            break;
    }
    if (stream->work.size() > kLongest) run_first(stream);
}

Mark mark(cudaStream_t stream) { return {stream, stream->queued}; }

void finish(Mark m) {
    while (!m.is_done()) {
        if (settings().queues == Queues::random)
            run_any();
        else
            run_first(m.stream);
    }
}

void finish_device(int device) {
    const auto& all = Streams::instance().all;
    for (size_t i = 0; i < all.size(); ++i)
        if (all[i]->device == device) finish(mark(all[i].get()));
}

void step(cudaStream_t stream) {
    if (stream->work.empty()) return;
    if (settings().queues == Queues::random)
        run_any();
    else
        run_first(stream);
}

void break_device(int device, cudaError_t error, const std::string& why) {
    std::fprintf(stderr, "lockstep sim: %s\n", why.c_str());
    auto& slot = Streams::instance().errors[static_cast<size_t>(device)];
    if (slot == cudaSuccess) slot = error;
}

cudaError_t broken(int device) { return Streams::instance().errors[static_cast<size_t>(device)]; }

void mend_devices() {
    std::fill(Streams::instance().errors.begin(), Streams::instance().errors.end(), cudaSuccess);
}

}  // namespace lockstep::sim
