"""Lockstep: NumPy's functions on arrays of the CPU or a GPU, with NumPy's results.

    import lockstep as np

    x = np.linspace(0, 1, 1_000_000)
    print(np.sum(x * x, axis=0))

Functions have NumPy's names, signatures, dtype rules and exceptions. Results of zero dimensions are arrays. A name of
NumPy's that is not there yet raises AttributeError. `lockstep.asarray` and `lockstep.asnumpy` go from and to NumPy
without a copy on the CPU; `with lockstep.device("cuda:0"):` says where new arrays go.
"""

import numpy as _numpy

from lockstep import _core
from lockstep._core import ndarray, ufunc
from lockstep._creation import array, asanyarray, asarray, ascontiguousarray, asnumpy, from_dlpack
from lockstep._devices import device, devices, info, memory_info, memory_trim, set_num_threads, synchronize
from lockstep._dtypes import *
from lockstep._errstate import errstate, geterr, seterr
from lockstep._inspect import array_equal, broadcast_arrays, broadcast_shapes, ndim, shape, shares_memory, size
from lockstep._streams import Event, Stream, elapsed_time, kernel_cache_clear, kernel_cache_info, kernel_cache_warm, set_matmul_mode
from lockstep._namespace import __array_namespace_info__

__version__ = _core.version()
__array_api_version__ = "2024.12"

# The functions of the tables: runtime/tables/ of the sources lists them.
globals().update({name: function for name, function in _core.functions.items() if "." not in name})

from lockstep import exceptions, fft, linalg, random  # noqa: E402  they take their functions from _core, too

__all__ = sorted(name for name in globals() if not name.startswith("_"))


def __getattr__(name):
    if name == "bfloat16":
        from ml_dtypes import bfloat16

        return bfloat16
    if hasattr(_numpy, name):
        raise AttributeError(f"module 'lockstep' has no attribute {name!r}: numpy.{name} is not there yet in Lockstep")
    raise AttributeError(f"module 'lockstep' has no attribute {name!r}")


def __dir__():
    return [*__all__, "bfloat16", "__version__", "__array_api_version__", "__array_namespace_info__"]
