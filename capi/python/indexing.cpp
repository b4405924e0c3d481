// Indexing of lockstep.ndarray: x[i], x[a:b, ..., None], x[array or mask], assignment, len, iteration, `in`.
// Must not know operations, other than that `in` compares.
#include <cstring>
#include <vector>

#include "arguments.h"
#include "numpy_memory.h"
#include "operators.h"

namespace lockstep::python {
namespace {

constexpr int kMaxItems = 2 * kMaxDims;

[[noreturn]] void refuse_item() {
    raise(PyExc_IndexError,
          "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean "
          "arrays are valid indices");
}

// Items are written in place: the copy of a structure just written waits for its parts.
void write(ls_index& to, int32_t kind, int64_t start, int64_t stop, int64_t step, const ls_array* array = nullptr) {
    to.kind = kind;
    to.has_start = to.has_stop = kind == 1;  // what a slice lacks is past the ends by now
    to.reserved[0] = to.reserved[1] = 0;
    to.start = start;
    to.stop = stop;
    to.step = step;
    to.array = array;
}

void write_slice(ls_index& to, PyObject* item) {
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(item, &start, &stop, &step) < 0) throw PythonError{};
    write(to, 1, start, stop, step);
}

// Short arrays of integers and of booleans, whose elements are written anew for every call: to make and free one takes as
// long as to index with it. A Room is one call's until it gives it back, with the interpreter's lock held both times.
class Rooms {
  public:
    static constexpr int64_t kMost = 64;  // elements
    struct Room {
        int number;
        ls_array* array;
        int64_t* integers;  // or booleans, in the same place
        bool* truths() const { return reinterpret_cast<bool*>(integers); }
    };
    // False where all are taken.
    bool take(int64_t n, bool mask, Room& room) {
        const int i = __builtin_ctz(~taken_);
        if (i >= kCount) return false;
        ls_array*& array = arrays_[i][mask][n];
        if (!array) {
            ls_adopt_host_options o = {};
            o.size = sizeof o;
            check(ls_adopt_host(elements_[i], mask ? LS_BOOL : LS_INT64, 1, &n, &o, &array));
        }
        taken_ |= 1u << i;
        room.number = i;
        room.array = array;
        room.integers = elements_[i];
        return true;
    }
    void give_back(uint32_t rooms) { taken_ &= ~rooms; }

  private:
    static constexpr int kCount = 8;
    uint32_t taken_ = 0;
    int64_t elements_[kCount][kMost] = {};
    ls_array* arrays_[kCount][2][kMost + 1] = {};
};
Rooms rooms;

// The items of an index, however it is written, and the arrays that were made for them.
class Items {
  public:
    explicit Items(PyObject* index) : Items() {  // complete by now: the destructor runs when an item is refused
        if (!PyTuple_Check(index)) {
            add(index);
            return;
        }
        const Py_ssize_t n = PyTuple_Size(index);
        if (n > kMaxItems) raise(PyExc_IndexError, "too many indices for array");
        for (Py_ssize_t i = 0; i < n; ++i) add(PyTuple_GetItem(index, i));
    }
    Items(const Items&) = delete;
    Items& operator=(const Items&) = delete;
    ~Items() {
        if (rooms_) rooms.give_back(rooms_);
        for (ls_array* made : made_) ls_array_free(&made);
    }
    int count() const { return count_; }
    const ls_index* data() const { return items_; }
    int64_t size() const { return size_; }  // elements of the arrays

  private:
    Items() {}
    void add(PyObject* item) {
        if (PyLong_CheckExact(item)) {
            const int64_t i = PyLong_AsLongLong(item);
            if (i == -1 && PyErr_Occurred()) {
                PyErr_Clear();
                raise(PyExc_IndexError, "cannot fit 'int' into an index-sized integer");
            }
            write(items_[count_++], 0, i, 0, 1);
        } else if (PySlice_Check(item)) {
            write_slice(items_[count_++], item);
        } else if (item == Py_None) {
            items_[count_++] = ls_newaxis();
        } else if (item == Py_Ellipsis) {
            items_[count_++] = ls_ellipsis();
        } else if (is_array(item)) {
            write(items_[count_++], 4, 0, 0, 1, handle(item));
            size_ += size_of(item);
        } else if (add_numpy(item)) {
        } else if (PyBool_Check(item) || !PyIndex_Check(item) || is_numpy_array(item)) {
            add_array(item);
        } else {
            add_integer(item);
        }
    }
    void add_integer(PyObject* item) {
        const Ref number(PyNumber_Index(item));
        if (!number) {
            if (!PyErr_ExceptionMatches(PyExc_TypeError)) throw PythonError{};
            PyErr_Clear();
            return add_array(item);
        }
        const int64_t i = PyLong_AsLongLong(number.get());
        if (i == -1 && PyErr_Occurred()) {
            PyErr_Clear();
            raise(PyExc_IndexError, "cannot fit 'int' into an index-sized integer");
        }
        items_[count_++] = ls_at(i);
    }
    bool take_room(int64_t n, bool mask, Rooms::Room& room) {
        if (!rooms.take(n, mask, room)) return false;
        rooms_ |= 1u << room.number;
        return true;
    }
    // A list of a few Python integers, or of booleans, by far the most common one.
    bool add_short_list(PyObject* item) {
        if (!PyList_CheckExact(item)) return false;
        const Py_ssize_t n = PyList_Size(item);
        if (n == 0 || n > Rooms::kMost) return false;
        const bool mask = PyBool_Check(PyList_GetItem(item, 0));
        Rooms::Room room;
        if (!take_room(n, mask, room)) return false;
        for (Py_ssize_t i = 0; i < n; ++i) {
            PyObject* const value = PyList_GetItem(item, i);
            if (mask ? !PyBool_Check(value) : !PyLong_CheckExact(value)) return false;
            if (mask) {
                room.truths()[i] = value == Py_True;
                continue;
            }
            room.integers[i] = PyLong_AsLongLong(value);
            if (room.integers[i] == -1 && PyErr_Occurred()) {
                PyErr_Clear();
                return false;
            }
        }
        write(items_[count_++], 4, 0, 0, 1, room.array);
        size_ += n;
        return true;
    }
    // A NumPy array: the elements of a short one are copied, a long one's memory is lent for the length of the call.
    bool add_numpy(PyObject* item) {
        NumpyMemory from;
        if (!read_numpy(item, from)) return false;
        if (from.ndim == 1 && from.shape[0] <= Rooms::kMost && add_short(from)) return true;
        const char kind = dtype_row(from.dtype).kind;
        if (kind != 'b' && kind != 'i' && kind != 'u') return false;
        ls_adopt_host_options o = {};
        o.size = sizeof o;
        o.strides = from.strides;
        o.read_only = true;
        made_.push_back(nullptr);
        check(ls_adopt_host(from.data, from.dtype, from.ndim, from.shape, &o, &made_.back()));
        int64_t elements = 0;
        check(ls_array_size(made_.back(), &elements));
        size_ += elements;
        write(items_[count_++], 4, 0, 0, 1, made_.back());
        return true;
    }
    bool add_short(const NumpyMemory& from) {
        const bool mask = from.dtype == LS_BOOL;
        Rooms::Room room;
        if ((!mask && from.dtype != LS_INT64) || !take_room(from.shape[0], mask, room)) return false;
        for (int64_t i = 0; i < from.shape[0]; ++i) {
            const char* const at = from.data + i * from.strides[0];
            if (mask)
                room.truths()[i] = *at != 0;
            else
                std::memcpy(&room.integers[i], at, sizeof(int64_t));
        }
        write(items_[count_++], 4, 0, 0, 1, room.array);
        size_ += from.shape[0];
        return true;
    }
    void add_array(PyObject* item) {
        if (add_short_list(item)) return;
        const bool bare = !is_numpy_array(item) && !has<"__array__">(item);
        static PyObject* const as_array = checked(PyObject_GetAttrString(numpy, "asarray"));
        Ref from(checked(PyObject_CallFunctionObjArgs(as_array, item, nullptr)));
        const Ref dtype(checked(attribute<"dtype">(from.get())));
        const ls_dtype number = dtype_known(dtype.get());
        const char kind = number ? dtype_row(number).kind : 'O';
        if (kind != 'b' && kind != 'i' && kind != 'u') {
            if (!bare)
                raise(PyExc_IndexError, "arrays used as indices must be of integer (or boolean) type");
            const Ref size(checked(attribute<"size">(from.get())));
            if (PyLong_AsLongLong(size.get()) != 0 || !PySequence_Check(item)) refuse_item();
            from = Ref(checked(call<"astype">(from.get(), interned<"i8">())));  // [] is a list of no integers
        }
        made_.push_back(nullptr);
        made_.back() = adopt_numpy(from.get());
        int64_t elements = 0;
        ls_array_size(made_.back(), &elements);
        size_ += elements;
        write(items_[count_++], 4, 0, 0, 1, made_.back());
    }

    int count_ = 0;
    int64_t size_ = 0;
    ls_index items_[kMaxItems];
    uint32_t rooms_ = 0;             // taken, a bit each
    std::vector<ls_array*> made_;
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
        check(released_if(items.size() >= kLongElementwise,
                          [&] { return ls_get(handle(self), items.count(), items.data(), &result); }));
        return wrap(result);
    });
}

// A weak scalar made once, whose value is written anew for every call that keeps the interpreter's lock: x[3] = 1.0 spent
// half of its time on making and freeing one.
struct Slot {
    ls_array* scalar = nullptr;
    void* value = nullptr;
    explicit Slot(ls_scalar first) {
        check(ls_from_scalar(first, &scalar));
        check(ls_array_data(scalar, &value));
    }
};

// Of a Python float or a small int, else NULL.
const ls_array* quick_scalar(PyObject* value) {
    static Slot floating(ls_float(0)), integer(ls_int(0));
    if (PyFloat_CheckExact(value)) {
        const double number = PyFloat_AsDouble(value);
        std::memcpy(floating.value, &number, sizeof number);
        return floating.scalar;
    }
    if (!PyLong_CheckExact(value)) return nullptr;
    int overflow = 0;
    const int64_t number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow) return nullptr;
    std::memcpy(integer.value, &number, sizeof number);
    return integer.scalar;
}

int set(PyObject* self, PyObject* index, PyObject* value) {
    return entry<int>(
        [&] {
            if (!value) raise(PyExc_ValueError, "cannot delete array elements");
            const Items items(index);
            if (items.size() < kLongElementwise)
                if (const ls_array* const scalar = quick_scalar(value)) {
                    check(ls_set(handle(self), items.count(), items.data(), scalar));
                    return 0;
                }
            const Operand from = required(value, "value");
            check(released_if(from.size() + items.size() >= kLongElementwise,
                              [&] { return ls_set(handle(self), items.count(), items.data(), from.get()); }));
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

PyObject* update_at(const char* ufunc, PyObject* a, PyObject* index, PyObject* value) {
    if (!is_array(a) && !is_numpy_array(a)) raise(PyExc_TypeError, "first operand must be array");
    const Operand target(a), operand(value);
    const Items items(index);
    check(released_if(operand.size() + items.size() >= kLongElementwise, [&] {
        return ls_ufunc_at(ufunc, target.get(), items.count(), items.data(), operand.get());
    }));
    Py_RETURN_NONE;
}

PyType_Slot* indexing_slots(int* count) {
    *count = static_cast<int>(std::size(slots));
    return slots;
}

}  // namespace lockstep::python
