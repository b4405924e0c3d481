// From Python's arguments to those of lockstep.h, one class or function for each kind of the tables.
// Must not know single functions: names come in as text, for the errors.
#pragma once

#include <utility>
#include <vector>

#include "array_object.h"
#include "dtypes.h"

namespace lockstep::python {

// numpy._NoValue; borrowed.
extern PyObject* no_value;

inline bool given(PyObject* value) { return value && value != no_value; }
inline bool given_or_none(PyObject* value) { return given(value) && value != Py_None; }

// An array argument: the handle of an ndarray, or one made for the length of the call: a Python number is
// weak, a NumPy array is used where it lies, everything else goes through numpy.asarray. NULL and None have
// no handle.
class Operand {
  public:
    Operand() = default;
    // `beside`: the other operand, which decides what a Python integer past 64 bits becomes.
    explicit Operand(PyObject* value, PyObject* beside = nullptr) {
        if (value && is_array(value)) {
            handle_ = handle(value);
            size_ = size_of(value);
        } else if (given_or_none(value)) {
            make(value, beside);
        }
    }
    Operand(Operand&& o) noexcept
        : handle_(o.handle_), own_(std::exchange(o.own_, nullptr)), size_(o.size_) {}
    Operand& operator=(Operand&& o) noexcept {
        std::swap(handle_, o.handle_);
        std::swap(own_, o.own_);
        std::swap(size_, o.size_);
        return *this;
    }
    ~Operand() {
        if (own_) ls_array_free(&own_);
    }
    const ls_array* get() const { return handle_; }
    int64_t size() const { return size_; }
    bool is_own() const { return own_ != nullptr; }
    ls_array* release() { return std::exchange(own_, nullptr); }

  private:
    void make(PyObject* value, PyObject* beside);

    const ls_array* handle_ = nullptr;
    ls_array* own_ = nullptr;
    int64_t size_ = 0;
};

// A required array: None is no array.
Operand required(PyObject* value, const char* name);
// What a call writes to: an ndarray or a NumPy array, nothing that only turns into one.
Operand target_in(PyObject* value, const char* name);
// What is written there: sequences are read as the target's dtype, item by item, as NumPy reads them.
Operand values_in(PyObject* value, const char* name, PyObject* target);
// Indices and counts: sequences are read as int64, so that an empty one is no float64.
Operand integers_in(PyObject* value, const char* name);
// An option of kind array; `True`, NumPy's default for a mask, is not given.
inline PyObject* mask_given(PyObject* value) { return value == Py_True ? nullptr : value; }

// Several arrays in a sequence.
class Operands {
  public:
    explicit Operands(PyObject* sequence, const char* name);
    size_t count() const { return handles_.size(); }
    const ls_array* const* data() const { return handles_.data(); }
    int64_t size() const { return size_; }

  private:
    Ref items_;  // rows of an array live no longer than this
    std::vector<Operand> operands_;
    std::vector<const ls_array*> handles_;
    int64_t size_ = 0;
};

// `out=`: an ndarray or a NumPy array, alone or as the only item of a tuple. The call then returns that
// object.
class Output {
  public:
    explicit Output(PyObject* value);
    ls_array* get() const { return handle_; }
    PyObject* object() const { return object_; }

  private:
    PyObject* object_ = nullptr;
    ls_array* handle_ = nullptr;
    Operand adopted_;
};

// A view of a NumPy array's memory, which it keeps alive; a copy in native byte order where that differs.
ls_array* adopt_numpy(PyObject* numpy_array);

ls_scalar scalar_in(PyObject* value, const char* name);
int64_t int_in(PyObject* value, const char* name);
double float_in(PyObject* value, const char* name);
bool bool_in(PyObject* value);
char order_in(PyObject* value);
// Text of a str; "always" and "never" for True and False, NumPy's way to write an option `copy`; NULL for
// None.
const char* string_in(PyObject* value, const char* name);

// An int or a sequence of ints.
class Shape {
  public:
    explicit Shape(PyObject* value);
    int count() const { return count_; }
    const int64_t* data() const { return many_.empty() ? few_ : many_.data(); }
    int64_t size() const;

  private:
    int count_ = 0;
    int64_t few_[8];
    std::vector<int64_t> many_;
};

// None, an int or a sequence of ints; `none_is_default`: None is what the C default means.
class AxesIn {
  public:
    AxesIn(PyObject* value, bool none_is_default);
    ls_axes get() const { return axes_; }

  private:
    ls_axes axes_ = {};
    int64_t many_[kMaxDims];
};

// `device=`: new arrays go there until the end of the scope.
class DeviceScope {
  public:
    explicit DeviceScope(PyObject* value);
    DeviceScope(const DeviceScope&) = delete;
    DeviceScope& operator=(const DeviceScope&) = delete;
    ~DeviceScope();

  private:
    const char* before_ = nullptr;
};

// The result of a call: the object of `out`, or a new array.
inline PyObject* array_result(ls_status status, ls_array* result, const Output& out) {
    check(status);
    return out.object() ? Py_NewRef(out.object()) : wrap(result);
}
inline PyObject* array_result(ls_status status, ls_array* result) {
    check(status);
    return wrap(result);
}

// Several arrays as a tuple.
PyObject* arrays_result(ls_status status, ls_array* const* results, size_t count);

}  // namespace lockstep::python
