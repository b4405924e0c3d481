// Functions as Python sees them: a signature, parsed here for all of them, and a body generated from the
// function's row. Must not know single functions.
#pragma once

#include <vector>

#include "arguments.h"

namespace lockstep::python {

// What a Python parameter's value may be where the row has no such argument.
enum class Extra : char {
    none,     // the row has it
    ignored,  // anything
    device,   // where the result goes
    fixed,    // its default only, `preset`, or None
};

struct Parameter {
    const char* name;
    int slot;  // of the row's arguments and options, where its value goes
    bool required;
    Extra extra;
    const char* preset;  // a default that differs from the row's; or what a fixed one must be
    PyObject* interned;  // the name, and `preset`, as Python strings
    PyObject* preset_object;
};

constexpr int kMaxSlots = 32;
constexpr int kDeviceSlot = kMaxSlots - 1;

using Body = PyObject* (*)(PyObject* const* slots);

struct CallableRow {
    const char* name;
    Body body;
    Parameter* parameters;
    int count, positional_only, positional, slots;
    bool varargs;           // all positional arguments are the first parameter's
    int self;               // the slot of a method's array
    const char* signature;  // as inspect.signature shows it
    const char* doc;
    const char* module;  // of NumPy: "numpy", "numpy.fft"
};

void intern(const CallableRow& row);

// The call's values by slot, borrowed; NULL where nothing is given. `self` fills its slot of a method.
class Slots {
  public:
    Slots(const CallableRow& row, PyObject* self, PyObject* const* args, Py_ssize_t nargs,
          PyObject* keywords);
    PyObject* const* data() const { return slots_; }

  private:
    void place(const CallableRow& row, int parameter, PyObject* value);
    void check_extra(const CallableRow& row, const Parameter& p, PyObject* value);
    void refuse_positional(const CallableRow& row, bool method, Py_ssize_t nargs);

    PyObject* slots_[kMaxSlots] = {};
    Ref varargs_;
};

// inspect.Signature of a text such as "a, axis=None"; `self` in front for methods.
PyObject* signature_object(const char* text);

PyObject* new_function(const CallableRow& row);
// lockstep.sum and the like: callable objects, as a dict from "sum" and "fft.fft".
PyObject* all_functions();
// PyMethodDef for each row of [methods].
std::vector<PyMethodDef> table_methods();

}  // namespace lockstep::python
