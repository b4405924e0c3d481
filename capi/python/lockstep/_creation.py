"""Arrays of other things, and NumPy arrays of ours.
Must not know operations."""

import numpy as np

from lockstep import _core
from lockstep._core import ndarray

_NUMPY = (np.ndarray, np.generic)


def _refuse_like(like):
    if like is not None:
        raise NotImplementedError("the argument like is not there yet in Lockstep")


def _in_order(x, order):
    """x itself where its memory has the order, else a copy of it."""
    order = "K" if order is None else order.upper()
    flags = x.flags
    if (
        order == "K"
        or order == "A"
        and flags.forc
        or order == "C"
        and flags.c_contiguous
        or order == "F"
        and flags.f_contiguous
    ):
        return x
    return x.copy(order="C" if order == "A" else order)


def _of_numpy(a, device):
    """A view of the NumPy array's own memory; a copy on the device where that is not the CPU."""
    x = _core.adopt(a)
    return x if device == "cpu" else _core.to_device(x, device)


def _target(device):
    return _core.get_default_device() if device is None else str(device)


def asarray(a, dtype=None, order=None, *, device=None, copy=None, like=None):
    """The input as an array, without a copy where that is possible.

    A NumPy array (or another object with memory on the CPU) lends its memory: the result is a view that keeps it alive and
    that changes with it. `device`: where the result is, for others than ndarrays the default device. `copy`: True makes a
    copy, False raises ValueError where one is needed. Errors: TypeError for a dtype that Lockstep has not.
    """
    _refuse_like(like)
    if type(a) is ndarray:
        x, fresh = a, False
        if device is not None and str(device) != a.device:
            x, fresh = _core.to_device(a, str(device)), True
    elif not isinstance(a, (*_NUMPY, int, float, complex, list, tuple)) and hasattr(a, "__dlpack__"):
        x, fresh = from_dlpack(a, device=device), False
    else:
        host = np.asarray(a)
        lent = isinstance(a, np.ndarray) and host.dtype.isnative
        x = _of_numpy(host, _target(device))
        fresh = not lent or x.device != "cpu"
    before = x
    if dtype is not None:
        x = x.astype(dtype, copy=False)
    x = _in_order(x, order)
    if copy and x is before and not (fresh and type(a) is not ndarray):
        return x.copy(order="K")
    if copy is False and (x is not before or fresh and isinstance(a, (*_NUMPY, ndarray))):
        raise ValueError("Unable to avoid copy while creating an array as requested.")
    return x


def asanyarray(a, dtype=None, order=None, *, device=None, copy=None, like=None):
    """As asarray: there are no subclasses."""
    return asarray(a, dtype, order, device=device, copy=copy, like=like)


def ascontiguousarray(a, dtype=None, *, like=None):
    """The input as a C-contiguous array of at least one dimension."""
    x = asarray(a, dtype, "C", like=like)
    return x.reshape(1) if x.ndim == 0 else x


def array(object, dtype=None, *, copy=True, order="K", subok=False, ndmin=0, ndmax=0, like=None):
    """A new array of numbers, nested sequences or arrays, with NumPy's dtype rules.

    `copy`: None copies where that is needed only. `ndmin`: the fewest dimensions, ones in front. Errors: ValueError for
    sequences of different lengths, TypeError for what has no dtype in Lockstep.
    """
    if ndmax:
        raise NotImplementedError("the argument ndmax is not there yet in Lockstep")
    own = copy if isinstance(object, (*_NUMPY, ndarray)) or copy is False else None
    x = asarray(object, dtype, order, copy=own, like=like)
    if x.ndim < ndmin:
        x = x.reshape((1,) * (ndmin - x.ndim) + x.shape)
    return x


def asnumpy(a, order=None):
    """A NumPy array of it: on the CPU a view of the same memory, else a copy."""
    result = a.__array__() if type(a) is ndarray else np.asarray(a)
    return result if order is None else np.asarray(result, order=order)


def from_dlpack(x, /, *, device=None, copy=None):
    """An array over the memory of any object with __dlpack__, without a copy.

    `device`: where it has to be. `copy`: True makes a copy, False raises ValueError where one is needed. Errors:
    BufferError or TypeError for what the producer or Lockstep has no name for.
    """
    try:
        capsule = x.__dlpack__(max_version=(1, 0))
    except TypeError:  # a producer of the first version
        capsule = x.__dlpack__()
    result = _core.from_capsule(capsule)
    if device is not None and str(device) != result.device:
        if copy is False:
            raise ValueError(f"the array is on {result.device}: it cannot be on {device} without a copy")
        return _core.to_device(result, str(device))
    return result.copy(order="K") if copy else result
