// Basic indexing of lockstep.ndarray: x[i], x[a:b, ..., None], assignment, len, iteration, `in`.
// Must not know operations, other than that `in` compares.
#include <cstring>

#include "array_object.h"
#include "operators.h"

namespace lockstep::python {
namespace {

constexpr int kMaxItems = 2 * kMaxDims;

[[noreturn]] void refuse_item(PyObject* item) {
    const bool is_mask = PyBool_Check(item);
    if (is_mask || is_array(item) || PyList_Check(item) || PyTuple_Check(item) || has<"__array__">(item) ||
        PyObject_CheckBuffer(item))
        raise(PyExc_NotImplementedError,
              "indexing with %s (NumPy's advanced indexing) is not there yet in Lockstep: use "
              "lockstep.where, or index "
              "lockstep.asnumpy(x)",
              is_mask ? "a boolean" : "an array");
    raise(PyExc_IndexError,
          "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean "
          "arrays are valid indices");
}

ls_index integer(int64_t i) { return ls_at(i); }

ls_index slice(PyObject* item) {
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(item, &start, &stop, &step) < 0) throw PythonError{};
    return ls_slice(start, stop, step);  // what is absent is past the ends by now
}

ls_index index_of(PyObject* item) {
    if (PyLong_CheckExact(item)) {
        const int64_t i = PyLong_AsLongLong(item);
        if (i == -1 && PyErr_Occurred()) {
            PyErr_Clear();
            raise(PyExc_IndexError, "cannot fit 'int' into an index-sized integer");
        }
        return integer(i);
    }
    if (PySlice_Check(item)) return slice(item);
    if (item == Py_None) return ls_newaxis();
    if (item == Py_Ellipsis) return ls_ellipsis();
    if (PyBool_Check(item) || !PyIndex_Check(item)) refuse_item(item);
    if (is_array(item) && size_of(item) != 1) refuse_item(item);
    const Ref number(PyNumber_Index(item));
    if (!number) {
        if (!PyErr_ExceptionMatches(PyExc_TypeError)) throw PythonError{};
        PyErr_Clear();
        refuse_item(item);
    }
    return integer(PyLong_AsLongLong(number.get()));
}

// The items of an index, however it is written.
struct Items {
    int count = 0;
    ls_index items[kMaxItems];

    explicit Items(PyObject* index) {
        if (!PyTuple_Check(index)) {
            items[count++] = index_of(index);
            return;
        }
        const Py_ssize_t n = PyTuple_Size(index);
        if (n > kMaxItems) raise(PyExc_IndexError, "too many indices for array");
        for (Py_ssize_t i = 0; i < n; ++i) items[count++] = index_of(PyTuple_GetItem(index, i));
    }
};

int dimensions(PyObject* self) {
    int ndim = 0;
    check(ls_array_ndim(handle(self), &ndim));
    return ndim;
}

PyObject* get(PyObject* self, PyObject* index) {
    return entry([&] {
        const Items items(index);
        ls_array* result = nullptr;
        check(ls_get(handle(self), items.count, items.items, &result));
        return wrap(result);
    });
}

int set(PyObject* self, PyObject* index, PyObject* value) {
    return entry<int>(
        [&] {
            if (!value) raise(PyExc_ValueError, "cannot delete array elements");
            const Items items(index);
            const Operand from = required(value, "value");
            check(released_if(from.size() >= kLongElementwise,
                              [&] { return ls_set(handle(self), items.count, items.items, from.get()); }));
            return 0;
        },
        -1);
}

Py_ssize_t length(PyObject* self) {
    return entry<Py_ssize_t>(
        [&] {
            const Geometry shape(handle(self));
            if (shape.ndim == 0) raise(PyExc_TypeError, "len() of unsized object");
            return static_cast<Py_ssize_t>(shape.shape[0]);
        },
        -1);
}

PyObject* sequence_item(PyObject* self, Py_ssize_t i) {
    return entry([&] {
        const ls_index item = ls_at(i);
        ls_array* result = nullptr;
        check(ls_get(handle(self), 1, &item, &result));
        return wrap(result);
    });
}

PyObject* iterate(PyObject* self) {
    return entry([&] {
        if (dimensions(self) == 0) raise(PyExc_TypeError, "iteration over a 0-d array");
        return checked(PySeqIter_New(self));
    });
}

// value in x: whether any element equals it.
int contains(PyObject* self, PyObject* value) {
    return entry<int>(
        [&] {
            const Ref equal(checked(PyObject_RichCompare(self, value, Py_EQ)));
            const Ref any(checked(call<"any">(equal.get())));
            return checked(PyObject_IsTrue(any.get()));
        },
        -1);
}

PyType_Slot slots[] = {{Py_mp_subscript, as_slot(get)},      {Py_mp_ass_subscript, as_slot(set)},
                       {Py_mp_length, as_slot(length)},      {Py_sq_length, as_slot(length)},
                       {Py_sq_item, as_slot(sequence_item)}, {Py_sq_contains, as_slot(contains)},
                       {Py_tp_iter, as_slot(iterate)}};

}  // namespace

PyType_Slot* indexing_slots(int* count) {
    *count = static_cast<int>(std::size(slots));
    return slots;
}

}  // namespace lockstep::python
