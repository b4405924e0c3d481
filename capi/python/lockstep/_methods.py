"""The methods and properties of lockstep.ndarray that are seldom called, and its protocols with NumPy and pickle.
Must not know single operations: NumPy's functions are matched by name."""

import builtins
from typing import Any

import numpy as np

from lockstep import _core, _creation

C_CONTIGUOUS, F_CONTIGUOUS, ALIGNED, WRITEABLE = 1, 2, 4, 8


# ---- NumPy arrays of ours ----


def view_of(x) -> np.ndarray:
    """On the CPU a NumPy array of the same memory, which keeps it alive; else a copy."""
    if x.device == "cpu" and x.dtype.isbuiltin == 1:
        return np.asarray(memoryview(x))
    if x.device == "cpu":  # a type that the buffer protocol has no name for
        geometry = {
            "data": (x._address, not x._flag_bits & WRITEABLE),
            "typestr": f"|V{x.itemsize}",
            "shape": x.shape,
            "strides": x.strides,
            "version": 3,
        }
        return np.asarray(_Memory(x, geometry)).view(x.dtype)
    copy = np.empty(x.shape, x.dtype)
    x._copy_to(copy if x.dtype.isbuiltin == 1 else copy.view(np.uint16))
    return copy


class _Memory:
    def __init__(self, owner, interface):
        self.owner, self.__array_interface__ = owner, interface


def as_numpy(x, dtype=None, *, copy=None):
    result = view_of(x)
    if copy is False and (x.device != "cpu" or dtype is not None and result.dtype != np.dtype(dtype)):
        raise ValueError("Unable to avoid copy while creating an array as requested.")
    return np.array(result, dtype, copy=True if copy else None)


def represent(x):
    return repr(view_of(x))


def text(x):
    return str(view_of(x))


def formatted(x, spec):
    return format(x.item() if x.ndim == 0 else view_of(x), spec)


def tolist(x):
    return view_of(x).tolist()


def tobytes(x, order="C"):
    return view_of(x).tobytes(order)


def item(x, index):
    if len(index) == 1 and isinstance(index[0], tuple):
        index = index[0]
    if len(index) == 1 and x.ndim != 1:
        index = np.unravel_index(range(x.size)[index[0]], x.shape)
    elif len(index) != x.ndim:
        raise ValueError("incorrect number of indices for array")
    return x[tuple(index)].item()


# ---- parts and copies ----


def real(x):
    return _core.functions["real"](x) if x.dtype.kind == "c" else x


def imag(x):
    return _core.functions["imag"](x)


def set_real(x, value):
    real(x)[...] = value


def set_imag(x, value):
    if x.dtype.kind != "c":
        raise TypeError("array does not have imaginary part to set")
    imag(x)[...] = value


def matrix_transposed(x):
    if x.ndim < 2:
        raise ValueError("matrix transpose with ndim < 2 is undefined")
    return x.swapaxes(-1, -2)


def flatten(x, order="C"):
    return x.ravel(order).copy() if np.char.upper(order) != "K" else x.ravel("K").copy()


def fill(x, value):
    x[...] = value


def copied(x, memo=None):
    return x.copy(order="K")


def to_device(x, device, /, *, stream=None):
    return x if str(device) == x.device else _core.to_device(x, str(device))


class Flags:
    """What is known of the memory's layout: attributes and NumPy's names in brackets."""

    def __init__(self, bits: int):
        self.c_contiguous, self.f_contiguous = bool(bits & C_CONTIGUOUS), bool(bits & F_CONTIGUOUS)
        self.aligned, self.writeable = bool(bits & ALIGNED), bool(bits & WRITEABLE)
        self.forc, self.fnc = self.c_contiguous or self.f_contiguous, self.f_contiguous and not self.c_contiguous
        self.contiguous, self.behaved = self.c_contiguous, self.aligned and self.writeable

    def __getitem__(self, name):
        short = {"C": "c_contiguous", "F": "f_contiguous", "A": "aligned", "W": "writeable"}
        value = getattr(self, short.get(name, str(name).lower()), None)
        if value is None:
            raise KeyError("Unknown flag")
        return value

    def __repr__(self):
        return "\n".join(
            f"  {name.upper()} : {self[name]}" for name in ("c_contiguous", "f_contiguous", "writeable", "aligned")
        )


def flags(x):
    return Flags(x._flag_bits)


# ---- pickle ----


def rebuild(values: np.ndarray, device: str):
    x = _core.adopt(values)
    return _core.to_device(x, device) if device in _core.device_names() and device != "cpu" else x


def reduced(x):
    values = view_of(x)
    return rebuild, (values if values.flags.c_contiguous or values.flags.f_contiguous else values.copy(), x.device)


# ---- NumPy's calls on our arrays ----


def _ours(module: str, name: str):
    """Lockstep's function or ufunc for NumPy's; None where there is none yet."""
    import lockstep

    place: Any = lockstep
    for part in (module or "numpy").split(".")[1:]:
        place = getattr(place, part, None)
    return getattr(place, name, None) if place is not None else None


def array_ufunc(x, ufunc, method, /, *inputs, **kwargs):
    ours = _ours("numpy", ufunc.__name__)
    if ours is None and hasattr(builtins, ufunc.__name__):  # divmod: an operator, but no function of ours yet
        ours, inputs = getattr(builtins, ufunc.__name__), [_creation.asarray(i) for i in inputs]
    if ours is None:
        raise TypeError(f"numpy.{ufunc.__name__} is not there yet in Lockstep: use lockstep.asnumpy(x) for NumPy's")
    out = kwargs.get("out")
    if isinstance(out, tuple) and len(out) == 1:
        kwargs["out"] = out[0]
    return (ours if method == "__call__" else getattr(ours, method))(*inputs, **kwargs)


def array_function(x, func, types, args, kwargs):
    ours = _ours(func.__module__, func.__name__)
    if ours is None:
        raise TypeError(
            f"{func.__module__}.{func.__name__} is not there yet in Lockstep: use lockstep.asnumpy(x) for NumPy's"
        )
    return ours(*args, **kwargs)


def array_namespace(x, /, *, api_version=None):
    if api_version not in (None, "2021.12", "2022.12", "2023.12", "2024.12"):
        raise ValueError(f"array API version {api_version!r} is not supported: 2024.12 or older is")
    import lockstep

    return lockstep
