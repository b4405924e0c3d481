// Products whose arguments Python writes in other ways than C: axes as a pair, operands with lists of labels,
// norms by name. Must not know how a body calls the C function.
#include <algorithm>

#include "by_hand.h"

namespace lockstep::python {

PyObject* tensordot_by_hand(Body body, PyObject* const* slots) {
    PyObject* const axes = slots[2];
    const Ref iterator(given(axes) ? PyObject_GetIter(axes) : nullptr);
    PyErr_Clear();
    if (!iterator) return body(slots);
    const Ref pair(checked(PySequence_Tuple(iterator.get())));
    if (PyTuple_Size(pair.get()) != 2)
        raise(PyExc_ValueError, "axes: expected an integer or a pair, got %zd items",
              PyTuple_Size(pair.get()));
    PyObject* ordered[kMaxSlots];
    std::copy(slots, slots + kMaxSlots, ordered);
    ordered[2] = nullptr;
    ordered[3] = PyTuple_GetItem(pair.get(), 0);
    ordered[4] = PyTuple_GetItem(pair.get(), 1);
    return body(ordered);
}

PyObject* linalg_tensordot_by_hand(Body body, PyObject* const* slots) {
    return tensordot_by_hand(body, slots);
}

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
        const int failed =
            PyErr_WarnEx(PyExc_DeprecationWarning,
                         "Arrays of 2-dimensional vectors are deprecated. Use arrays of 3-dimensional "
                         "vectors instead. (deprecated in NumPy 2.0)",
                         1);
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

// The slots of a call with its positional arguments taken apart, and `optimize` as C reads it: in slot
// `optimize`, the memory limit behind it.
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
    return checked(PyObject_CallFunctionObjArgs(function.get(), einsum.ordered[0], einsum.ordered[1],
                                                path.get(), nullptr));
}

namespace {

// A name goes to the slot of `norm`.
PyObject* with_norm(Body body, PyObject* const* slots, int ord, int norm) {
    PyObject* ordered[kMaxSlots];
    std::copy(slots, slots + kMaxSlots, ordered);
    if (ordered[ord] && PyUnicode_Check(ordered[ord])) std::swap(ordered[ord], ordered[norm]);
    return body(ordered);
}

}  // namespace

PyObject* linalg_norm_by_hand(Body body, PyObject* const* slots) { return with_norm(body, slots, 1, 2); }
PyObject* linalg_matrix_norm_by_hand(Body body, PyObject* const* slots) {
    return with_norm(body, slots, 2, 3);
}
PyObject* linalg_vector_norm_by_hand(Body body, PyObject* const* slots) {
    return with_norm(body, slots, 3, 4);
}

}  // namespace lockstep::python
