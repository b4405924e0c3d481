// From a status of the C ABI to NumPy's exception, and from C++ to Python's way of failing.
// Must not know single functions.
#pragma once

#include <Python.h>

#include <exception>
#include <new>

#include "lockstep/lockstep.h"

namespace lockstep::python {

// Thrown once a Python exception is set; entry() turns it into the NULL that Python wants.
struct PythonError {};

[[noreturn, gnu::cold]] void raise_status(ls_status status);
[[noreturn, gnu::cold]] void raise(PyObject* type, const char* format, ...);

inline void check(ls_status status) {
    if (status != LS_OK) [[unlikely]]
        raise_status(status);
}

// A new reference that a failed call returned as NULL is an exception.
inline PyObject* checked(PyObject* value) {
    if (!value) [[unlikely]]
        throw PythonError{};
    return value;
}
inline int checked(int value) {
    if (value < 0) [[unlikely]]
        throw PythonError{};
    return value;
}

// Owns one reference.
class Ref {
  public:
    Ref() = default;
    explicit Ref(PyObject* stolen) : object_(stolen) {}
    Ref(Ref&& o) noexcept : object_(o.release()) {}
    Ref& operator=(Ref&& o) noexcept {
        PyObject* old = object_;
        object_ = o.release();
        Py_XDECREF(old);
        return *this;
    }
    ~Ref() { Py_XDECREF(object_); }
    PyObject* get() const { return object_; }
    PyObject* release() {
        PyObject* o = object_;
        object_ = nullptr;
        return o;
    }
    explicit operator bool() const { return object_ != nullptr; }

  private:
    PyObject* object_ = nullptr;
};

// Runs the body of a function that Python calls: no C++ exception leaves.
template <class Result = PyObject*, class Body>
inline Result entry(const Body& body, Result failed = Result{}) noexcept {
    try {
        return body();
    } catch (const PythonError&) {
    } catch (const std::bad_alloc&) {
        PyErr_NoMemory();
    } catch (const std::exception& e) {
        PyErr_SetString(PyExc_RuntimeError, e.what());
    }
    return failed;
}

}  // namespace lockstep::python
