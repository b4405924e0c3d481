"""How two results are compared: same bits with any NaN equal to any NaN, or a number of representable steps apart.
Must not know functions, nor the library under test."""

import numpy as np

from arrays import BFLOAT16

INTEGERS = {2: np.int16, 4: np.int32, 8: np.int64}


def parts(array) -> np.ndarray:
    """Complex numbers as two real ones along a new last axis; all else as it is."""
    array = np.ascontiguousarray(array) if array.dtype.kind == "c" else array
    if array.dtype.kind != "c":
        return array
    return np.stack([array.real, array.imag], -1)


def same_elements(a, b, any_zero=False) -> np.ndarray:
    """Per element (or part of one): the same bits, or both NaN. any_zero: -0 and +0 are the same."""
    a, b = parts(a), parts(b)
    if a.dtype.kind not in "f" and a.dtype != BFLOAT16:
        return a == b
    integer = INTEGERS[a.dtype.itemsize]
    same = np.ascontiguousarray(a).view(integer) == np.ascontiguousarray(b).view(integer)
    same = same.reshape(a.shape) | (np.isnan(a) & np.isnan(b))
    return same | (a == b) if any_zero else same


def ordinal(array) -> np.ndarray:
    """Position of each real float among the representable numbers; -0 and +0 are one."""
    integer = INTEGERS[array.dtype.itemsize]
    bits = np.ascontiguousarray(array).view(integer).astype(np.int64).reshape(array.shape)
    return np.where(bits < 0, int(np.iinfo(integer).min) - bits, bits)


def steps(a, b) -> np.ndarray:
    """How many representable numbers lie between, per part; 0 for two NaNs, inf for one."""
    a, b = parts(a), parts(b)
    distance = np.abs(ordinal(a).astype(np.longdouble) - ordinal(b).astype(np.longdouble))
    nan_a, nan_b = np.isnan(a), np.isnan(b)
    return np.where(nan_a & nan_b, 0, np.where(nan_a | nan_b, np.inf, distance))


def wider(dtype) -> np.dtype:
    """The type in which a result is computed to judge one of dtype."""
    return {"e": np.dtype("d"), "f": np.dtype("d"), "d": np.dtype("g"), "F": np.dtype("D"), "D": np.dtype("G")}.get(
        dtype.char, np.dtype("d") if dtype == BFLOAT16 else dtype)
