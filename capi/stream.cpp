// Streams and events as C handles.
// Must not know any particular backend.
#include "runtime/exec/stream.h"

#include <memory>

#include "capi/border.h"
#include "capi/convert.h"
#include "runtime/exec/device.h"

using namespace lockstep;
using namespace lockstep::capi;

struct ls_stream {
    static constexpr uint32_t kLive = 0x6c73b57a;
    static constexpr const char* kName = "a stream";
    uint32_t mark = kLive;
    Stream* stream = nullptr;
    ~ls_stream() { free_stream(stream); }
};

struct ls_event {
    static constexpr uint32_t kLive = 0x6c73be7e;
    static constexpr const char* kName = "an event";
    uint32_t mark = kLive;
    Event* event = nullptr;
    ~ls_event() { free_event(event); }
};

namespace {

const Device* device_or_default(const char* name) { return name ? find_device(name) : default_device(); }

const ls_stream& stream_in(const ls_stream* s, const char* name) { return live_in(s, name); }
const ls_event& event_in(const ls_event* e, const char* name) { return live_in(e, name); }

}  // namespace

ls_status ls_stream_new(const char* device, ls_stream** result) {
    return border("ls_stream_new", [&] {
        pointer_in(result, "result");
        std::unique_ptr<ls_stream, HandleDeleter> handle(FreeList<ls_stream>::make());
        handle->stream = new_stream(device_or_default(device));
        *result = handle.release();
    });
}

ls_status ls_stream_free(ls_stream** stream) {
    return border("ls_stream_free", [&] {
        if (!stream || !*stream) return;
        delete_handle(&live_in(*stream, "stream"));
        *stream = nullptr;
    });
}

ls_status ls_stream_set_current(const ls_stream* stream) {
    return border("ls_stream_set_current", [&] { set_current_stream(stream_in(stream, "stream").stream); });
}

ls_status ls_stream_reset_current(const char* device) {
    return border("ls_stream_reset_current", [&] { reset_current_stream(device_or_default(device)); });
}

ls_status ls_stream_synchronize(const ls_stream* stream) {
    return border("ls_stream_synchronize", [&] { synchronize(stream_in(stream, "stream").stream); });
}

ls_status ls_stream_query(const ls_stream* stream, bool* done) {
    return border("ls_stream_query", [&] {
        Stream* const s = stream_in(stream, "stream").stream;
        pointer_in(done, "done") = is_done(s);
    });
}

ls_status ls_stream_native(const ls_stream* stream, void** native) {
    return border("ls_stream_native", [&] {
        Stream* const s = stream_in(stream, "stream").stream;
        pointer_in(native, "native") = s->native;
    });
}

ls_status ls_event_new(const char* device, ls_event** result) {
    return border("ls_event_new", [&] {
        pointer_in(result, "result");
        std::unique_ptr<ls_event, HandleDeleter> handle(FreeList<ls_event>::make());
        handle->event = new_event(device_or_default(device));
        *result = handle.release();
    });
}

ls_status ls_event_free(ls_event** event) {
    return border("ls_event_free", [&] {
        if (!event || !*event) return;
        delete_handle(&live_in(*event, "event"));
        *event = nullptr;
    });
}

ls_status ls_event_record(ls_event* event, const ls_stream* stream) {
    return border("ls_event_record", [&] {
        Event* const e = event_in(event, "event").event;
        record(e, stream ? stream_in(stream, "stream").stream : current_stream(e->device));
    });
}

ls_status ls_stream_wait_event(const ls_stream* stream, const ls_event* event) {
    return border("ls_stream_wait_event", [&] {
        Stream* const s = stream_in(stream, "stream").stream;
        wait(s, event_in(event, "event").event);
    });
}

ls_status ls_event_synchronize(const ls_event* event) {
    return border("ls_event_synchronize", [&] { synchronize(event_in(event, "event").event); });
}

ls_status ls_event_query(const ls_event* event, bool* done) {
    return border("ls_event_query", [&] {
        const Event* const e = event_in(event, "event").event;
        pointer_in(done, "done") = is_done(e);
    });
}

ls_status ls_event_elapsed(const ls_event* start, const ls_event* end, double* milliseconds) {
    return border("ls_event_elapsed", [&] {
        const Event* const from = event_in(start, "start").event;
        const Event* const to = event_in(end, "end").event;
        double& result = pointer_in(milliseconds, "milliseconds");
        result = elapsed(from, to);
    });
}
