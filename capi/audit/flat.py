"""The 13 rows of the parity document, through libnumpy.so's flat float32 symbols.
Must not know liblockstep's functions, nor how results are compared."""

import ctypes
import dataclasses
import pathlib
import typing

import numpy as np

from compare import BITS, Bound

size_t, f32, pointer = ctypes.c_size_t, ctypes.c_float, ctypes.c_void_p


@dataclasses.dataclass(frozen=True)
class FlatRow:
    numpy: str
    symbol: str
    dataset: str
    call: str
    ours: typing.Callable  # (Flat, dataset array) -> array
    theirs: typing.Callable  # (dataset array) -> array
    bound: Bound = BITS


class Flat:
    """libnumpy.so: calls a symbol, copies the returned buffer and gives it back."""

    def __init__(self, path: pathlib.Path):
        self.path = path
        self.c = ctypes.CDLL(str(path))
        self._last_error = None

    def has(self, symbol: str) -> bool:
        return hasattr(self.c, symbol)

    def vector(self, symbol: str, shape: tuple[int, ...], *arguments) -> np.ndarray:
        size = int(np.prod(shape))
        function = getattr(self.c, symbol)
        function.restype = ctypes.POINTER(f32)
        buffer = function(*self._c(arguments))
        if not buffer:
            raise RuntimeError(f"{symbol} returned NULL: {self.last_error()}")
        result = np.ctypeslib.as_array(buffer, shape=(size,)).reshape(shape).copy()
        free = self.c.free_float_buffer
        free.restype, free.argtypes = None, [pointer, size_t]
        free(ctypes.cast(buffer, pointer), size)
        return result

    def scalar(self, symbol: str, *arguments) -> np.ndarray:
        function = getattr(self.c, symbol)
        function.restype = f32
        return np.float32(function(*self._c(arguments)))

    def last_error(self) -> str:
        function = self.c.ls_last_error
        function.restype = ctypes.c_char_p
        return (function() or b"").decode(errors="replace")

    def _c(self, arguments):
        """ndarrays become address and element count, ints size_t, floats float."""
        for a in arguments:
            if isinstance(a, np.ndarray):
                yield pointer(a.ctypes.data)
                for n in a.shape:
                    yield size_t(n)
            else:
                yield size_t(a) if isinstance(a, int) else f32(a)


RIGHT = np.array([[1, 2], [3, 4], [5, 6]], "float32")

ROWS = [
    FlatRow("arange", "arange", "DS-ARRAY-1", "0, 10, 1",
            lambda c, d: c.vector("arange", (10,), 0.0, 10.0, 1.0), lambda d: np.arange(0, 10, 1, dtype="float32")),
    FlatRow("zeros", "zeros_vec", "DS-ARRAY-1", "7",
            lambda c, d: c.vector("zeros_vec", (7,), 7), lambda d: np.zeros(7, "float32")),
    FlatRow("ones", "ones_vec", "DS-ARRAY-1", "7",
            lambda c, d: c.vector("ones_vec", (7,), 7), lambda d: np.ones(7, "float32")),
    FlatRow("eye", "eye", "DS-ARRAY-1", "3",
            lambda c, d: c.vector("eye", (3, 3), 3), lambda d: np.eye(3, dtype="float32")),
    FlatRow("linspace", "linspace", "DS-ARRAY-1", "0, 1, 5",
            lambda c, d: c.vector("linspace", (5,), 0.0, 1.0, 5), lambda d: np.linspace(0, 1, 5, dtype="float32")),
    FlatRow("log", "log_vec", "DS-ARRAY-1", "d",
            lambda c, d: c.vector("log_vec", d.shape, d), np.log, Bound("ulp", 1)),
    FlatRow("power", "power_vec", "DS-ARRAY-1", "d, 2",
            lambda c, d: c.vector("power_vec", d.shape, d, 2.0), lambda d: np.power(d, 2)),
    FlatRow("min", "compute_min", "DS-ARRAY-1", "d", lambda c, d: c.scalar("compute_min", d), np.min),
    FlatRow("std", "compute_std", "DS-ARRAY-1", "d", lambda c, d: c.scalar("compute_std", d), np.std),
    FlatRow("var", "compute_var", "DS-ARRAY-1", "d", lambda c, d: c.scalar("compute_var", d), np.var),
    FlatRow("transpose", "transpose_2d", "DS-ARRAY-2", "d",
            lambda c, d: c.vector("transpose_2d", d.shape[::-1], d), np.transpose),
    FlatRow("dot", "dot_vec", "DS-ARRAY-1", "d, d", lambda c, d: c.scalar("dot_vec", d, d), lambda d: np.dot(d, d)),
    FlatRow("matmul", "matmul_2d", "DS-ARRAY-2", "d, [[1, 2], [3, 4], [5, 6]]",
            lambda c, d: c.vector("matmul_2d", (2, 2), d, RIGHT), lambda d: np.matmul(d, RIGHT)),
]
