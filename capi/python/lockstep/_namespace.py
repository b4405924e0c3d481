"""__array_namespace_info__ of the array API standard, 2024.12.
Must not know operations."""

import numpy as np

from lockstep import _core


class __array_namespace_info__:
    """What the namespace can do: capabilities, devices, dtypes."""

    __module__ = "lockstep"

    def capabilities(self):
        """No boolean indexing and no shapes that depend on data yet; at most 64 dimensions."""
        return {"boolean indexing": False, "data-dependent shapes": False, "max dimensions": 64}

    def default_device(self):
        """Where new arrays of this thread go."""
        return _core.get_default_device()

    def devices(self):
        """Names of the devices there are."""
        return _core.device_names()

    def default_dtypes(self, *, device=None):
        """The dtypes of arrays made without one."""
        return {
            "real floating": np.dtype("f8"),
            "complex floating": np.dtype("c16"),
            "integral": np.dtype("i8"),
            "indexing": np.dtype("i8"),
        }

    def dtypes(self, *, device=None, kind=None):
        """The standard's dtypes by name, of a kind or of a tuple of kinds."""
        names = [
            "bool",
            "int8",
            "int16",
            "int32",
            "int64",
            "uint8",
            "uint16",
            "uint32",
            "uint64",
            "float32",
            "float64",
            "complex64",
            "complex128",
        ]
        dtypes = {name: np.dtype(name) for name in names}
        return dtypes if kind is None else {name: dtype for name, dtype in dtypes.items() if np.isdtype(dtype, kind)}
