// Calls with positional and keyword arguments, the objects that stand for functions, and their errors.
// Must not know single functions.
#include "callable.h"

#include <structmember.h>

#include <cstring>
#include <string>

namespace lockstep::python {

void intern(const CallableRow& row) {
    for (int i = 0; i < row.count; ++i) {
        Parameter& p = row.parameters[i];
        p.interned = checked(PyUnicode_InternFromString(p.name));
        if (p.preset) p.preset_object = checked(PyUnicode_InternFromString(p.preset));
    }
}

// A parameter that the C function does not have: only what changes nothing.
void Slots::check_extra(const CallableRow& row, const Parameter& p, PyObject* value) {
    if (p.extra == Extra::ignored || value == Py_None || value == no_value) return;
    const Ref text(checked(PyObject_Str(value)));
    if (p.preset && PyUnicode_Compare(text.get(), p.preset_object) == 0) return;
    raise(PyExc_NotImplementedError, "%s: the argument %s=%R is not there yet in Lockstep", row.name, p.name,
          value);
}

void Slots::place(const CallableRow& row, int parameter, PyObject* value) {
    const Parameter& p = row.parameters[parameter];
    if (p.extra == Extra::none || p.extra == Extra::device) {
        if (value != no_value) slots_[p.slot] = value;
    } else {
        check_extra(row, p, value);
    }
}

void Slots::refuse_positional(const CallableRow& row, bool method, Py_ssize_t nargs) {
    int needed = 0;
    for (int i = 0; i < row.positional; ++i) needed += row.parameters[i].required;
    if (needed == row.positional)
        raise(PyExc_TypeError, "%s() takes %d positional argument%s but %zd were given", row.name,
              row.positional + method, row.positional + method == 1 ? "" : "s", nargs + method);
    raise(PyExc_TypeError, "%s() takes from %d to %d positional arguments but %zd were given", row.name,
          needed + method, row.positional + method, nargs + method);
}

Slots::Slots(const CallableRow& row, PyObject* self, PyObject* const* args, Py_ssize_t nargs,
             PyObject* keywords) {
    if (self) slots_[row.self] = self;
    uint64_t seen = 0;
    if (row.varargs) {
        if (self && nargs == 1 && (!PyLong_Check(args[0]) && !PyIndex_Check(args[0]))) {
            place(row, 0, args[0]);
        } else if (!self || nargs > 0) {
            varargs_ = Ref(checked(PyTuple_New(nargs)));
            for (Py_ssize_t i = 0; i < nargs; ++i) PyTuple_SetItem(varargs_.get(), i, Py_NewRef(args[i]));
            place(row, 0, varargs_.get());
        }
        seen = 1;
    } else {
        if (nargs > row.positional) refuse_positional(row, self != nullptr, nargs);
        for (int i = 0; i < static_cast<int>(nargs); ++i) place(row, i, args[i]);
        seen = (uint64_t(1) << nargs) - 1;
    }
    const Py_ssize_t named = keywords ? PyTuple_Size(keywords) : 0;
    for (Py_ssize_t k = 0; k < named; ++k) {
        PyObject* const name = PyTuple_GetItem(keywords, k);
        int found = -1;
        for (int i = row.positional_only; i < row.count && found < 0; ++i)
            if (row.parameters[i].interned == name) found = i;
        for (int i = row.positional_only; i < row.count && found < 0; ++i)
            if (PyUnicode_Compare(row.parameters[i].interned, name) == 0) found = i;
        if (found < 0) raise(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", row.name, name);
        if (seen >> found & 1)
            raise(PyExc_TypeError, "%s() got multiple values for argument '%U'", row.name, name);
        seen |= uint64_t(1) << found;
        place(row, found, args[nargs + k]);
    }
    for (int i = 0; i < row.count; ++i) {
        const Parameter& p = row.parameters[i];
        if (seen >> i & 1) continue;
        if (p.required)
            raise(PyExc_TypeError, "%s() missing required argument: '%s' (pos %d)", row.name, p.name, i + 1);
        if (p.preset && p.extra == Extra::none && !slots_[p.slot]) slots_[p.slot] = p.preset_object;
    }
}

PyObject* signature_object(const char* text) {
    static PyObject* const make = [] {
        const Ref module(checked(PyImport_ImportModule("lockstep._signature")));
        return checked(PyObject_GetAttrString(module.get(), "signature"));
    }();
    return PyObject_CallFunction(make, "s", text);
}

namespace {

struct FunctionObject {
    PyObject_HEAD vectorcallfunc vectorcall;
    const CallableRow* row;
};
const CallableRow& row_of(PyObject* self) { return *reinterpret_cast<FunctionObject*>(self)->row; }

PyObject* call_function(PyObject* self, PyObject* const* args, size_t nargsf, PyObject* keywords) {
    return entry([&] {
        const CallableRow& row = row_of(self);
        const Slots slots(row, nullptr, args, PyVectorcall_NARGS(nargsf), keywords);
        return row.body(slots.data());
    });
}

std::string python_module(const CallableRow& row) {
    return "lockstep" + std::string(row.module).substr(std::strlen("numpy"));
}

PyObject* function_repr(PyObject* self) {
    return PyUnicode_FromFormat("<function %s.%s>", python_module(row_of(self)).c_str(), row_of(self).name);
}
PyObject* function_name(PyObject* self, void*) { return PyUnicode_FromString(row_of(self).name); }
PyObject* function_module(PyObject* self, void*) {
    return PyUnicode_FromString(python_module(row_of(self)).c_str());
}
PyObject* function_doc(PyObject* self, void*) { return PyUnicode_FromString(row_of(self).doc); }
PyObject* function_signature(PyObject* self, void*) {
    return entry([&] { return signature_object(row_of(self).signature); });
}
PyObject* function_reduce(PyObject* self, PyObject*) { return PyUnicode_FromString(row_of(self).name); }
// Functions are found by name; as attributes of a class they are no methods.
PyObject* function_get(PyObject* self, PyObject*, PyObject*) { return Py_NewRef(self); }

PyGetSetDef function_properties[] = {{"__name__", function_name, nullptr, nullptr, nullptr},
                                     {"__qualname__", function_name, nullptr, nullptr, nullptr},
                                     {"__module__", function_module, nullptr, nullptr, nullptr},
                                     {"__doc__", function_doc, nullptr, nullptr, nullptr},
                                     {"__signature__", function_signature, nullptr, nullptr, nullptr},
                                     {}};
PyMethodDef function_methods[] = {{"__reduce__", function_reduce, METH_NOARGS, nullptr}, {}};
PyMemberDef function_members[] = {{const_cast<char*>("__vectorcalloffset__"), T_PYSSIZET,
                                   offsetof(FunctionObject, vectorcall), READONLY, nullptr},
                                  {}};
PyType_Slot function_slots[] = {{Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
                                {Py_tp_repr, reinterpret_cast<void*>(function_repr)},
                                {Py_tp_descr_get, reinterpret_cast<void*>(function_get)},
                                {Py_tp_members, function_members},
                                {Py_tp_methods, function_methods},
                                {Py_tp_getset, function_properties},
                                {}};
PyType_Spec function_spec = {
    "lockstep.function", sizeof(FunctionObject), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION, function_slots};

}  // namespace

PyObject* new_function(const CallableRow& row) {
    static PyTypeObject* const type =
        reinterpret_cast<PyTypeObject*>(checked(PyType_FromSpec(&function_spec)));
    intern(row);
    FunctionObject* const f = PyObject_New(FunctionObject, type);
    if (!f) throw PythonError{};
    f->vectorcall = call_function;
    f->row = &row;
    return reinterpret_cast<PyObject*>(f);
}

}  // namespace lockstep::python
