// Memory shared with the rest of Python: the buffer protocol, __array_interface__, DLPack,
// __cuda_array_interface__. Must not know operations.
#include <cstring>
#include <memory>
#include <string>

#include "array_object.h"
#include "capi/dlpack_abi.h"
#include "dtypes.h"
#include "sharing.h"

namespace lockstep::python {
namespace {

ls_dtype dtype_of(PyObject* self) {
    ls_dtype dtype = 0;
    check(ls_array_dtype(handle(self), &dtype));
    return dtype;
}

int flags_of(PyObject* self) {
    int flags = 0;
    check(ls_array_flags(handle(self), &flags));
    return flags;
}

bool on_host(PyObject* self) {
    const char* device = nullptr;
    check(ls_array_device(handle(self), &device));
    return std::strcmp(device, "cpu") == 0;
}

}  // namespace

int get_buffer(PyObject* self, Py_buffer* view, int wanted) {
    view->obj = nullptr;
    return entry<int>(
        [&] {
            const DTypeRow& row = dtype_row(dtype_of(self));
            if (!row.format) raise(PyExc_BufferError, "the buffer protocol has no format for %s", row.name);
            if (!on_host(self))
                raise(PyExc_BufferError, "the array is not in the host's memory: use lockstep.asnumpy(x)");
            const int flags = flags_of(self);
            if ((wanted & PyBUF_WRITABLE) && !(flags & LS_WRITEABLE))
                raise(PyExc_BufferError, "the array is read-only");
            const bool c = flags & LS_C_CONTIGUOUS, f = flags & LS_F_CONTIGUOUS;
            const bool strided = (wanted & PyBUF_STRIDES) == PyBUF_STRIDES;
            if (((wanted & PyBUF_C_CONTIGUOUS) == PyBUF_C_CONTIGUOUS && !c) ||
                ((wanted & PyBUF_F_CONTIGUOUS) == PyBUF_F_CONTIGUOUS && !f) ||
                ((wanted & PyBUF_ANY_CONTIGUOUS) == PyBUF_ANY_CONTIGUOUS && !c && !f) || (!strided && !c))
                raise(PyExc_BufferError, "the array is not contiguous as the buffer's user needs it");
            auto geometry = std::make_unique<Geometry>(handle(self));
            check(ls_array_data(handle(self), &view->buf));
            view->obj = Py_NewRef(self);
            view->itemsize = row.bytes;
            view->len = size_of(self) * row.bytes;
            view->readonly = !(flags & LS_WRITEABLE);
            view->ndim = geometry->ndim;
            view->format = (wanted & PyBUF_FORMAT) ? const_cast<char*>(row.format) : nullptr;
            view->shape = (wanted & PyBUF_ND) ? reinterpret_cast<Py_ssize_t*>(geometry->shape) : nullptr;
            view->strides = strided ? reinterpret_cast<Py_ssize_t*>(geometry->strides) : nullptr;
            view->suboffsets = nullptr;
            view->internal = geometry.release();
            return 0;
        },
        -1);
}

void release_buffer(PyObject*, Py_buffer* view) { delete static_cast<Geometry*>(view->internal); }

namespace {

std::string type_text(const DTypeRow& row) {
    return (row.bytes == 1 ? "|" : "<") + std::string(1, row.kind) + std::to_string(row.bytes);
}

PyObject* interface_dict(PyObject* self, void* data, int version, bool read_only) {
    const DTypeRow& row = dtype_row(dtype_of(self));
    const Geometry geometry(handle(self));
    const Ref shape(tuple_of(geometry.shape, geometry.ndim)),
        strides(tuple_of(geometry.strides, geometry.ndim));
    return checked(Py_BuildValue("{s:(NO),s:s,s:O,s:O,s:i}", "data", checked(PyLong_FromVoidPtr(data)),
                                 read_only ? Py_True : Py_False, "typestr", type_text(row).c_str(), "shape",
                                 shape.get(), "strides", strides.get(), "version", version));
}

}  // namespace

PyObject* array_interface(PyObject* self, void*) {
    return entry([&] {
        const DTypeRow& row = dtype_row(dtype_of(self));
        if (!row.format) raise(PyExc_AttributeError, "__array_interface__ has no name for %s", row.name);
        if (!on_host(self)) raise(PyExc_AttributeError, "the array is not in the host's memory");
        void* data = nullptr;
        check(ls_array_data(handle(self), &data));
        return interface_dict(self, data, 3, !(flags_of(self) & LS_WRITEABLE));
    });
}

PyObject* cuda_array_interface(PyObject* self, void*) {
    return entry([&] {
        const char* device = nullptr;
        check(ls_array_device(handle(self), &device));
        if (std::strncmp(device, "cuda", 4) != 0)
            raise(PyExc_AttributeError,
                  "the array is on %s: only arrays on a CUDA device have __cuda_array_interface__", device);
        check(ls_synchronize(device));
        void* data = nullptr;
        check(ls_array_device_data(handle(self), &data));
        return interface_dict(self, data, 3, !(flags_of(self) & LS_WRITEABLE));
    });
}

namespace {

constexpr const char* kVersioned = "dltensor_versioned";
constexpr const char* kPlain = "dltensor";

// Nobody took the tensor.
template <class Managed>
void drop_capsule(PyObject* capsule) {
    for (const char* name : {kVersioned, kPlain})
        if (PyCapsule_IsValid(capsule, name)) {
            auto* const m = static_cast<Managed*>(PyCapsule_GetPointer(capsule, name));
            if (m && m->deleter) m->deleter(m);
        }
}

bool takes_versioned(PyObject* max_version) {
    if (!max_version || max_version == Py_None) return false;
    const Ref major(checked(PySequence_GetItem(max_version, 0)));
    return int_of(major.get()) >= 1;
}

}  // namespace

int64_t int_of(PyObject* value) {
    const int64_t n = PyLong_AsLongLong(value);
    if (n == -1 && PyErr_Occurred()) throw PythonError{};
    return n;
}

PyObject* dlpack(PyObject* self, PyObject* args, PyObject* keywords) {
    return entry([&] {
        static const char* names[] = {"stream", "max_version", "dl_device", "copy", nullptr};
        PyObject *stream = nullptr, *max_version = nullptr, *device = nullptr, *copy = nullptr;
        if (!PyArg_ParseTupleAndKeywords(args, keywords, "|$OOOO:__dlpack__", const_cast<char**>(names),
                                         &stream, &max_version, &device, &copy))
            throw PythonError{};
        Ref own(Py_NewRef(self));
        if (device && device != Py_None) {
            const Ref here(checked(dlpack_device(self, nullptr)));
            if (!checked(PyObject_RichCompareBool(here.get(), device, Py_EQ)))
                raise(PyExc_BufferError, "dl_device: the array is on another device; use to_device first");
        }
        if (copy == Py_True) own = Ref(checked(call<"copy">(self)));
        const char* name = nullptr;
        check(ls_array_device(handle(self), &name));
        if (std::strcmp(name, "cpu") != 0) check(ls_synchronize(name));
        void* managed = nullptr;
        PyObject* capsule;
        if (takes_versioned(max_version)) {
            check(ls_to_dlpack(handle(own.get()), &managed));
            capsule = PyCapsule_New(managed, kVersioned, drop_capsule<dlpack_managed_versioned>);
        } else {
            const ls_status status = ls_to_dlpack_unversioned(handle(own.get()), &managed);
            if (status == LS_READ_ONLY)
                raise(PyExc_BufferError, "a read-only array needs a consumer of DLPack 1.0");
            check(status);
            capsule = PyCapsule_New(managed, kPlain, drop_capsule<dlpack_managed>);
        }
        return checked(capsule);
    });
}

PyObject* dlpack_device(PyObject* self, PyObject*) {
    return entry([&] {
        void* managed = nullptr;
        check(ls_to_dlpack(handle(self), &managed));
        auto* const m = static_cast<dlpack_managed_versioned*>(managed);
        const dlpack_device_pair pair = {m->tensor.device.device_type, m->tensor.device.device_id};
        m->deleter(m);
        return checked(Py_BuildValue("(ii)", pair.type, pair.id));
    });
}

PyObject* from_dlpack_capsule(PyObject* capsule) {
    ls_array* result = nullptr;
    const bool versioned = PyCapsule_IsValid(capsule, kVersioned) != 0;
    if (!versioned && !PyCapsule_IsValid(capsule, kPlain))
        raise(PyExc_ValueError, "expected a fresh DLPack capsule");
    void* const managed = PyCapsule_GetPointer(capsule, versioned ? kVersioned : kPlain);
    check(versioned ? ls_from_dlpack(managed, &result) : ls_from_dlpack_unversioned(managed, &result));
    PyCapsule_SetName(capsule, versioned ? "used_dltensor_versioned" : "used_dltensor");
    PyCapsule_SetDestructor(capsule, nullptr);
    return wrap(result);
}

}  // namespace lockstep::python
