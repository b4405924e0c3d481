// The registry of streams, and who waits for whom: a call waits for other streams' writes to what it reads, and for their
// reads and writes of what it writes.
// Must not know any particular backend.
#include "runtime/exec/stream.h"

#include <bit>
#include <chrono>
#include <memory>
#include <mutex>

#include "runtime/array/error.h"
#include "runtime/exec/backend.h"
#include "runtime/exec/device.h"

namespace lockstep {
namespace {

std::atomic<bool> several{false};  // whether a stream beside the devices' own was ever made

// Streams are never deleted: arrays keep naming the one that wrote them. A freed one is used for the next.
struct Registry {
    std::mutex mutex;
    std::unique_ptr<Stream> stream[kMaxStreams];

    Stream* idle(const Device* device) {
        for (const auto& s : stream)
            if (s && s->idle && s->device == device) return s.get();
        return nullptr;
    }
    Stream* add(const Device* device) {
        for (int id = 0; id < kMaxStreams; ++id) {
            if (stream[id]) continue;
            auto s = std::make_unique<Stream>();
            s->device = device;
            s->id = id;
            const Backend& backend = *device->backend;
            if (backend.stream_new) s->native = backend.stream_new(device->ordinal);
            stream[id] = std::move(s);
            return stream[id].get();
        }
        fail(Status::out_of_memory, "stream: no more than %d may be alive", kMaxStreams);
    }
};

Registry& registry() {
    static Registry* const r = new Registry;  // arrays may be freed while the process ends
    return *r;
}

// What this thread chose; void once the stream was freed.
struct Choice {
    const Device* device = nullptr;
    Stream* stream = nullptr;
    uint64_t life = 0;
};
constexpr int kChoices = 16;  // devices a thread may choose streams for
thread_local Choice choices[kChoices];

bool alive(const Choice& c) { return c.stream && c.stream->life.load(std::memory_order_relaxed) == c.life; }

Choice* choice_of(const Device* device, bool make) {
    for (Choice& c : choices) {
        if (c.device == device) return &c;
        if (!c.device && make) {
            c.device = device;
            return &c;
        }
    }
    if (make) fail(Status::value_error, "stream: a thread may choose streams for %d devices at most", kChoices);
    return nullptr;
}

void wait_quietly(Stream* s) noexcept {
    try {
        s->device->backend->wait(s->device->ordinal, s);
    } catch (...) {  // the queue itself is broken, and nothing in it will run
    }
}

// All below with the registry locked. `work` is how much of `other` the stream must come after.
void need(Stream* s, Stream* other, uint64_t work) {
    if (s == other || s->seen[other->id] >= work) return;
    s->device->backend->stream_wait(s, other);
    s->seen[other->id] = other->queued;
}

// Storage without a writer was written before there was a second stream, on its device's own.
void after_writer(Stream* s, Storage* storage) {
    Stream* const writer = storage->writer ? storage->writer : device_stream(storage->device);
    if (storage->written == kUnknownWork || !storage->writer) storage->written = writer->queued;
    storage->writer = writer;
    need(s, writer, storage->written);
}

void after_readers(Stream* s, const Storage* storage) {
    for (uint64_t left = storage->readers; left; left &= left - 1) {
        Stream* const reader = registry().stream[std::countr_zero(left)].get();
        if (reader) need(s, reader, reader->queued);
    }
}

}  // namespace

Stream* device_stream(const Device* device) {
    Stream* s = device->stream.load(std::memory_order_acquire);
    if (s) return s;
    const std::lock_guard lock(registry().mutex);
    s = device->stream.load(std::memory_order_acquire);
    if (s) return s;
    s = registry().add(device);
    s->queued = 1;
    device->stream.store(s, std::memory_order_release);
    return s;
}

Stream* new_stream(const Device* device) {
    device_stream(device);
    const std::lock_guard lock(registry().mutex);
    several.store(true, std::memory_order_release);
    Stream* s = registry().idle(device);
    if (!s) s = registry().add(device);
    s->idle = false;
    return s;
}

void free_stream(Stream* stream) noexcept {
    if (!stream) return;
    wait_quietly(stream);
    const std::lock_guard lock(registry().mutex);
    stream->life.fetch_add(1);
    stream->idle = true;
}

Stream* current_stream(const Device* device) {
    if (several.load(std::memory_order_relaxed)) {
        const Choice* const c = choice_of(device, false);
        if (c && alive(*c)) return c->stream;
    }
    return device_stream(device);
}

Stream* set_current_stream(Stream* stream) {
    Stream* const former = current_stream(stream->device);
    Choice* const c = choice_of(stream->device, true);
    c->stream = stream;
    c->life = stream->life.load();
    return former;
}

void reset_current_stream(const Device* device) {
    Choice* const c = choice_of(device, false);
    if (c) c->stream = nullptr;
}

Stream* stream_for(const Device* device, std::span<const Array* const> reads, std::span<const Array* const> writes) {
    if (!device->backend->stream_new) return nullptr;
    Stream* const s = current_stream(device);
    if (!several.load(std::memory_order_acquire)) return s;
    const std::lock_guard lock(registry().mutex);
    ++s->queued;
    for (const Array* a : reads) {
        if (!a->device()->backend->stream_new) continue;
        after_writer(s, a->storage.get());
        a->storage->readers |= uint64_t{1} << s->id;
    }
    for (const Array* a : writes) {
        if (!a->device()->backend->stream_new) continue;
        after_writer(s, a->storage.get());
        after_readers(s, a->storage.get());
        a->storage->writer = s;
        a->storage->written = s->queued;
        a->storage->readers = 0;
    }
    return s;
}

Stream* stream_to_free(Storage* storage) noexcept {
    if (!storage->device->backend->stream_new) return nullptr;
    Stream* const own = device_stream(storage->device);
    if (!several.load(std::memory_order_acquire)) return own;
    Stream* const s = storage->made ? storage->made : own;
    const std::lock_guard lock(registry().mutex);
    try {
        after_writer(s, storage);
        after_readers(s, storage);
    } catch (...) {  // the queue itself is broken: what is freed cannot be used by work that will never run
    }
    return s;
}

void wait_for_users(Storage* storage) noexcept {
    if (Stream* const s = stream_to_free(storage)) wait_quietly(s);
}

bool is_done(Stream* stream) {
    const Backend& b = *stream->device->backend;
    return !b.stream_done || b.stream_done(stream->device->ordinal, stream);
}

void synchronize(Stream* stream) { stream->device->backend->synchronize(stream->device->ordinal, stream); }

Event* new_event(const Device* device) {
    const Backend& b = *device->backend;
    auto event = std::make_unique<Event>();
    event->device = device;
    if (b.event_new) event->native = b.event_new(device->ordinal);
    return event.release();
}

void free_event(Event* event) noexcept {
    if (!event) return;
    const Backend& b = *event->device->backend;
    if (b.event_free) b.event_free(event->device->ordinal, event->native);
    delete event;
}

void record(Event* event, Stream* stream) {
    if (event->device != stream->device)
        fail(Status::value_error, "event: expected a stream of %s, the event's device, got one of %s",
             event->device->name.c_str(), stream->device->name.c_str());
    const Backend& b = *event->device->backend;
    if (b.event_record) b.event_record(event->device->ordinal, event->native, stream);
    event->recorded = std::chrono::steady_clock::now();
    event->is_recorded = true;
}

void wait(Stream* stream, const Event* event) {
    const Backend& b = *event->device->backend;
    if (event->is_recorded && b.event_wait && stream->device->backend == &b) b.event_wait(event->native, stream);
    else if (event->is_recorded) synchronize(event);
}

bool is_done(const Event* event) {
    const Backend& b = *event->device->backend;
    return !event->is_recorded || !b.event_done || b.event_done(event->device->ordinal, event->native);
}

void synchronize(const Event* event) {
    const Backend& b = *event->device->backend;
    if (event->is_recorded && b.event_synchronize) b.event_synchronize(event->device->ordinal, event->native);
}

double elapsed(const Event* start, const Event* end) {
    if (!start->is_recorded || !end->is_recorded || start->device != end->device)
        fail(Status::value_error, "event: expected two recorded events of one device");
    const Backend& b = *start->device->backend;
    if (!b.event_elapsed) return std::chrono::duration<double, std::milli>(end->recorded - start->recorded).count();
    synchronize(end);
    return b.event_elapsed(start->device->ordinal, start->native, end->native);
}

}  // namespace lockstep
