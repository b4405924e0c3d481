"""Casts as the contract has them: NumPy's, and one rounding to bfloat16.
Must not know the library under test."""

import numpy as np

from arrays import BFLOAT16


def to_bfloat16(array):
    """One rounding from any real type: first to float32 by rounding to odd, which a second rounding cannot spoil."""
    if array.dtype.kind == "b":
        return array.astype(BFLOAT16)
    x = array.astype(np.longdouble)
    nearest = x.astype(np.float32)
    bits = nearest.view(np.int32) - (np.abs(nearest.astype(np.longdouble)) > np.abs(x))
    down = np.ascontiguousarray(bits.astype(np.int32)).view(np.float32).reshape(x.shape)
    odd = np.where(down.astype(np.longdouble) == x, bits, bits | 1).astype(np.int32).view(np.float32).reshape(x.shape)
    return np.where(np.isnan(x), nearest, odd).astype(np.float32).astype(BFLOAT16)


def cast(array, dtype, casting="unsafe"):
    """The cast as NumPy does it. What does not fit in uint32 differs in NumPy between the vectorised part of a contiguous
    array and all else: ours is all else."""
    dtype = np.dtype(dtype)
    if array.dtype == BFLOAT16 and dtype != BFLOAT16:
        array = array.astype(np.float32)
    if dtype == np.uint32 and array.dtype.kind not in "biu":
        wide = np.empty((*array.shape, 2), array.dtype)
        wide[..., 0] = array
        array = wide[..., 0]
    if dtype == BFLOAT16 and array.dtype != BFLOAT16:
        return to_bfloat16(array.real if array.dtype.kind == "c" else array)
    return array.astype(dtype, casting=casting)
