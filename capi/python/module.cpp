// The extension module lockstep._core: types, functions, and the library's services (devices, memory,
// threads, dtypes). Must not know single functions of NumPy.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <optional>
#include <string>
#include <vector>

#include "array_object.h"
#include "callable.h"
#include "generators.h"
#include "numpy_memory.h"
#include "services.h"
#include "sharing.h"
#include "ufunc.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace lockstep::python {
namespace {

nb::object stolen(PyObject* o) { return nb::steal<nb::object>(o); }

void add_devices(nb::module_& m) {
    m.def("device_names", [] {
        int count = 0;
        verify(ls_device_count(&count));
        std::vector<std::string> names;
        for (int i = 0; i < count; ++i) {
            const char* name = nullptr;
            verify(ls_device_name(i, &name));
            names.emplace_back(name);
        }
        return names;
    });
    m.def("device_why", [](const std::string& kind) {
        return text_of(
            [&](char* t, size_t n, size_t* needed) { return ls_device_why(kind.c_str(), t, n, needed); });
    });
    m.def("get_default_device", [] {
        const char* name = nullptr;
        verify(ls_get_default_device(&name));
        return std::string(name);
    });
    m.def("set_default_device", [](const std::string& name) { verify(ls_set_default_device(name.c_str())); });
    m.def(
        "synchronize",
        [](std::optional<std::string> device) {
            verify_unlocked([&] { return ls_synchronize(or_null(device)); });
        },
        "device"_a = nb::none());
    m.def("to_device", [](nb::handle a, const std::string& device) {
        return guarded([&] {
            ls_array* result = nullptr;
            check(released_if(size_of(a.ptr()) >= kLong,
                              [&] { return ls_to_device(handle(a.ptr()), device.c_str(), &result); }));
            return stolen(wrap(result));
        });
    });
}

void add_services(nb::module_& m) {
    m.def("version", [] { return std::string(ls_version()); });
    m.def("abi_version", [] { return ls_abi_version(); });
    m.def("library_info",
          [] { return text_of([](char* t, size_t n, size_t* needed) { return ls_info(t, n, needed); }); });
    m.def(
        "memory_info",
        [](std::optional<std::string> device) {
            ls_memory_statistics s = {};
            s.size = sizeof s;
            verify(ls_memory_info(or_null(device), &s));
            nb::dict d;
            d["used"] = s.used, d["cached"] = s.cached, d["peak"] = s.peak, d["limit"] = s.limit;
            return d;
        },
        "device"_a = nb::none());
    m.def(
        "memory_trim", [](std::optional<std::string> device) { verify(ls_memory_trim(or_null(device))); },
        "device"_a = nb::none());
    m.def("set_num_threads", [](int count) { verify(ls_set_num_threads(count)); });
    m.def("get_num_threads", [] {
        int count = 0;
        verify(ls_get_num_threads(&count));
        return count;
    });
    m.def("set_fallback_policy",
          [](const std::string& policy) { verify(ls_set_fallback_policy(policy.c_str())); });
    m.def("fallback_count", [] {
        int64_t count = 0;
        verify(ls_fallback_count(&count));
        return count;
    });
    m.def("last_fallback", [] {
        return text_of([](char* t, size_t n, size_t* needed) { return ls_last_fallback(t, n, needed); });
    });
}

void add_dtypes(nb::module_& m) {
    m.def("promote_types", [](nb::handle a, nb::handle b) {
        return guarded([&] {
            ls_dtype result = 0;
            check(ls_promote_types(dtype_in(a.ptr()), dtype_in(b.ptr()), &result));
            return stolen(dtype_object(result));
        });
    });
    m.def("can_cast", [](nb::handle from, nb::handle to, const std::string& casting) {
        return guarded([&] {
            bool result = false;
            check(ls_can_cast(dtype_in(from.ptr()), dtype_in(to.ptr()), casting.c_str(), &result));
            return result;
        });
    });
    m.def("result_type", [](nb::handle arrays) {
        return guarded([&] {
            const Operands all(arrays.ptr(), "arrays_and_dtypes");
            ls_dtype result = 0;
            check(ls_result_type(all.count(), all.data(), &result));
            return stolen(dtype_object(result));
        });
    });
    m.def("is_known_dtype",
          [](nb::handle dtype) { return guarded([&] { return dtype_known(dtype.ptr()) != 0; }); });
}

void add_arrays(nb::module_& m) {
    m.def("adopt", [](nb::handle numpy_array) {
        return guarded([&] { return stolen(wrap(adopt_numpy(numpy_array.ptr()))); });
    });
    m.def("from_capsule", [](nb::handle capsule) {
        return guarded([&] { return stolen(from_dlpack_capsule(capsule.ptr())); });
    });
    m.def("view", [](nb::handle a) {
        return guarded([&] {
            ls_array* result = nullptr;
            check(ls_array_view(handle(a.ptr()), &result));
            return stolen(wrap(result));
        });
    });
    m.def("set_watched", [](bool on) { watched = on; });
}

}  // namespace
}  // namespace lockstep::python

NB_MODULE(_core, m) {
    using namespace lockstep::python;
    m.doc() = "lockstep.h for Python; the package lockstep is its face.";
    guarded([&] {
        load_dtypes();
        load_numpy_memory();
        no_value = checked(PyObject_GetAttrString(numpy, "_NoValue"));
        make_array_type(m.ptr());
        checked(PyModule_AddObjectRef(m.ptr(), "ufunc", reinterpret_cast<PyObject*>(ufunc_type())));
        m.attr("functions") = stolen(all_functions());
    });
    add_devices(m);
    add_services(m);
    add_dtypes(m);
    add_arrays(m);
    add_streams(m);
    add_generators(m);
}
