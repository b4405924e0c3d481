// The functions of the tables for Python: generated rows put behind the types of callable.h, ufunc.h and
// operators.h. Must not name a function: all of them come from the generated header.
#include <algorithm>
#include <cstring>
#include <iterator>
#include <string>

#include "by_hand.h"
#include "callable.h"
#include "generators.h"
#include "operators.h"
#include "ufunc.h"

namespace lockstep::python {
namespace {

template <class Row>
struct Named {
    const char* name;
    const Row* row;
};
struct Alias {
    const char *alias, *name;
};

template <const CallableRow* row>
PyObject* call_method(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* keywords) {
    return entry([&] {
        const Slots slots(*row, self, args, nargs, keywords);
        return row->body(slots.data());
    });
}
template <class F>
PyCFunction as_function(F f) {
    return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(f));
}

#include "python/functions.h"

PyObject* compare(PyObject* a, PyObject* b, int op) {
    return entry([&] { return comparison(*comparison_rows[op], op, a, b); });
}

}  // namespace

PyObject* array_divmod(PyObject* a, PyObject* b) {
    return entry([&]() -> PyObject* {
        if (!takes_part(a) || !takes_part(b)) Py_RETURN_NOTIMPLEMENTED;
        const Ref quotient(binary_operator(floor_divide_row, a, b, nullptr));
        const Ref rest(binary_operator(remainder_row, a, b, nullptr));
        return checked(PyTuple_Pack(2, quotient.get(), rest.get()));
    });
}

PyType_Slot* operator_slots(int* count) {
    static std::vector<PyType_Slot> slots = [] {
        std::vector<PyType_Slot> all(std::begin(number_slots), std::end(number_slots));
        all.insert(all.end(), {{Py_nb_divmod, as_slot(array_divmod)},
                               {Py_nb_bool, as_slot(array_bool)},
                               {Py_nb_int, as_slot(array_int)},
                               {Py_nb_float, as_slot(array_float)},
                               {Py_nb_index, as_slot(array_index)},
                               {Py_tp_richcompare, as_slot(compare)}});
        return all;
    }();
    *count = static_cast<int>(slots.size());
    return slots.data();
}

std::vector<PyMethodDef> table_methods() {
    for (const auto& [name, row] : method_rows) intern(*row);
    return {std::begin(method_definitions), std::end(method_definitions)};
}

PyObject* generator_methods(PyTypeObject* type) {
    Ref all(checked(PyDict_New()));
    for (size_t i = 0; i < std::size(generator_rows); ++i) {
        intern(*generator_rows[i].row);
        const Ref method(checked(PyDescr_NewMethod(type, &generator_definitions[i])));
        checked(PyDict_SetItemString(all.get(), generator_rows[i].name, method.get()));
    }
    return all.release();
}

PyObject* all_functions() {
    Ref all(checked(PyDict_New()));
    const auto add = [&](const char* name, const Ref& value) {
        checked(PyDict_SetItemString(all.get(), name, value.get()));
    };
    for (const auto& [name, row] : function_rows) add(name, Ref(new_function(*row)));
    for (const CallableRow* row : ufunc_method_rows) intern(*row);
    for (const auto& [name, row] : ufunc_rows) add(name, Ref(new_ufunc(*row)));
    for (const auto& [alias, name] : aliases)
        add(alias, Ref(Py_XNewRef(PyDict_GetItemString(all.get(), name))));
    return all.release();
}

}  // namespace lockstep::python
