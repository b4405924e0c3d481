"""NumPy's functions about shapes and memory that need no computing.
Must not know operations, other than comparison."""

import numpy as np

from lockstep import _core
from lockstep._creation import asarray


def shape(a):
    """Sizes of the dimensions."""
    return asarray(a).shape


def ndim(a):
    """Number of dimensions."""
    return asarray(a).ndim


def size(a, axis=None):
    """Number of elements, or of those along the axes."""
    x = asarray(a)
    if axis is None:
        return x.size
    result = 1
    for one in np.lib.array_utils.normalize_axis_tuple(axis, x.ndim):
        result *= x.shape[one]
    return result


def broadcast_shapes(*args):
    """The shape to which the shapes broadcast. Errors: ValueError."""
    return np.broadcast_shapes(*args)


def broadcast_arrays(*args, subok=False):
    """Views of the arrays under their common shape, as a tuple. Errors: ValueError."""
    arrays = [asarray(a) for a in args]
    wide = np.broadcast_shapes(*(a.shape for a in arrays))
    return tuple(_core.functions["broadcast_to"](a, wide) for a in arrays)


def array_equal(a1, a2, equal_nan=False):
    """Whether the arrays have the same shape and elements."""
    x, y = asarray(a1), asarray(a2)
    if x.shape != y.shape:
        return False
    same = x == y
    if equal_nan and x.dtype.kind in "fcV" and y.dtype.kind in "fcV":
        same = same | ((x != x) & (y != y))
    return bool(same.all())


def shares_memory(a, b, /, max_work=-1):
    """Whether the arrays have an element in common."""
    return np.shares_memory(asarray(a).__array__(), asarray(b).__array__(), max_work)
