// Functions whose slots are put in order before the generated body reads them.
// Must not know how a body calls the C function.
#include "by_hand.h"

#include <algorithm>

namespace lockstep::python {

PyObject* arange_by_hand(Body body, PyObject* const* slots) {
    PyObject* ordered[kMaxSlots];
    std::copy(slots, slots + kMaxSlots, ordered);
    static PyObject* const zero = checked(PyLong_FromLong(0));
    static PyObject* const one = checked(PyLong_FromLong(1));
    PyObject *&start = ordered[0], *&stop = ordered[1], *&step = ordered[2];
    if (!given_or_none(step)) step = one;
    if (!given_or_none(stop)) {
        stop = start;
        start = zero;
    }
    if (!given_or_none(stop)) raise(PyExc_TypeError, "arange() requires stop to be specified.");
    if (!given_or_none(start)) start = zero;
    return body(ordered);
}

PyObject* where_by_hand(Body body, PyObject* const* slots) {
    const int values = given_or_none(slots[1]) + given_or_none(slots[2]);
    if (values == 1) raise(PyExc_ValueError, "either both or neither of x and y should be given");
    if (values == 2) return body(slots);
    const Operand condition = required(slots[0], "condition");
    ls_array* result[kMaxDims];
    size_t count = kMaxDims;
    const ls_status status =
        released_if(condition.size() >= kLong, [&] { return ls_nonzero(condition.get(), &count, result); });
    return arrays_result(status, result, count);
}

PyObject* indices_by_hand(Body body, PyObject* const* slots) {
    const Ref arrays(body(slots));
    return slots[2] && bool_in(slots[2]) ? Py_NewRef(arrays.get())
                                         : Py_NewRef(checked(PyTuple_GetItem(arrays.get(), 0)));
}

PyObject* ix__by_hand(Body body, PyObject* const* slots) {
    const Ref args(checked(PySequence_List(slots[0])));
    for (Py_ssize_t i = 0; i < PyList_Size(args.get()); ++i) {
        PyObject* const arg = PyList_GetItem(args.get(), i);
        const bool empty = (PyList_Check(arg) || PyTuple_Check(arg)) && PyObject_Size(arg) == 0;
        static PyObject* const none = checked(PyObject_CallMethod(numpy, "zeros", "is", 0, "int64"));
        if (empty && PyList_SetItem(args.get(), i, Py_NewRef(none)) != 0) throw PythonError{};
    }
    PyObject* ordered[kMaxSlots];
    std::copy(slots, slots + kMaxSlots, ordered);
    ordered[0] = args.get();
    return body(ordered);
}

PyObject* ravel_multi_index_by_hand(Body body, PyObject* const* slots) {
    PyObject* const modes = slots[2];
    if (!modes || (!PyTuple_Check(modes) && !PyList_Check(modes))) return body(slots);
    const Shape dims(slots[1]);
    if (PySequence_Size(modes) != dims.count())
        raise(PyExc_ValueError, "mode: expected %d, one for each dimension, got %zd", dims.count(), PySequence_Size(modes));
    const Ref comma(checked(PyUnicode_FromString(",")));
    const Ref joined(checked(PyUnicode_Join(comma.get(), modes)));
    PyObject* ordered[kMaxSlots];
    std::copy(slots, slots + kMaxSlots, ordered);
    ordered[2] = joined.get();
    return body(ordered);
}

PyObject* tensordot_by_hand(Body body, PyObject* const* slots) {
    PyObject* const axes = slots[2];
    const Ref iterator(given(axes) ? PyObject_GetIter(axes) : nullptr);
    PyErr_Clear();
    if (!iterator) return body(slots);
    const Ref pair(checked(PySequence_Tuple(iterator.get())));
    if (PyTuple_Size(pair.get()) != 2)
        raise(PyExc_ValueError, "axes: expected an integer or a pair, got %zd items", PyTuple_Size(pair.get()));
    PyObject* ordered[kMaxSlots];
    std::copy(slots, slots + kMaxSlots, ordered);
    ordered[2] = nullptr;
    ordered[3] = PyTuple_GetItem(pair.get(), 0);
    ordered[4] = PyTuple_GetItem(pair.get(), 1);
    return body(ordered);
}

PyObject* linalg_tensordot_by_hand(Body body, PyObject* const* slots) { return tensordot_by_hand(body, slots); }

namespace {

// The size of the axis of an operand that body() has taken already.
int64_t size_along(PyObject* operand, PyObject* axis) {
    const Operand a(operand);
    int ndim = 0;
    int64_t shape[kMaxDims];
    check(ls_array_ndim(a.get(), &ndim));
    check(ls_array_shape(a.get(), kMaxDims, shape));
    const int64_t at = given_or_none(axis) ? int_in(axis, "axis") : -1;
    return shape[at < 0 ? at + ndim : at];
}

}  // namespace

PyObject* cross_by_hand(Body body, PyObject* const* slots) {
    Ref result(body(slots));
    const bool common = given_or_none(slots[5]);
    for (int i = 0; i < 2; ++i) {
        if (size_along(slots[i], slots[common ? 5 : 2 + i]) != 2) continue;
        const int failed = PyErr_WarnEx(PyExc_DeprecationWarning,
                                        "Arrays of 2-dimensional vectors are deprecated. Use arrays of 3-dimensional "
                                        "vectors instead. (deprecated in NumPy 2.0)", 1);
        if (failed) throw PythonError{};
        break;
    }
    return Py_NewRef(result.get());
}

namespace {

PyObject* of_einsum(const char* name) {
    const Ref module(checked(PyImport_ImportModule("lockstep._einsum")));
    return checked(PyObject_GetAttrString(module.get(), name));
}

// The slots of a call with its positional arguments taken apart, and `optimize` as C reads it: in slot `optimize`, the
// memory limit behind it.
struct EinsumSlots {
    PyObject* ordered[kMaxSlots];
    Ref kept, read;  // what the slots borrow

    EinsumSlots(PyObject* const* slots, int optimize) {
        std::copy(slots, slots + kMaxSlots, ordered);
        PyObject* const given = slots[1];
        const Py_ssize_t n = PyTuple_Size(given);
        if (n > 1 && PyUnicode_Check(PyTuple_GetItem(given, 0))) {
            ordered[0] = PyTuple_GetItem(given, 0);
            kept = Ref(checked(PyTuple_GetSlice(given, 1, n)));
            ordered[1] = kept.get();
        } else {
            const Ref function(of_einsum("from_lists"));
            kept = Ref(checked(PyObject_CallFunctionObjArgs(function.get(), given, nullptr)));
            ordered[0] = PyTuple_GetItem(kept.get(), 0);
            ordered[1] = PyTuple_GetItem(kept.get(), 1);
        }
        PyObject* const order = slots[optimize];
        if (!order || order == Py_False || order == Py_True) return;
        const Ref function(of_einsum("optimize_text"));
        const Ref count(checked(PyLong_FromSsize_t(PyTuple_Size(ordered[1]))));
        read = Ref(checked(PyObject_CallFunctionObjArgs(function.get(), order, count.get(), nullptr)));
        ordered[optimize] = PyTuple_GetItem(read.get(), 0);
        ordered[optimize + 1] = PyTuple_GetItem(read.get(), 1);
    }
};

}  // namespace

PyObject* einsum_by_hand(Body body, PyObject* const* slots) {
    const EinsumSlots einsum(slots, 6);
    return body(einsum.ordered);
}

PyObject* einsum_path_by_hand(Body body, PyObject* const* slots) {
    const EinsumSlots einsum(slots, 2);
    const Ref path(body(einsum.ordered));
    const Ref function(of_einsum("report"));
    return checked(
        PyObject_CallFunctionObjArgs(function.get(), einsum.ordered[0], einsum.ordered[1], path.get(), nullptr));
}

PyObject* into_self(Body body, PyObject* const* slots, int self, int out) {
    PyObject* with_out[kMaxSlots];
    std::copy(slots, slots + kMaxSlots, with_out);
    with_out[out] = slots[self];
    const Ref result(body(with_out));
    Py_RETURN_NONE;
}

namespace {

PyObject* one_or_all(Body body, PyObject* const* slots) {
    const Ref arrays(body(slots));
    return PyTuple_Size(arrays.get()) == 1 ? Py_NewRef(checked(PyTuple_GetItem(arrays.get(), 0)))
                                           : Py_NewRef(arrays.get());
}

PyObject* named(const char* name, Body body, PyObject* const* slots) {
    const Ref arrays(body(slots));
    const Ref module(checked(PyImport_ImportModule("lockstep._sets")));
    const Ref type(checked(PyObject_GetAttrString(module.get(), name)));
    return checked(PyObject_CallObject(type.get(), arrays.get()));
}

}  // namespace

PyObject* unique_by_hand(Body body, PyObject* const* slots) { return one_or_all(body, slots); }
PyObject* intersect1d_by_hand(Body body, PyObject* const* slots) { return one_or_all(body, slots); }
PyObject* unique_all_by_hand(Body body, PyObject* const* slots) { return named("UniqueAllResult", body, slots); }
PyObject* unique_counts_by_hand(Body body, PyObject* const* slots) { return named("UniqueCountsResult", body, slots); }
PyObject* unique_inverse_by_hand(Body body, PyObject* const* slots) { return named("UniqueInverseResult", body, slots); }

}  // namespace lockstep::python
