"""Rolling, flipping, tiling, moving axes; diagonals and triangles: elements, strides, and which results are views.
Must not know when a copy is needed: NumPy is asked."""

import itertools

import numpy as np

from arrays import BFLOAT16, DTYPES, LAYOUTS, NUMPY_DTYPES, make, random_layout, writable_layout
from conftest import outcome
from test_manipulation import check_view

SHAPES = [(), (0,), (1,), (7,), (3, 4), (4, 3), (1, 5), (5, 1), (2, 3, 2), (3, 0, 2), (1, 4, 1, 3), (2, 3, 4, 5)]
DIAGONALS = [0, 1, -1, 2, -2, 5, -5, 1000, -1000, (1 << 31) - 1, 1 - (1 << 31)]  # a C int in NumPy


def any_array(rng, shapes=SHAPES, layout=None):
    """One array: with rows of a buffer repeated it is no permutation, all else may go wrong unseen by equal elements."""
    shape, dtype = shapes[int(rng.integers(len(shapes)))], DTYPES[int(rng.integers(len(DTYPES)))]
    return make(shape, dtype, layout or random_layout(rng), rng)


def arrays(rng, shapes=SHAPES):
    for shape, layout in itertools.product(shapes, LAYOUTS):
        yield make(shape, DTYPES[int(rng.integers(len(DTYPES)))], layout, rng)


def some_axes(rng, ndim):
    """None, an axis, or several, at times out of range or repeated."""
    count = int(rng.integers(4))
    low, high = (-ndim, ndim) if ndim and rng.random() < 0.9 else (-ndim - 1, ndim + 1)
    if count == 0:
        return None
    return int(rng.integers(low, high)) if count == 1 else tuple(int(v) for v in rng.integers(low, high, count - 1))


def test_roll(check, rng, effort):
    for x in arrays(rng):
        check("roll", x, int(rng.integers(-9, 10)), strides=True)
    for _ in range(effort(1500)):
        x = any_array(rng)
        axis = some_axes(rng, x.ndim)
        low, high = (-9, 10) if rng.random() < 0.9 else (-(1 << 62), 1 << 62)
        count = 1 if axis is None or isinstance(axis, int) else len(axis) if rng.random() < 0.9 else 2
        shift = tuple(int(v) for v in rng.integers(low, high, count))
        check("roll", x, shift[0] if count == 1 and rng.random() < 0.5 else shift, axis=axis, strides=True)
    check("roll", np.arange(6.0), (1, 2))
    check("roll", np.arange(6.0), ())
    check("roll", np.arange(6.0).reshape(2, 3), (1, 2, 3), axis=(0, 1))


def test_flip(ls, check, rng, effort):
    for x in arrays(rng):
        check_view(check, ls, "fliplr", x)
        check_view(check, ls, "flipud", x)
        if x.ndim:  # NumPy gives a scalar for a 0-d array
            check_view(check, ls, "flip", x)
    for _ in range(effort(300)):
        x = any_array(rng, SHAPES[1:])
        check_view(check, ls, "flip", x, axis=some_axes(rng, x.ndim))


def test_rot90(ls, check, rng):
    for x in arrays(rng):
        for k in range(-2, 6):
            check_view(check, ls, "rot90", x, k=k)
        ndim = x.ndim
        for axes in [(1, 0), (0, -1), (-1, 0), (0, 0), (0, -ndim), (ndim, 0), (0,), (0, 1, 2), (-ndim - 1, 0)]:
            check_view(check, ls, "rot90", x, k=int(rng.integers(-3, 4)), axes=axes)


def test_tile(check, rng, effort):
    for x in arrays(rng):
        for reps in (1, 2, (1,), (2, 1), (1, 1), (1, 3, 2)):
            check("tile", x, reps, strides=True)
    for _ in range(effort(500)):
        x = any_array(rng)
        reps = tuple(int(n) for n in rng.integers(0, 4, int(rng.integers(6))))
        check("tile", x, reps, strides=True)
    check("tile", np.ones(3), -1)
    check("tile", np.ones((2, 3)), (2, -1))
    check("tile", 2.5, (2, 3))


def test_resize(check, rng, effort):
    for x in arrays(rng):
        for shape in (0, 1, 5, 30, (), (2, 3), (4, 0), (2, 2, 7)):
            check("resize", x, shape, strides=True)
    check("resize", np.ones(3), -1)
    check("resize", np.ones(3), (2, -3))
    check("resize", np.ones(0), (2, 3))


def test_append(check, rng, effort):
    for _ in range(effort(300)):
        x, y = any_array(rng, [(), (3,), (2, 3), (3, 2), (0, 3)]), any_array(rng, [(), (2,), (2, 3), (4, 3), (0,)])
        if "V" in (x.dtype.kind, y.dtype.kind) and x.dtype != y.dtype:
            continue  # NumPy has no common type for bfloat16 and most others
        check("append", x, y, axis=[None, 0, 1, -1, 2][int(rng.integers(5))])
    for value in (3, 2.5, 1j, True):
        check("append", np.ones(3, "int8"), value)
        check("append", np.ones(3, "float32"), value)


def test_moved_axes(ls, check, rng, effort):
    for _ in range(effort(500)):
        x = any_array(rng)
        a, b = (some_axes(rng, x.ndim) or 0 for _ in "ab")
        check_view(check, ls, "moveaxis", x, a, b)
    for x in (make(shape, np.dtype("int16"), "mixed", rng) for shape in SHAPES):
        for axis, start in itertools.product(range(-x.ndim - 1, x.ndim + 1), range(-x.ndim - 1, x.ndim + 2)):
            check_view(check, ls, "rollaxis", x, axis, start=start)


def test_diagonal(ls, check, rng, effort):
    for x in arrays(rng):
        for offset in DIAGONALS:
            check_view(check, ls, "diagonal", x, offset=offset)
        for axis1, axis2 in [(1, 0), (0, -1), (-1, -2), (0, 0), (5, 0), (0, -9)]:
            check_view(check, ls, "diagonal", x, offset=int(rng.integers(-2, 3)), axis1=axis1, axis2=axis2)
        for k in DIAGONALS[:7]:
            check_view(check, ls, "diag", x, k=k)
            check("diagflat", x, k=k, strides=True)
    view = ls.invoke("diagonal", np.ones((3, 3)))
    error = outcome(lambda: ls.set(view, ..., 1.0))[1]
    check.that(error is not None, "a diagonal can be written")


def test_tri(check, rng):
    for n, m, k in itertools.product((0, 1, 4, -1), (None, 0, 1, 6, -2), (0, 1, -1, 3, -3, 100, -100)):
        check("tri", n, M=m, k=k, strides=True)
        check("tri", n, M=m, k=k, dtype=NUMPY_DTYPES[int(rng.integers(len(NUMPY_DTYPES)))])
    for _ in range(12):
        n, m = (int(x) for x in rng.integers(1, 400, 2))
        check("tri", n, M=m, k=int(rng.integers(-n - 2, m + 3)), dtype=NUMPY_DTYPES[int(rng.integers(len(NUMPY_DTYPES)))])


def test_triangles(check, rng, effort):
    for name, x in itertools.product(("tril", "triu"), arrays(rng)):
        for k in DIAGONALS:
            check(name, x, k=k, strides=True)
    for name, dtype in itertools.product(("tril", "triu"), DTYPES):
        check(name, make((65, 131), dtype, random_layout(rng), rng), k=int(rng.integers(-9, 9)), strides=True)
        tall = make((int(rng.integers(1, 300)), int(rng.integers(1, 90))), dtype, random_layout(rng), rng)
        check(name, tall, k=int(rng.integers(-310, 100)), strides=True)


def test_trace(check, rng, effort):
    for x in arrays(rng, [s for s in SHAPES if len(s) != 4]):
        for offset in DIAGONALS[:7]:
            if x.dtype != BFLOAT16:  # added by ml_dtypes, which rounds at every step
                check("trace", x, offset=offset)
    for _ in range(effort(500)):
        x = any_array(rng, [(3, 4), (40, 40), (2, 3, 4), (5, 300, 301)])
        if x.dtype == BFLOAT16:
            continue
        axis1, axis2 = (int(v) for v in rng.integers(-x.ndim, x.ndim, 2))
        # what does not fit in uint32 depends on its place in NumPy
        types = [d for d in NUMPY_DTYPES if d != np.uint32]
        dtype = types[int(rng.integers(len(types)))] if rng.random() < 0.5 else None
        out = None
        if rng.random() < 0.4:
            shape = np.diagonal(x).shape[:-1] if rng.random() < 0.9 else (2,)
            out = make(shape, types[int(rng.integers(len(types)))], writable_layout(rng), rng)
        check("trace", x, offset=int(rng.integers(-3, 4)), axis1=axis1, axis2=axis2, dtype=dtype, out=out)


def test_stacks(check, rng, effort):
    shapes = [(), (3,), (3,), (2, 3), (2, 3), (3, 3), (2, 3, 2), (1, 3), (0,)]
    for name in ("hstack", "vstack", "dstack", "column_stack"):
        for _ in range(effort(60)):
            shape = shapes[int(rng.integers(len(shapes)))]
            alike = rng.random() < 0.7
            tup = [any_array(rng, [shape] if alike else shapes) for _ in range(int(rng.integers(1, 4)))]
            if len({x.dtype == BFLOAT16 for x in tup}) > 1:
                continue  # NumPy has no common type for bfloat16 and most others
            options = {"dtype": ["float64", "int8", "complex128"][int(rng.integers(3))]} if rng.random() < 0.2 else {}
            if name in ("hstack", "vstack") and options:
                check(name, tup, casting=["same_kind", "unsafe", "no"][int(rng.integers(3))], **options)
            check(name, tup, strides=True)
        check(name, [])
        check(name, [1, 2.5, True])
