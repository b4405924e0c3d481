"""An ls_array for Python: a handle, freed with the object, that can be asked what it is and copied out.
Must not know functions that compute: those are called through lockstep_abi.Library, which makes these."""

import ctypes

import numpy as np

CONTIGUOUS_C, CONTIGUOUS_F, ALIGNED, WRITEABLE, WEAK = 1, 2, 4, 8, 16


class Array:
    """A handle; freed with the object, or by free()."""

    def __init__(self, library: "Library", handle: int):
        self._library, self.handle = library, handle
        library._handles.add(self)

    def free(self):
        if self.handle:
            handle = ctypes.c_void_p(self.handle)
            self.handle = None
            self._library._check(self._library.c.ls_array_free(ctypes.byref(handle)))

    def __del__(self):
        if getattr(self, "handle", None) and not self._library.closed:
            self.free()

    def _ask(self, symbol, ctype, *before):
        value = ctype()
        self._library._check(getattr(self._library.c, symbol)(self.handle, *before, ctypes.byref(value)))
        return value.value

    def _sizes(self, symbol) -> tuple[int, ...]:
        values = (ctypes.c_int64 * 64)()
        self._library._check(getattr(self._library.c, symbol)(self.handle, 64, values))
        return tuple(values[: self.ndim])

    ndim = property(lambda self: self._ask("ls_array_ndim", ctypes.c_int))
    size = property(lambda self: self._ask("ls_array_size", ctypes.c_int64))
    itemsize = property(lambda self: self._ask("ls_array_itemsize", ctypes.c_int64))
    nbytes = property(lambda self: self._ask("ls_array_nbytes", ctypes.c_int64))
    flags = property(lambda self: self._ask("ls_array_flags", ctypes.c_int))
    data = property(lambda self: self._ask("ls_array_data", ctypes.c_void_p))
    device_data = property(lambda self: self._ask("ls_array_device_data", ctypes.c_void_p))
    device = property(lambda self: self._ask("ls_array_device", ctypes.c_char_p).decode())
    shape = property(lambda self: self._sizes("ls_array_shape"))
    strides = property(lambda self: self._sizes("ls_array_strides"))
    dtype = property(lambda self: self._library.dtypes.of_number[self._ask("ls_array_dtype", ctypes.c_uint64)])

    def numpy(self) -> np.ndarray:
        """A fresh copy in C order."""
        result = np.empty(self.shape, self.dtype)
        self._library._check(self._library.c.ls_to_host(self.handle, result.ctypes.data, result.nbytes))
        return result
