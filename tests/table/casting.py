"""Casts as the contract has them: NumPy's, and ml_dtypes' to bfloat16, which are by way of float32.
Must not know the library under test."""

import numpy as np

from arrays import BFLOAT16


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
        return array.real.astype(np.float32).astype(BFLOAT16)
    return array.astype(dtype, casting=casting)
