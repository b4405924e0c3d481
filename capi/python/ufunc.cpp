// The type lockstep.ufunc: calls, and what can be asked of a ufunc.
// Must not know single operations.
#include "ufunc.h"

#include <structmember.h>

#include <algorithm>
#include <string>

namespace lockstep::python {

thread_local bool watched = false;

PyObject* call_two(const UfuncRow& row, PyObject* a, PyObject* b, PyObject* out) {
    const Operand x(a, b), y(b, a);
    const bool long_call = std::max(x.size(), y.size()) >= kLongElementwise;
    ls_array* result = nullptr;
    PyObject* object;
    if (!out) {
        check(released_if(long_call, [&] { return row.two(x.get(), y.get(), nullptr, &result); }));
        object = wrap(result);
    } else {
        ls_ufunc_options o = {};
        o.size = sizeof o;
        o.out = array(out)->handle;
        check(released_if(long_call, [&] { return row.two(x.get(), y.get(), &o, nullptr); }));
        object = Py_NewRef(out);
    }
    if (watched) [[unlikely]] {
        Ref owner(object);
        PyObject* const inputs[] = {a, b};
        watch(row, inputs, 2, object);
        return owner.release();
    }
    return object;
}

PyObject* call_one(const UfuncRow& row, PyObject* a) {
    const Operand x(a);
    ls_array* result = nullptr;
    check(released_if(x.size() >= kLongElementwise, [&] { return row.one(x.get(), nullptr, &result); }));
    PyObject* const object = wrap(result);
    if (watched) [[unlikely]] {
        Ref owner(object);
        watch(row, &a, 1, object);
        return owner.release();
    }
    return object;
}

void watch(const UfuncRow& row, PyObject* const* inputs, int count, PyObject* result) {
    static PyObject* const module = checked(PyImport_ImportModule("lockstep._errstate"));
    const Ref values(checked(PyTuple_New(count)));
    for (int i = 0; i < count; ++i) PyTuple_SetItem(values.get(), i, Py_NewRef(inputs[i]));
    const Ref name(checked(PyUnicode_FromString(row.call.name)));
    const Ref done(checked(call<"check">(module, name.get(), values.get(), result)));
}

namespace {

struct UfuncObject {
    PyObject_HEAD vectorcallfunc vectorcall;
    const UfuncRow* row;
};
const UfuncRow& row_of(PyObject* self) { return *reinterpret_cast<UfuncObject*>(self)->row; }

PyObject* call_ufunc(PyObject* self, PyObject* const* args, size_t nargsf, PyObject* keywords) {
    const Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    return entry([&]() -> PyObject* {
        const UfuncRow& row = row_of(self);
        if (!keywords && nargs == row.inputs && args[0] != Py_None && args[nargs - 1] != Py_None) [[likely]]
            return row.inputs == 2 ? call_two(row, args[0], args[1], nullptr) : call_one(row, args[0]);
        const Slots slots(row.call, nullptr, args, nargs, keywords);
        Ref result(row.call.body(slots.data()));
        if (watched) watch(row, slots.data(), row.inputs, result.get());
        return result.release();
    });
}

// A method that is a row of its own: its first argument is the ufunc's name.
template <const CallableRow* UfuncRow::*method>
PyObject* ufunc_method(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* keywords) {
    return entry([&] {
        const UfuncRow& row = row_of(self);
        const Ref name(checked(PyUnicode_FromString(row.call.name)));
        const Slots slots(*(row.*method), name.get(), args, nargs, keywords);
        return (row.*method)->body(slots.data());
    });
}

// ufunc.reduce(array, axis=0, ...): the reduction's own function, whose axis is all of them by default.
PyObject* ufunc_reduce(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* keywords) {
    return entry([&]() -> PyObject* {
        const UfuncRow& row = row_of(self);
        if (!row.reduction) return ufunc_method<&UfuncRow::reduce>(self, args, nargs, keywords);
        static PyObject* const bind = [] {
            const Ref module(checked(PyImport_ImportModule("lockstep._signature")));
            return checked(PyObject_GetAttrString(module.get(), "reduce_arguments"));
        }();
        const Ref bound(checked(PyObject_Vectorcall(bind, args, static_cast<size_t>(nargs), keywords)));
        const Ref function(new_function(*row.reduction));
        const Ref none(checked(PyTuple_New(0)));
        return checked(PyObject_Call(function.get(), none.get(), bound.get()));
    });
}

// ufunc.outer(A, B): every element of A with every element of B.
PyObject* ufunc_outer(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* keywords) {
    return entry([&]() -> PyObject* {
        const UfuncRow& row = row_of(self);
        if (row.inputs != 2) raise(PyExc_ValueError, "outer product only supported for binary functions");
        if (nargs != 2)
            raise(PyExc_TypeError, "%s.outer() takes 2 positional arguments but %zd were given",
                  row.call.name, nargs);
        const Operand a(args[0]), b(args[1]);
        Geometry shape(a.get());
        int inner = 0;
        check(ls_array_ndim(b.get(), &inner));
        std::vector<int64_t> wide(shape.shape, shape.shape + shape.ndim);
        wide.resize(wide.size() + static_cast<size_t>(inner), 1);
        ls_array* spread = nullptr;
        check(ls_reshape(a.get(), static_cast<int>(wide.size()), wide.data(), nullptr, &spread));
        const Ref first(wrap(spread));
        std::vector<PyObject*> values(args, args + nargs + (keywords ? PyTuple_Size(keywords) : 0));
        values[0] = first.get();
        return checked(call_ufunc(self, values.data(), 2, keywords));
    });
}

// ufunc.at(a, indices, b=None, /)
PyObject* ufunc_at(PyObject* self, PyObject* const* args, Py_ssize_t nargs) {
    return entry([&] {
        const UfuncRow& row = row_of(self);
        if (nargs < 2 || nargs > 3)
            raise(PyExc_TypeError, "%s.at() takes from 2 to 3 positional arguments but %zd were given",
                  row.call.name, nargs);
        return update_at(row.call.name, args[0], args[1], nargs == 3 ? args[2] : nullptr);
    });
}

PyObject* ufunc_repr(PyObject* self) { return PyUnicode_FromFormat("<ufunc '%s'>", row_of(self).call.name); }
PyObject* ufunc_name(PyObject* self, void*) { return PyUnicode_FromString(row_of(self).call.name); }
PyObject* ufunc_module(PyObject*, void*) { return PyUnicode_FromString("lockstep"); }
PyObject* ufunc_doc(PyObject* self, void*) { return PyUnicode_FromString(row_of(self).call.doc); }
PyObject* ufunc_signature(PyObject* self, void*) {
    return entry([&] { return signature_object(row_of(self).call.signature); });
}
PyObject* ufunc_nin(PyObject* self, void*) { return PyLong_FromLong(row_of(self).inputs); }
PyObject* ufunc_nout(PyObject*, void*) { return PyLong_FromLong(1); }
PyObject* ufunc_nargs(PyObject* self, void*) { return PyLong_FromLong(row_of(self).inputs + 1); }
PyObject* ufunc_core(PyObject*, void*) { Py_RETURN_NONE; }

PyObject* ufunc_identity(PyObject* self, void*) {
    const std::string identity = row_of(self).identity;
    if (identity == "yes" || identity == "no") return PyBool_FromLong(identity == "yes");
    if (identity == "none") Py_RETURN_NONE;
    return PyLong_FromLong(identity == "one" ? 1 : identity == "minus_one" ? -1 : 0);
}

// "dd->d" for each loop, bfloat16's 'E' included.
PyObject* ufunc_types(PyObject* self, void*) {
    return entry([&] {
        const UfuncRow& row = row_of(self);
        Ref list(checked(PyList_New(0)));
        for (const char* c = row.loops; *c; ++c) {
            const char result = row.result == 'b'                               ? '?'
                                : row.result == 'r' && (*c == 'F' || *c == 'D') ? static_cast<char>(*c + 32)
                                                                                : *c;
            const Ref text(checked(PyUnicode_FromString(
                (std::string(static_cast<size_t>(row.inputs), *c) + "->" + result).c_str())));
            checked(PyList_Append(list.get(), text.get()));
        }
        return list.release();
    });
}
PyObject* ufunc_ntypes(PyObject* self, void*) {
    return PyLong_FromSize_t(std::string(row_of(self).loops).size());
}
PyObject* ufunc_pickled(PyObject* self, PyObject*) { return PyUnicode_FromString(row_of(self).call.name); }

template <class F>
PyCFunction as_method(F f) {
    return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(f));
}

PyMethodDef ufunc_methods[] = {
    {"reduce", as_method(ufunc_reduce), METH_FASTCALL | METH_KEYWORDS,
     "reduce($self, array, axis=0, dtype=None, out=None, keepdims=False, initial=None, where=True)\n--\n\n"
     "One operand after the other over the given axes, in NumPy's order."},
    {"outer", as_method(ufunc_outer), METH_FASTCALL | METH_KEYWORDS,
     "outer($self, A, B, /, **kwargs)\n--\n\nEvery element of A with every element of B: shape A.shape + "
     "B.shape."},
    {"accumulate", as_method(ufunc_method<&UfuncRow::accumulate>), METH_FASTCALL | METH_KEYWORDS,
     "accumulate($self, array, axis=0, dtype=None, out=None)\n--\n\nThe fold of every leading stretch of "
     "an axis."},
    {"reduceat", as_method(ufunc_method<&UfuncRow::reduceat>), METH_FASTCALL | METH_KEYWORDS,
     "reduceat($self, array, indices, axis=0, dtype=None, out=None)\n--\n\nFolds of the stretches of an "
     "axis that begin at the indices."},
    {"at", as_method(ufunc_at), METH_FASTCALL,
     "at($self, a, indices, b=None, /)\n--\n\nThe operation in place on the elements that the indices name, "
     "as often as they are named."},
    {"__reduce__", ufunc_pickled, METH_NOARGS, nullptr},
    {}};
PyGetSetDef ufunc_properties[] = {
    {"__name__", ufunc_name, nullptr, nullptr, nullptr},
    {"__qualname__", ufunc_name, nullptr, nullptr, nullptr},
    {"__module__", ufunc_module, nullptr, nullptr, nullptr},
    {"__doc__", ufunc_doc, nullptr, nullptr, nullptr},
    {"__signature__", ufunc_signature, nullptr, nullptr, nullptr},
    {"nin", ufunc_nin, nullptr, "Number of inputs.", nullptr},
    {"nout", ufunc_nout, nullptr, "Number of outputs.", nullptr},
    {"nargs", ufunc_nargs, nullptr, "Number of inputs and outputs.", nullptr},
    {"ntypes", ufunc_ntypes, nullptr, "Number of loops.", nullptr},
    {"types", ufunc_types, nullptr, "The loops, 'dd->d' and so on.", nullptr},
    {"identity", ufunc_identity, nullptr, "What a reduction of nothing is, or None.", nullptr},
    {"signature", ufunc_core, nullptr, "None: element by element.", nullptr},
    {}};
PyMemberDef ufunc_members[] = {{const_cast<char*>("__vectorcalloffset__"), T_PYSSIZET,
                                offsetof(UfuncObject, vectorcall), READONLY, nullptr},
                               {}};
PyType_Slot ufunc_slots[] = {{Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
                             {Py_tp_repr, reinterpret_cast<void*>(ufunc_repr)},
                             {Py_tp_members, ufunc_members},
                             {Py_tp_methods, ufunc_methods},
                             {Py_tp_getset, ufunc_properties},
                             {}};
PyType_Spec ufunc_spec = {"lockstep.ufunc", sizeof(UfuncObject), 0,
                          Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                          ufunc_slots};

}  // namespace

PyTypeObject* ufunc_type() {
    static PyTypeObject* const type = reinterpret_cast<PyTypeObject*>(checked(PyType_FromSpec(&ufunc_spec)));
    return type;
}

PyObject* new_ufunc(const UfuncRow& row) {
    intern(row.call);
    UfuncObject* const f = PyObject_New(UfuncObject, ufunc_type());
    if (!f) throw PythonError{};
    f->vectorcall = call_ufunc;
    f->row = &row;
    return reinterpret_cast<PyObject*>(f);
}

}  // namespace lockstep::python
