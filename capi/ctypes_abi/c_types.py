"""The C types of lockstep.h for ctypes, and Python values as each of them.
Must not know single functions: inventory.json names every argument's kind and every option's offset."""

import ctypes

import numpy as np


class Scalar(ctypes.Structure):
    _fields_ = [("dtype", ctypes.c_uint64), ("weak", ctypes.c_int32), ("reserved", ctypes.c_int32),
                ("value", ctypes.c_ubyte * 16)]


class Axes(ctypes.Structure):
    _fields_ = [("given", ctypes.c_int32), ("count", ctypes.c_int32), ("one", ctypes.c_int64),
                ("many", ctypes.POINTER(ctypes.c_int64))]


class IntOption(ctypes.Structure):
    _fields_ = [("given", ctypes.c_int32), ("reserved", ctypes.c_int32), ("value", ctypes.c_int64)]


class FloatOption(ctypes.Structure):
    _fields_ = [("given", ctypes.c_int32), ("reserved", ctypes.c_int32), ("value", ctypes.c_double)]


class Index(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_int32), ("has_start", ctypes.c_bool), ("has_stop", ctypes.c_bool),
                ("reserved", ctypes.c_ubyte * 2), ("start", ctypes.c_int64), ("stop", ctypes.c_int64),
                ("step", ctypes.c_int64), ("array", ctypes.c_void_p)]


RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class AdoptOptions(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("strides", ctypes.POINTER(ctypes.c_int64)), ("release", RELEASE),
                ("context", ctypes.c_void_p), ("read_only", ctypes.c_bool), ("reserved", ctypes.c_ubyte * 7)]


class FromHostOptions(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("strides", ctypes.POINTER(ctypes.c_int64)), ("device", ctypes.c_char_p)]


# Passed by value; every pointer to an array or a structure is a plain address.
BY_VALUE = {
    "ls_status": ctypes.c_int32, "int": ctypes.c_int, "size_t": ctypes.c_size_t, "int64_t": ctypes.c_int64,
    "double": ctypes.c_double, "bool": ctypes.c_bool, "char": ctypes.c_char, "ls_dtype": ctypes.c_uint64,
    "ls_flag": ctypes.c_int32, "ls_scalar": Scalar, "ls_axes": Axes, "ls_int_option": IntOption,
    "ls_float_option": FloatOption, "const char *": ctypes.c_char_p,
}


def c_type(text: str):
    if text in BY_VALUE:
        return BY_VALUE[text]
    if text.endswith("*"):
        return ctypes.c_void_p
    raise TypeError(f"no ctypes type for the C type {text!r}")


class DTypes:
    """Lockstep's numbers for NumPy's dtypes and back. bfloat16 is there when ml_dtypes is installed."""

    def __init__(self, rows: list[dict]):
        self.of_number, self.of_numpy = {}, {}
        for row in rows:
            try:
                dtype = np.dtype(row["name"])
            except TypeError:
                try:
                    import ml_dtypes
                except ImportError:
                    continue
                dtype = np.dtype(getattr(ml_dtypes, row["name"]))
            self.of_number[row["number"]] = dtype
            self.of_numpy[dtype] = row["number"]

    def number(self, dtype) -> int:
        """0 for None, which is the function's default. Text "bfloat16" needs ml_dtypes, as in NumPy."""
        if dtype is None:
            return 0
        found = self.of_numpy.get(np.dtype(dtype))
        if found is None:
            raise TypeError(f"Lockstep has no dtype {np.dtype(dtype)}")
        return found


def scalar(value, dtypes: DTypes) -> Scalar:
    """Python's int, float and complex are weak; NumPy's scalars and bool are typed; None is the empty scalar."""
    if value is None:
        return Scalar()
    weak = {int: 1, float: 2, complex: 3}.get(type(value), 0)
    if weak:
        value = np.array(value, dtype={1: "int64", 2: "float64", 3: "complex128"}[weak])
    array = np.asarray(value)
    if array.ndim:
        raise TypeError(f"expected a number, got an array of shape {array.shape}")
    result = Scalar(dtypes.number(array.dtype), weak, 0)
    ctypes.memmove(result.value, array.tobytes(), array.itemsize)
    return result


def numbers(values) -> ctypes.Array:
    """int64_t[] of an int or a sequence of ints; at least one element long, so that it has an address."""
    values = [values] if isinstance(values, (int, np.integer)) else list(values)
    return (ctypes.c_int64 * max(1, len(values)))(*values)


def axes(value, default, keep: list) -> Axes:
    """None, an int or a sequence. `keep` holds what must live until the call is over."""
    if value is None:
        return Axes() if default is None else Axes(-1, 0, 0, None)
    if isinstance(value, (int, np.integer)):
        return Axes(1, 1, int(value), None)
    many = numbers(value)
    keep.append(many)
    return Axes(1, len(value), 0, many)


def index_items(index, handle) -> list[Index]:
    """The items of an index: integers, slices, None, Ellipsis and arrays (`handle` of each), alone or in a tuple."""
    items = []
    for item in index if isinstance(index, tuple) else (index,):
        if item is None:
            items.append(Index(kind=2, step=1))
        elif item is Ellipsis:
            items.append(Index(kind=3, step=1))
        elif isinstance(item, slice):
            items.append(Index(kind=1, has_start=item.start is not None, has_stop=item.stop is not None,
                               start=item.start or 0, stop=item.stop or 0, step=1 if item.step is None else item.step))
        elif isinstance(item, (np.ndarray, list, bool, np.bool_)):
            items.append(Index(kind=4, step=1, array=handle(item if isinstance(item, np.ndarray) else np.array(item))))
        else:
            items.append(Index(kind=0, start=int(item), step=1))
    return items
