// What an array tells of itself, and the methods that are neither functions of the tables nor operators.
// Must not know operations. What is seldom called is Python, in lockstep/_methods.py.
#include <cstring>
#include <string>

#include "callable.h"
#include "operators.h"
#include "sharing.h"

namespace lockstep::python {
namespace {

PyObject* methods_module() {
    static PyObject* const module = checked(PyImport_ImportModule("lockstep._methods"));
    return module;
}

// A method written in Python: lockstep._methods.<name>(self, ...).
template <Name name>
PyObject* delegate(PyObject* self, PyObject* args, PyObject* keywords) {
    return entry([&] {
        static PyObject* const function = checked(attribute<name>(methods_module()));
        const Py_ssize_t n = PyTuple_Size(args);
        const Ref all(checked(PyTuple_New(n + 1)));
        PyTuple_SetItem(all.get(), 0, Py_NewRef(self));
        for (Py_ssize_t i = 0; i < n; ++i)
            PyTuple_SetItem(all.get(), i + 1, Py_NewRef(PyTuple_GetItem(args, i)));
        return checked(PyObject_Call(function, all.get(), keywords));
    });
}
template <Name name>
PyObject* delegate_property(PyObject* self, void*) {
    return entry([&] { return checked(call<name>(methods_module(), self)); });
}
template <Name name>
int delegate_setter(PyObject* self, PyObject* value, void*) {
    return entry<int>(
        [&] {
            if (!value) raise(PyExc_AttributeError, "Cannot delete array attribute");
            const Ref done(checked(call<name>(methods_module(), self, value)));
            return 0;
        },
        -1);
}

PyObject* array_ndim(PyObject* self, void*) {
    return entry([&] {
        int ndim = 0;
        check(ls_array_ndim(handle(self), &ndim));
        return checked(PyLong_FromLong(ndim));
    });
}
PyObject* array_shape(PyObject* self, void*) {
    return entry([&] {
        const Geometry g(handle(self));
        return tuple_of(g.shape, g.ndim);
    });
}
PyObject* array_strides(PyObject* self, void*) {
    return entry([&] {
        const Geometry g(handle(self));
        return tuple_of(g.strides, g.ndim);
    });
}
PyObject* array_size(PyObject* self, void*) { return PyLong_FromLongLong(size_of(self)); }

ls_dtype dtype_of(PyObject* self) {
    ls_dtype dtype = 0;
    check(ls_array_dtype(handle(self), &dtype));
    return dtype;
}
PyObject* array_dtype(PyObject* self, void*) {
    return entry([&] { return dtype_object(dtype_of(self)); });
}
PyObject* array_itemsize(PyObject* self, void*) {
    return entry([&] { return checked(PyLong_FromLong(dtype_row(dtype_of(self)).bytes)); });
}
PyObject* array_nbytes(PyObject* self, void*) {
    return entry(
        [&] { return checked(PyLong_FromLongLong(dtype_row(dtype_of(self)).bytes * size_of(self))); });
}
PyObject* array_device(PyObject* self, void*) {
    return entry([&] {
        const char* name = nullptr;
        check(ls_array_device(handle(self), &name));
        return checked(PyUnicode_InternFromString(name));
    });
}
PyObject* array_transposed(PyObject* self, void*) {
    return entry([&] {
        ls_array* result = nullptr;
        check(ls_transpose(handle(self), nullptr, &result));
        return wrap(result);
    });
}
PyObject* array_flag_bits(PyObject* self, void*) {
    return entry([&] {
        int flags = 0;
        check(ls_array_flags(handle(self), &flags));
        return checked(PyLong_FromLong(flags));
    });
}
PyObject* array_address(PyObject* self, void*) {
    return entry([&] {
        void* data = nullptr;
        check(ls_array_data(handle(self), &data));
        return checked(PyLong_FromVoidPtr(data));
    });
}

PyObject* array_item(PyObject* self, PyObject* const* args, Py_ssize_t nargs) {
    return entry([&] {
        if (nargs == 0) {
            if (size_of(self) != 1)
                raise(PyExc_ValueError, "can only convert an array of size 1 to a Python scalar");
            return checked(item(handle(self)));
        }
        static PyObject* const function = checked(PyObject_GetAttrString(methods_module(), "item"));
        const Ref index(checked(PyTuple_New(nargs)));
        for (Py_ssize_t i = 0; i < nargs; ++i) PyTuple_SetItem(index.get(), i, Py_NewRef(args[i]));
        return checked(PyObject_CallFunctionObjArgs(function, self, index.get(), nullptr));
    });
}

// The whole array in the host's memory, C order: how arrays of any device are copied out.
PyObject* copy_to_buffer(PyObject* self, PyObject* target) {
    return entry([&] {
        Py_buffer view;
        checked(PyObject_GetBuffer(target, &view, PyBUF_CONTIG));
        const ls_status status = released_if(size_of(self) >= kLongElementwise, [&] {
            return ls_to_host(handle(self), view.buf, static_cast<size_t>(view.len));
        });
        PyBuffer_Release(&view);
        check(status);
        return Py_NewRef(Py_None);
    });
}

template <class F>
PyCFunction as_method(F f) {
    return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(f));
}
constexpr int kAny = METH_VARARGS | METH_KEYWORDS;

}  // namespace

PyObject* array_repr(PyObject* self) { return delegate_property<"represent">(self, nullptr); }
PyObject* array_str(PyObject* self) { return delegate_property<"text">(self, nullptr); }

PyGetSetDef array_properties[] = {
    {"shape", array_shape, nullptr, "Sizes of the dimensions, outermost first.", nullptr},
    {"strides", array_strides, nullptr, "Bytes from one element to the next along each dimension.", nullptr},
    {"ndim", array_ndim, nullptr, "Number of dimensions.", nullptr},
    {"size", array_size, nullptr, "Number of elements.", nullptr},
    {"dtype", array_dtype, nullptr, "NumPy's dtype object of the elements.", nullptr},
    {"itemsize", array_itemsize, nullptr, "Bytes of one element.", nullptr},
    {"nbytes", array_nbytes, nullptr, "Bytes of all elements.", nullptr},
    {"device", array_device, nullptr, "Name of the device: \"cpu\", \"cuda:0\".", nullptr},
    {"T", array_transposed, nullptr, "A view with the axes reversed.", nullptr},
    {"mT", delegate_property<"matrix_transposed">, nullptr, "A view with the last two axes exchanged.",
     nullptr},
    {"real", delegate_property<"real">, delegate_setter<"set_real">, "The real part: a view.", nullptr},
    {"imag", delegate_property<"imag">, delegate_setter<"set_imag">, "The imaginary part: a view, or zeros.",
     nullptr},
    {"flags", delegate_property<"flags">, nullptr, "What is known of the memory's layout.", nullptr},
    {"__array_interface__", array_interface, nullptr, "NumPy's protocol, version 3; arrays on the CPU.",
     nullptr},
    {"__cuda_array_interface__", cuda_array_interface, nullptr, "Version 3; arrays on a CUDA device.",
     nullptr},
    {"_flag_bits", array_flag_bits, nullptr, "The sum of LS_C_CONTIGUOUS and so on.", nullptr},
    {"_address", array_address, nullptr, "Address of the first element, for the host.", nullptr},
    {}};

PyMethodDef array_protocol_methods[] = {
    {"item", as_method(array_item), METH_FASTCALL,
     "item($self, /, *args)\n--\n\nOne element as a Python number."},
    {"tolist", as_method(delegate<"tolist">), kAny,
     "tolist($self, /)\n--\n\nThe elements as nested lists of Python numbers."},
    {"tobytes", as_method(delegate<"tobytes">), kAny,
     "tobytes($self, /, order='C')\n--\n\nThe elements' bytes."},
    {"flatten", as_method(delegate<"flatten">), kAny,
     "flatten($self, /, order='C')\n--\n\nA copy in one dimension."},
    {"fill", as_method(delegate<"fill">), kAny, "fill($self, /, value)\n--\n\nSets every element."},
    {"to_device", as_method(delegate<"to_device">), kAny,
     "to_device($self, device, /, *, stream=None)\n--\n\nThe array on another device: a copy, or itself "
     "where it is there."},
    {"__dlpack__", as_method(dlpack), kAny,
     "__dlpack__($self, /, *, stream=None, max_version=None, dl_device=None, copy=None)\n--\n\nA DLPack "
     "capsule."},
    {"__dlpack_device__", dlpack_device, METH_NOARGS,
     "__dlpack_device__($self, /)\n--\n\nDLPack's device type and number."},
    {"__array__", as_method(delegate<"as_numpy">), kAny,
     "__array__($self, dtype=None, *, copy=None)\n--\n\nA NumPy array of it."},
    {"__array_ufunc__", as_method(delegate<"array_ufunc">), kAny,
     "__array_ufunc__($self, ufunc, method, /, *inputs, **kwargs)\n--\n\nNumPy's ufunc, done by Lockstep's "
     "of the same name."},
    {"__array_function__", as_method(delegate<"array_function">), kAny,
     "__array_function__($self, func, types, args, kwargs)\n--\n\nNumPy's function, done by Lockstep's of "
     "the same name."},
    {"__array_namespace__", as_method(delegate<"array_namespace">), kAny,
     "__array_namespace__($self, /, *, api_version=None)\n--\n\nThe module lockstep."},
    {"__reduce__", as_method(delegate<"reduced">), kAny, "__reduce__($self, /)\n--\n\nFor pickle."},
    {"__copy__", as_method(delegate<"copied">), kAny,
     "__copy__($self, /)\n--\n\nA copy in memory of its own."},
    {"__deepcopy__", as_method(delegate<"copied">), kAny,
     "__deepcopy__($self, memo, /)\n--\n\nA copy in memory of its own."},
    {"__format__", as_method(delegate<"formatted">), kAny,
     "__format__($self, spec, /)\n--\n\nThe only element, formatted."},
    {"__complex__", array_complex, METH_NOARGS,
     "__complex__($self, /)\n--\n\nThe only element as a complex."},
    {"_copy_to", copy_to_buffer, METH_O,
     "_copy_to($self, target, /)\n--\n\nAll elements, C order, into a contiguous buffer."},
    {}};

}  // namespace lockstep::python
