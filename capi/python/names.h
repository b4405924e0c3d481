// Attributes and methods of Python objects by name: the name is made once, as the interpreter remembers those
// it sees. Must not know arrays.
#pragma once

#include "error.h"

namespace lockstep::python {

// A text as a template argument.
struct Name {
    char text[32];
    constexpr Name(const char* from) : text{} {
        for (int i = 0; from[i]; ++i) text[i] = from[i];
    }
};

template <Name name>
PyObject* interned() {
    static PyObject* const text = checked(PyUnicode_InternFromString(name.text));
    return text;
}

// A new reference, or NULL with the exception set.
template <Name name>
PyObject* attribute(PyObject* o) {
    return PyObject_GetAttr(o, interned<name>());
}
template <Name name>
bool has(PyObject* o) {
    return PyObject_HasAttr(o, interned<name>());
}
template <Name name, class... Arguments>
PyObject* call(PyObject* o, Arguments*... arguments) {
    return PyObject_CallMethodObjArgs(o, interned<name>(), arguments..., nullptr);
}

}  // namespace lockstep::python
