// Streams, events and compiled kernels: lockstep.Stream, lockstep.Event, the cache's figures.
// Must not know arrays.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include "services.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace lockstep::python {
namespace {

// A handle and its device's name; the handle goes with the object.
template <class Handle, ls_status (*create)(const char*, Handle**), ls_status (*destroy)(Handle**)>
class Owned {
  public:
    explicit Owned(const std::optional<std::string>& device) {
        if (device) device_ = *device;
        else {
            const char* name = nullptr;
            verify(ls_get_default_device(&name));
            device_ = name;
        }
        verify(create(device_.c_str(), &handle_));
    }
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    ~Owned() {
        const nb::gil_scoped_release others_run;  // freeing a stream waits for its work
        destroy(&handle_);
    }
    Handle* get() const { return handle_; }
    const std::string& device() const { return device_; }

  private:
    Handle* handle_ = nullptr;
    std::string device_;
};

using Stream = Owned<ls_stream, ls_stream_new, ls_stream_free>;
using Event = Owned<ls_event, ls_event_new, ls_event_free>;

const ls_stream* handle_or_null(const Stream* s) { return s ? s->get() : nullptr; }

void add_stream_type(nb::module_& m) {
    nb::class_<Stream>(m, "Stream")
        .def(nb::init<std::optional<std::string>>(), "device"_a = nb::none())
        .def("use", [](const Stream& s) { verify(ls_stream_set_current(s.get())); })
        .def("synchronize", [](const Stream& s) { verify_unlocked([&] { return ls_stream_synchronize(s.get()); }); })
        .def("wait_event", [](const Stream& s, const Event& e) { verify(ls_stream_wait_event(s.get(), e.get())); },
             "event"_a)
        .def_prop_ro("done", [](const Stream& s) {
            bool done = false;
            verify(ls_stream_query(s.get(), &done));
            return done;
        })
        .def_prop_ro("ptr", [](const Stream& s) {
            void* native = nullptr;
            verify(ls_stream_native(s.get(), &native));
            return reinterpret_cast<uintptr_t>(native);
        })
        .def_prop_ro("device", [](const Stream& s) { return s.device(); });
    m.def("reset_stream", [](const std::string& device) { verify(ls_stream_reset_current(device.c_str())); });
}

void add_event_type(nb::module_& m) {
    nb::class_<Event>(m, "Event")
        .def(nb::init<std::optional<std::string>>(), "device"_a = nb::none())
        .def(
            "record",
            [](Event& e, const Stream* stream) { verify(ls_event_record(e.get(), handle_or_null(stream))); },
            "stream"_a = nb::none())
        .def("synchronize", [](const Event& e) { verify_unlocked([&] { return ls_event_synchronize(e.get()); }); })
        .def_prop_ro("done", [](const Event& e) {
            bool done = false;
            verify(ls_event_query(e.get(), &done));
            return done;
        })
        .def_prop_ro("device", [](const Event& e) { return e.device(); });
    m.def(
        "elapsed_time",
        [](const Event& start, const Event& end) {
            double milliseconds = 0;
            verify_unlocked([&] { return ls_event_elapsed(start.get(), end.get(), &milliseconds); });
            return milliseconds;
        },
        "start"_a, "end"_a);
}

void add_kernel_cache(nb::module_& m) {
    m.def("kernel_cache_info", [] {
        ls_kernel_cache_statistics s = {};
        s.size = sizeof s;
        verify(ls_kernel_cache_info(&s));
        nb::dict d;
        d["from_pack"] = s.from_pack, d["from_disk"] = s.from_disk, d["compiled"] = s.compiled;
        d["entries"] = s.entries, d["bytes"] = s.bytes, d["limit"] = s.limit;
        d["folder"] = text_of([](char* t, size_t n, size_t* needed) { return ls_kernel_cache_folder(t, n, needed); });
        return d;
    });
    m.def(
        "kernel_cache_warm",
        [](const std::optional<std::string>& device) {
            int64_t kernels = 0;
            verify_unlocked([&] { return ls_kernel_cache_warm(or_null(device), &kernels); });
            return kernels;
        },
        "device"_a = nb::none());
    m.def(
        "kernel_cache_clear",
        [](const std::optional<std::string>& device) { verify(ls_kernel_cache_clear(or_null(device))); },
        "device"_a = nb::none());
    m.def("set_matmul_mode", [](const std::string& mode) { verify(ls_set_matmul_mode(mode.c_str())); }, "mode"_a);
}

}  // namespace

void add_streams(nb::module_& m) {
    add_stream_type(m);
    add_event_type(m);
    add_kernel_cache(m);
}

}  // namespace lockstep::python
