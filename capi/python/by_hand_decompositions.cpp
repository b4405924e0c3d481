// numpy.linalg's functions that return named tuples, or whose arguments are numbers or texts.
// Must not know how a body calls the C function.
#include <algorithm>
#include <cstring>

#include "by_hand.h"

namespace lockstep::python {
namespace {

PyObject* named(const char* name, PyObject* arrays) {
    const Ref module(checked(PyImport_ImportModule("lockstep._decompositions")));
    const Ref type(checked(PyObject_GetAttrString(module.get(), name)));
    return checked(PyObject_CallObject(type.get(), arrays));
}

PyObject* always_named(const char* name, Body body, PyObject* const* slots) {
    const Ref arrays(body(slots));
    return named(name, arrays.get());
}

// A tuple of so many arrays has a name, one array is alone.
PyObject* named_unless_one(const char* name, Body body, PyObject* const* slots) {
    const Ref arrays(body(slots));
    if (PyTuple_Size(arrays.get()) == 1) return Py_NewRef(checked(PyTuple_GetItem(arrays.get(), 0)));
    return named(name, arrays.get());
}

}  // namespace

PyObject* linalg_eig_by_hand(Body body, PyObject* const* slots) {
    return always_named("EigResult", body, slots);
}
PyObject* linalg_eigh_by_hand(Body body, PyObject* const* slots) {
    return always_named("EighResult", body, slots);
}
PyObject* linalg_slogdet_by_hand(Body body, PyObject* const* slots) {
    return always_named("SlogdetResult", body, slots);
}
PyObject* linalg_svd_by_hand(Body body, PyObject* const* slots) {
    return named_unless_one("SVDResult", body, slots);
}

PyObject* linalg_qr_by_hand(Body body, PyObject* const* slots) {
    const char* const mode = given_or_none(slots[1]) ? string_in(slots[1], "mode") : "reduced";
    return std::strcmp(mode, "raw") == 0 ? body(slots) : named_unless_one("QRResult", body, slots);
}

PyObject* linalg_cond_by_hand(Body body, PyObject* const* slots) {
    PyObject* ordered[kMaxSlots];
    std::copy(slots, slots + kMaxSlots, ordered);
    PyObject *&p = ordered[1], *&norm = ordered[2];
    if (p && PyUnicode_Check(p)) std::swap(p, norm);
    return body(ordered);
}

PyObject* linalg_pinv_by_hand(Body body, PyObject* const* slots) {
    PyObject* const rtol = slots[3];
    if (rtol != Py_None) return body(slots);
    // None is not the same as not given: the dtype's eps times the larger size
    if (given_or_none(slots[1])) raise(PyExc_ValueError, "`rtol` and `rcond` can't be both set.");
    PyObject* const a = slots[0];
    const bool is_array = PyObject_HasAttrString(a, "dtype") && PyObject_HasAttrString(a, "shape");
    const Ref array(is_array ? Py_NewRef(a) : checked(PyObject_CallMethod(numpy, "asarray", "O", a)));
    const Ref dtype(checked(PyObject_GetAttrString(array.get(), "dtype")));
    const Ref info(checked(PyObject_CallMethod(numpy, "finfo", "O", dtype.get())));
    const Ref eps(checked(PyObject_GetAttrString(info.get(), "eps")));
    const Ref shape(checked(PyObject_GetAttrString(array.get(), "shape")));
    int64_t most = 0;
    for (Py_ssize_t i = std::max<Py_ssize_t>(0, PyTuple_Size(shape.get()) - 2); i < PyTuple_Size(shape.get());
         ++i)
        most = std::max<int64_t>(most, PyLong_AsLongLong(checked(PyTuple_GetItem(shape.get(), i))));
    const Ref tolerance(checked(PyFloat_FromDouble(static_cast<double>(most) * PyFloat_AsDouble(eps.get()))));
    PyObject* ordered[kMaxSlots];
    std::copy(slots, slots + kMaxSlots, ordered);
    ordered[3] = tolerance.get();
    return body(ordered);
}

}  // namespace lockstep::python
