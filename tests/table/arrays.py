"""Arrays to test with: dtypes, values with the special ones among them, layouts, twins for calls that write.
Must not know the library under test."""

import os

import ml_dtypes
import numpy as np

BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
# All of them, or those in the environment's LOCKSTEP_TABLE_DTYPES: where a kernel takes long to compile, some must do.
ALL_NAMES = """bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float16 float32 float64 complex64 complex128
 bfloat16"""
NAMES = os.environ.get("LOCKSTEP_TABLE_DTYPES", ALL_NAMES).split()
NUMPY_DTYPES = [np.dtype(name) for name in NAMES if name != "bfloat16"]
DTYPES = NUMPY_DTYPES + [BFLOAT16] * ("bfloat16" in NAMES)
REAL_FLOATS = [np.dtype(c) for c in "efd"]
COMPLEX = [np.dtype(c) for c in "FD"]

BORDER_SIZES = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 1023, 1024, 1025, 4095,
                4096, 4097, 8191, 8193]
LARGE_SIZE = 700_001  # above the sizes from which threads and streaming stores are used
SHAPES = [(), (0,), (1,), (6,), (40,), (131,), (3, 0, 2), (1, 1), (5, 7), (1, 9), (9, 1), (17, 65), (2, 3, 4), (1, 6, 1),
          (3, 1, 5, 2), (2, 3, 2, 7), (2, 129, 3), (64, 33)]

# name: (order of the axes in memory, steps between elements to choose from for each axis, bytes off alignment)
LAYOUTS = {
    "contiguous": ("C", (1,), 0),
    "fortran": ("F", (1,), 0),
    "transposed": ("random", (1,), 0),
    "strided": ("C", (2, 3), 0),
    "reversed": ("C", (-1,), 0),
    "broadcast": ("C", (0, 1), 0),
    "unaligned": ("C", (1,), 1),
    "mixed": ("random", (1, 1, 2, -1, -2, 0), 0),
}


def is_float(dtype):
    return dtype.kind == "f" or dtype == BFLOAT16


def finfo(dtype):
    return ml_dtypes.finfo(dtype)


def specials(dtype) -> np.ndarray:
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return np.array([False, True])
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        values = {0, 1, 2, 3, 7, info.max, info.max - 1, info.max // 2, info.max // 2 + 1, info.min, info.min + 1}
        if dtype.kind == "i":
            values |= {-1, -2, -3, -7}
        return np.array(sorted(values), dtype)
    if dtype.kind == "c":
        parts = [0.0, -0.0, 1.0, -1.0, 0.5, np.nan, np.inf, -np.inf, float(finfo(dtype).max), float(finfo(dtype).tiny)]
        parts = np.array(parts, dtype.char.lower())
        result = np.empty((len(parts), len(parts)), dtype)
        result.real, result.imag = parts[:, None], parts[None, :]
        return result.ravel()
    info = finfo(dtype)
    values = [0.0, 1.0, 0.5, 1.5, 2.0, 2.5, 3.0, 7.0, 1 / 3, float(info.eps), 1 + float(info.eps), float(info.tiny),
              float(info.smallest_subnormal), float(info.tiny) * 0.75, float(info.max), float(info.max) / 2, np.inf, np.nan]
    return np.array(values + [-v for v in values], dtype)


def random_values(dtype, n, rng, special_share=0.1) -> np.ndarray:
    """n values: any bit pattern, ordinary numbers, small whole ones, special ones."""
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return rng.random(n) < rng.choice([0.5, 0.05, 0.95])
    if dtype.kind == "c":
        real = dtype.char.lower()
        result = np.zeros(n, dtype)
        result.real = random_values(real, n, rng, special_share)
        result.imag = random_values(real, n, rng, special_share)
        return result
    bits = np.frombuffer(rng.bytes(n * dtype.itemsize), dtype)
    if dtype.kind in "iu":
        small = rng.integers(0 if dtype.kind == "u" else -9, 10, n).astype(dtype)
        ordinary = small
    else:
        with np.errstate(invalid="ignore"):
            bits = np.where(np.isnan(bits), np.array(np.nan, dtype), bits)  # no signalling ones, which C treats as it likes
        small = rng.integers(-9, 10, n).astype(np.float64).astype(dtype)
        ordinary = (rng.standard_normal(n) * 10.0 ** rng.integers(-2, 3)).astype(dtype)
    special = rng.choice(specials(dtype), n)
    kind = rng.random(n)
    result = np.where(kind < 0.25, bits, np.where(kind < 0.75, ordinary, small)).astype(dtype)
    return np.where(rng.random(n) < special_share, special, result).astype(dtype)


def ordinary_values(dtype, n, rng) -> np.ndarray:
    """n finite values near 1 in size; integers of any size."""
    dtype = np.dtype(dtype)
    if dtype.kind in "biu":
        return random_values(dtype, n, rng)
    if dtype.kind == "c":
        return (rng.standard_normal(n) + 1j * rng.standard_normal(n)).astype(dtype)
    return rng.standard_normal(n).astype(dtype)


def empty_layout(shape, dtype, layout, rng) -> np.ndarray:
    """An array of the layout in a byte buffer of its own, contents undefined."""
    order, steps, offset = LAYOUTS[layout]
    dtype, ndim = np.dtype(dtype), len(shape)
    memory = {"C": list(range(ndim)), "F": list(range(ndim))[::-1], "random": list(rng.permutation(ndim))}[order]
    strides, extent, start = [0] * ndim, dtype.itemsize, 0
    for axis in reversed(memory):
        step = int(rng.choice(steps))
        strides[axis] = step * extent
        if step:
            if step < 0:
                start += -step * extent * max(0, shape[axis] - 1)
            extent *= abs(step) * max(1, shape[axis])
    if dtype.itemsize == 1:
        offset = 0
    root = np.zeros(extent + start + 2 * dtype.itemsize + 64, np.uint8)
    aligned = -root.ctypes.data % 64
    return np.ndarray(shape, dtype, root, aligned + start + offset, strides)


def make(shape, dtype, layout, rng, values=random_values) -> np.ndarray:
    result = empty_layout(shape, dtype, layout, rng)
    result[...] = values(dtype, int(np.prod(shape)), rng).reshape(shape)
    return result


def random_layout(rng) -> str:
    return str(rng.choice(list(LAYOUTS)))


def writable_layout(rng) -> str:
    """A layout whose elements are places of their own."""
    return str(rng.choice([name for name, row in LAYOUTS.items() if 0 not in row[1]]))


def broadcastable(shape, rng) -> tuple:
    """A shape that broadcasts to the given one."""
    if rng.random() < 0.5:
        return shape
    shape = tuple(1 if rng.random() < 0.3 else n for n in shape)
    return shape[int(rng.integers(0, len(shape) + 1)):] if rng.random() < 0.4 else shape


def root_of(array):
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def twins(values):
    """Copies of the arrays among the values in fresh memory with the same strides, offsets and overlaps."""
    roots = {}

    def twin(value):
        if not isinstance(value, np.ndarray):
            return value
        root = root_of(value)
        memory = roots.setdefault(id(root), None)
        if memory is None:
            flat = np.ndarray((root.nbytes,), np.uint8, root.data) if root.flags.c_contiguous else None
            if flat is None:
                return value.copy(order="K")
            room = np.empty(root.nbytes + 64, np.uint8)
            memory = room[(root.ctypes.data - room.ctypes.data) % 64:][: root.nbytes]
            memory[...] = flat
            roots[id(root)] = memory
        offset = value.ctypes.data - root.ctypes.data
        result = np.ndarray(value.shape, value.dtype, memory, offset, value.strides)
        result.flags.writeable = value.flags.writeable
        return result

    return [twin(value) for value in values]
