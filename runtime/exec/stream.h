// Streams: queues of work on a device, one current per thread and device, and the order between them.
// Must not know any particular backend.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>

#include "runtime/array/array.h"

namespace lockstep {

inline constexpr uint64_t kUnknownWork = UINT64_MAX;  // of Storage::written: whatever the stream has done by now

inline constexpr int kMaxStreams = 64;  // alive in a process, the devices' own among them

struct Stream {
    const Device* device = nullptr;
    void* native = nullptr;  // the backend's queue; null where calls are done when they return
    int id = 0;
    bool idle = false;               // freed, kept for the next
    std::atomic<uint64_t> life{0};   // how often it was freed
    uint64_t queued = 0;             // calls so far; counted once a second stream exists
    uint64_t seen[kMaxStreams] = {};  // how much of each other stream this one has waited for
};

// The device's own stream, which every thread uses that has not chosen another.
Stream* device_stream(const Device* device);
Stream* new_stream(const Device* device);
// Waits for the stream's work. Threads that have it as their current one go back to the device's own.
void free_stream(Stream* stream) noexcept;

Stream* current_stream(const Device* device);
// Of this thread, for the stream's device; returns the former.
Stream* set_current_stream(Stream* stream);
void reset_current_stream(const Device* device);

// The current stream for a call that reads and writes these arrays, once it waits for whatever other streams still do
// with them. Nothing to do, and no lock, before a second stream is made. Null for a backend without streams.
Stream* stream_for(const Device* device, std::span<const Array* const> reads, std::span<const Array* const> writes);
// The stream in whose order the storage may be given back.
Stream* stream_to_free(Storage* storage) noexcept;
// Waits for the work that uses the storage, before its memory goes back to an owner who knows no streams.
void wait_for_users(Storage* storage) noexcept;

// A mark in a stream. One that was never recorded counts as done.
struct Event {
    const Device* device = nullptr;
    void* native = nullptr;
    bool is_recorded = false;
    std::chrono::steady_clock::time_point recorded;  // for backends without events of their own
};
Event* new_event(const Device* device);
void free_event(Event* event) noexcept;
void record(Event* event, Stream* stream);
void wait(Stream* stream, const Event* event);
bool is_done(const Event* event);
void synchronize(const Event* event);
double elapsed(const Event* start, const Event* end);
bool is_done(Stream* stream);
void synchronize(Stream* stream);

}  // namespace lockstep
