"""Reductions x dtype x axis x option x layout x size. Sums and what is made of them: NumPy's bits.
Must not know in which order anything is added: NumPy is asked."""

import numpy as np
import pytest

import compare
from arrays import (BFLOAT16, BORDER_SIZES, LARGE_SIZE, NUMPY_DTYPES, broadcastable, make, ordinary_values, random_layout,
                    random_values, writable_layout)

FUNCTIONS = "sum prod min max mean var std any all argmin argmax".split()
ARG = {"argmin", "argmax"}
ORDERED = {"min", "max"}  # either zero, in NumPy
SCALAR_AXIS = {"sum", "prod", "min", "max", "any", "all"}  # they let axis 0 of a scalar be named
SHAPES = [(), (0,), (1,), (7,), (8,), (9,), (127,), (128,), (129,), (8191,), (8193,), (0, 3), (3, 0), (5, 7), (130, 9),
          (9, 130), (2, 3, 4), (3, 1, 5, 2), (1, 1, 1), (4, 129, 3), (2, 65, 130), (33, 300), (8200, 2), (2, 8200),
          (3, 4, 5, 6)]


def options_of(ls, name):
    return {p["name"] for p in ls.functions[name]["options"]}


def product_bound(ours, theirs, array, options):
    """A product of n factors in any order is within n roundings of the exact one."""
    n = max(1, array.size // max(1, theirs.size))
    return compare.steps(ours, theirs) <= 2 * n + 2


def same_extreme(ours, theirs):
    """Either zero; of complex numbers with a NaN in them, any."""
    same = compare.same_elements(ours, theirs, any_zero=True)
    return same.all(-1) | (np.isnan(ours) & np.isnan(theirs)) if ours.dtype.kind == "c" else same


def judge(name, array, options):
    if name in ORDERED:
        return same_extreme
    if name == "prod":
        def same(ours, theirs):
            if ours.dtype.kind in "biu":
                return compare.same_elements(ours, theirs)
            if ours.dtype.kind == "c":
                n = max(1, array.size)
                with np.errstate(all="ignore"):
                    near = np.abs(ours - theirs) <= 4 * n * np.finfo(ours.dtype).eps * np.abs(theirs)
                return near | ((ours == theirs) | ~np.isfinite(theirs) & ~np.isfinite(ours))
            return product_bound(ours, theirs, array, options)
        return same
    return compare.same_elements


def random_axis(name, ndim, rng):
    if rng.random() < 0.3:
        return None
    if ndim == 0 and name in SCALAR_AXIS and rng.random() < 0.3:
        return int(rng.integers(-1, 1))
    if name in ARG:
        return int(rng.integers(-ndim - (rng.random() < 0.05), max(1, ndim)))
    count = int(rng.integers(0, ndim + 1))
    axes = [int(k) - ndim * int(rng.random() < 0.3) for k in rng.permutation(ndim)[:count]]
    return axes[0] if len(axes) == 1 and rng.random() < 0.7 else tuple(axes)


def kept_shape(shape, axis):
    axes = range(len(shape)) if axis is None else [axis] if isinstance(axis, int) else axis
    axes = {k % max(1, len(shape)) for k in axes}
    return tuple(1 if k in axes else n for k, n in enumerate(shape))


def random_options(ls, name, array, rng, values):
    """Each option with some probability; the result's dtype for out comes from NumPy."""
    known, options = options_of(ls, name), {}
    options["axis"] = axis = random_axis(name, array.ndim, rng)
    if rng.random() < 0.5:
        options["keepdims"] = bool(rng.random() < 0.6)
    if "dtype" in known and rng.random() < 0.3:
        options["dtype"] = NUMPY_DTYPES[rng.integers(len(NUMPY_DTYPES))]
        if array.dtype.kind == "c" and options["dtype"].kind != "c":
            del options["dtype"]  # discards imaginary parts, with a warning
        elif options["dtype"] == np.uint32 and name != "prod":
            del options["dtype"]  # what does not fit depends on its place in NumPy
    if "where" in known and rng.random() < 0.3:
        options["where"] = make(broadcastable(array.shape, rng), bool, random_layout(rng), rng)
    if "initial" in known and (rng.random() < 0.3 or "where" in options and name in ORDERED):
        options["initial"] = [3, 1, 2.5, np.float32(0.5), 100][rng.integers(5 if array.dtype.kind in "fc" else 2)]
    if "ddof" in known and rng.random() < 0.4:
        options[str(rng.choice(["ddof", "correction"]))] = [0, 1, 0.5, 2][rng.integers(4)]
    if "mean" in known and rng.random() < 0.2 and "dtype" not in options and "where" not in options and array.size:
        with np.errstate(all="ignore"):
            options["mean"] = np.asarray(np.mean(array, axis=axis, keepdims=True))
    return options


def with_out(name, array, options, rng):
    """The options with an `out` of the right dtype and shape in a layout of its own, if the call without it succeeds."""
    try:
        with np.errstate(all="ignore"):
            result = np.asarray(getattr(np, name)(array, **options))
    except (ValueError, TypeError, IndexError):
        return options
    if array.dtype == np.float16 and name in ("mean", "var", "std"):
        return options  # NumPy stores the sum of float32 in the float16 out
    return dict(options, out=make(result.shape, result.dtype, writable_layout(rng), rng))


@pytest.mark.parametrize("dtype", NUMPY_DTYPES, ids=str)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_random(ls, check, rng, effort, name, dtype):
    heavy = name in ("var", "std", "mean", "sum")
    for _ in range(effort(90 if heavy else 45)):
        values = random_values if rng.random() < 0.3 and name != "prod" else ordinary_values
        array = make(SHAPES[rng.integers(len(SHAPES))], dtype, random_layout(rng), rng, values)
        if name == "prod" and dtype.kind in "fc":
            with np.errstate(all="ignore"):
                array[...] = np.exp(array / max(1, array.size))  # no partial product overflows, whatever the order
        options = random_options(ls, name, array, rng, values)
        if name == "prod" and "dtype" in options and options["dtype"].kind in "fc" and dtype.kind in "iu":
            array[...] = array % 3 != 0  # no product that overflows on the way
        if rng.random() < 0.2:
            options = with_out(name, array, options, rng)
        check(name, array, same=judge(name, array, options), strides=name not in ARG, **options)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_sizes(check, rng, name):
    """Whole arrays, rows and columns at each border size; one large array."""
    for dtype in NUMPY_DTYPES:
        for n in BORDER_SIZES:
            flat = make((n,), dtype, random_layout(rng), rng, ordinary_values)
            if name == "prod" and dtype.kind in "fc":
                flat[...] = np.exp(0.001 * flat)
            check(name, flat, same=judge(name, flat, {}))
            rows = make((3, n), dtype, random_layout(rng), rng, ordinary_values)
            if name == "prod" and dtype.kind in "fc":
                rows[...] = np.exp(0.001 * rows)
            for axis in (0, 1):
                check(name, rows, axis=axis, same=judge(name, rows, {}))
        large = np.resize(ordinary_values(dtype, LARGE_SIZE // 20, rng), LARGE_SIZE)
        if name == "prod" and dtype.kind in "fc":
            continue
        check(name, large, same=judge(name, large, {}))
        check(name, large[: LARGE_SIZE // 7 * 7].reshape(7, -1), axis=0, same=judge(name, large, {}))
        check(name, large[: LARGE_SIZE // 7 * 7].reshape(-1, 7), axis=0, same=judge(name, large, {}))


@pytest.mark.parametrize("name", ["argmin", "argmax", "min", "max", "any", "all"])
def test_first_wins(check, rng, name):
    """Ties, NaN and zeros anywhere in the run."""
    for dtype in NUMPY_DTYPES:
        for _ in range(40):
            x = rng.integers(0, 3, int(rng.integers(1, 300))).astype(dtype)
            if dtype.kind in "fc" and rng.random() < 0.5:
                x[rng.integers(len(x), size=int(rng.integers(0, 3)))] = np.nan if rng.random() < 0.7 else np.inf
            check(name, x, same=judge(name, x, {}))
            check(name, x.reshape(1, -1).repeat(3, 0), axis=1, same=judge(name, x, {}))
        for n in (64, 129, 2048, 5000):  # vectors, blocks and what is left of them
            x = rng.integers(-3, 3, (4, n)).astype(dtype)
            if dtype.kind in "fc":
                x[rng.random(x.shape) < 0.2] *= -0.0
                x[rng.integers(4), rng.integers(n)] = np.nan if rng.random() < 0.7 else np.inf
            check(name, x, axis=1, same=judge(name, x, {"axis": 1}))


@pytest.mark.parametrize("dtype", [d for d in NUMPY_DTYPES if d.char in "efd"], ids=str)
def test_product_accuracy(ls, check, rng, effort, dtype):
    """prod is no farther from the exact product than NumPy's, over many arrays (mean of the distances)."""
    ours_off, theirs_off = [], []
    for _ in range(max(400, effort(400))):  # means of fewer stray too far
        x = np.exp(0.02 * rng.standard_normal(int(rng.integers(2, 400)))).astype(dtype)
        exact = np.prod(x.astype(np.longdouble))
        unit = np.spacing(np.abs(exact).astype(dtype)).astype(np.longdouble)
        ours_off.append(abs(ls.call("prod", x).astype(np.longdouble) - exact) / unit)
        theirs_off.append(abs(np.prod(x).astype(np.longdouble) - exact) / unit)
    check.that(np.mean(ours_off) <= 1.25 * np.mean(theirs_off) + 0.25,
               f"prod of {dtype}: {np.mean(ours_off):.2f} ULP off on average, NumPy {np.mean(theirs_off):.2f}")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_bfloat16(ls, check, rng, name):
    """Small whole numbers, whose sums and products bfloat16 holds exactly."""
    for shape in [(1,), (9,), (3, 5), (2, 3, 4)]:
        x = rng.integers(0, 3, shape).astype(np.float32)
        axis = int(rng.integers(len(shape)))
        expected = np.asarray(getattr(np, name)(x, axis=axis))
        result = ls.call(name, x.astype(BFLOAT16), axis=axis)
        wanted = expected.dtype if expected.dtype.kind != "f" else BFLOAT16
        check.that(result.dtype == wanted, f"{name} of bfloat16: {result.dtype}, expected {wanted}")
        if name in ("mean", "var", "std"):  # rounded at each step
            same = np.abs(result.astype(float) - expected) <= 0.02 * np.maximum(expected, 0.1)
        else:
            same = result == expected.astype(wanted)
        check.that(np.all(same), f"{name} of bfloat16 {x}: {result}, expected {expected}")


@pytest.mark.parametrize("name", ["mean", "var", "std"])
def test_wider_out(check, rng, name):
    """NumPy's sums look at the dtype of out."""
    for narrow, wide in (("float32", "float64"), ("complex64", "complex128")):
        for shape in ((9,), (1000,), (33, 40)):
            x = make(shape, np.dtype(narrow), random_layout(rng), rng, ordinary_values)
            check(name, x, out=np.zeros((), wide))
            check(name, x, axis=0, out=np.zeros(shape[1:], wide))


EXACT_FOLDS = "maximum minimum fmax fmin bitwise_and bitwise_or bitwise_xor logical_and logical_or logical_xor".split()


@pytest.mark.parametrize("dtype", NUMPY_DTYPES, ids=str)
@pytest.mark.parametrize("op", EXACT_FOLDS)
def test_ufunc_reduce(ls, check, rng, effort, op, dtype):
    """Folds by name, the first axis by default; without a loop TypeError."""
    for _ in range(effort(12)):
        array = make(SHAPES[rng.integers(len(SHAPES))], dtype, random_layout(rng), rng, random_values)
        options = {} if rng.random() < 0.2 else {"axis": random_axis("sum", array.ndim, rng)}
        if rng.random() < 0.5:
            options["keepdims"] = bool(rng.random() < 0.6)
        if rng.random() < 0.3 and dtype.kind in "biu":
            options["where"] = make(broadcastable(array.shape, rng), bool, random_layout(rng), rng)
            options["initial"] = int(rng.integers(2))
        check("ufunc_reduce", op, array, oracle=lambda _, a, **o: getattr(np, op).reduce(a, **o), same=same_extreme, **options)


def test_ufunc_reduce_sums(check, rng):
    for dtype in NUMPY_DTYPES:
        m = make((130, 9), dtype, random_layout(rng), rng, ordinary_values)
        for axis in (0, 1, (0, 1), None):
            check("ufunc_reduce", "add", m, oracle=lambda _, a, **o: np.add.reduce(a, **o), axis=axis)
    check("ufunc_reduce", "add", np.zeros((2, 3)), oracle=lambda _, a, **o: np.add.reduce(a, **o), axis=2)
    check("ufunc_reduce", "fmax", np.zeros((0, 3)), oracle=lambda _, a, **o: np.fmax.reduce(a, **o))
    check("ufunc_reduce", "sin", np.zeros(3), oracle=lambda _, a, **o: np.sin.reduce(a, **o))
