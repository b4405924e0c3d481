"""Medians and quantiles x dtype x layout x axis x method x q, with NaN, weights and wrong calls.
Must not know in which order NumPy computes: it is asked."""

import itertools

import numpy as np
import pytest

import compare
from arrays import BFLOAT16, NUMPY_DTYPES, make, ordinary_values, random_layout, random_values, writable_layout
from conftest import outcome
from test_nan_functions import pick, with_nan

SHAPES = [(), (1,), (2,), (3,), (9,), (128,), (601,), (4097,), (0, 3), (3, 0), (5, 7), (33, 9), (9, 64), (2, 3, 4), (3, 1, 5, 2),
          (4, 12, 3), (2, 701, 2)]
METHODS = """inverted_cdf averaged_inverted_cdf closest_observation interpolated_inverted_cdf hazen weibull linear median_unbiased
 normal_unbiased lower higher midpoint nearest""".split()
QUANTILES = ["quantile", "percentile", "nanquantile", "nanpercentile"]
REAL = [d for d in NUMPY_DTYPES if d.kind != "c"]


def either_zero(ours, theirs):
    """Either zero; of complex numbers with a NaN in them, any."""
    same = compare.same_elements(ours, theirs, any_zero=True)
    return same.all(-1) | (np.isnan(ours) & np.isnan(theirs)) if ours.dtype.kind == "c" else same


def random_axis(rng, ndim):
    if rng.random() < 0.3:
        return None
    axes = [int(k) - ndim * int(rng.random() < 0.3) for k in rng.permutation(ndim)[: int(rng.integers(0, ndim + 1))]]
    return axes[0] if len(axes) == 1 and rng.random() < 0.7 else tuple(axes)


def random_q(rng, scale):
    """Numbers, arrays and lists of every type that NumPy computes with."""
    kind = int(rng.integers(10))
    if kind < 2:
        return float(rng.random()) * scale
    if kind == 2:
        return pick(rng, [0, 1, 0.5, 1.0, 0.0, 0.25]) * scale
    if kind == 3:
        return pick(rng, [np.float64, np.float32, np.float16])(rng.random()) * np.float16(scale)
    if kind == 4:
        return np.array(pick(rng, [[0], [1, 0], [[0, 1]], 1, True, [True, False]])) * (scale if scale > 1 else np.True_)
    values = pick(rng, [rng.random(int(rng.integers(1, 12))), rng.random((2, 3)), np.array([0, 0.5, 1, 0.1]), rng.integers(0, 9, 5) / 8,
                        np.array([])])
    return (values * scale).astype(pick(rng, ["float64", "float64", "float32", "float16"]))


def random_array(rng, dtype, nan, values=None):
    values = values or (random_values if rng.random() < 0.3 else ordinary_values)
    x = make(pick(rng, SHAPES), dtype, random_layout(rng), rng, values)
    return with_nan(x, rng) if nan else x


def with_out(rng, function, args, options, types):
    result, error = outcome(lambda: function(*args, **options))
    if error is not None:
        return options
    result = np.asarray(result)
    types = [d for d in types if np.can_cast(result.dtype, d, "same_kind")]  # else it depends on there being a NaN
    dtype = result.dtype if rng.random() < 0.5 else pick(rng, types)
    return dict(options, out=make(result.shape, dtype, writable_layout(rng), rng))


@pytest.mark.parametrize("name", ["median", "nanmedian"])
def test_median(check, rng, effort, name):
    """NumPy's nanmedian of short rows overflows where its median does not, and rounds float16 twice: ordinary values."""
    for dtype in NUMPY_DTYPES:
        for _ in range(effort(25)):
            x = random_array(rng, dtype, rng.random() < 0.5, ordinary_values if name == "nanmedian" else None)
            options = {"axis": random_axis(rng, x.ndim)}
            if rng.random() < 0.3:
                options["keepdims"] = True
            if rng.random() < 0.2 and dtype != np.float16:
                options = with_out(rng, check.numpy_function(name), [x], options, [np.dtype("float64"), np.dtype("complex128")])
            check(name, x, same=either_zero, **options)


def test_median_layout(check, rng):
    for shape, axis in itertools.product([(3, 4), (2, 3, 4), (3, 1, 5, 2)], (0, 1, -1)):
        for layout in ("contiguous", "fortran", "transposed", "strided"):
            check("median", make(shape, np.dtype("float64"), layout, rng), axis=axis, strides=True)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", QUANTILES)
def test_quantiles(check, rng, effort, name, method):
    nan = name.startswith("nan")
    for dtype in REAL:
        for _ in range(effort(2)):
            x = random_array(rng, dtype, rng.random() < (0.7 if nan else 0.3))
            options = {"axis": random_axis(rng, x.ndim), "method": method}
            if rng.random() < 0.3:
                options["keepdims"] = True
            q = random_q(rng, 100 if "percent" in name else 1)
            if nan and np.ndim(q) == 2 and np.ndim(options["axis"]) == 1 and len(options["axis"]) != 1:
                continue  # NumPy mixes up the axes of the result
            if rng.random() < 0.15 and not nan:
                options = with_out(rng, check.numpy_function(name), [x, q], options, REAL)
            check(name, x, q, same=either_zero, **options)


@pytest.mark.parametrize("name", QUANTILES)
def test_weights(check, rng, effort, name):
    nan, scale = name.startswith("nan"), 100 if "percent" in name else 1
    for _ in range(effort(80)):
        x = random_array(rng, pick(rng, REAL), rng.random() < (0.6 if nan else 0.2))
        axis = random_axis(rng, x.ndim)
        shape = x.shape
        if isinstance(axis, int) and rng.random() < 0.5 and not (nan and x.ndim > 1):  # NumPy's nan forms fail on them
            shape = (x.shape[axis],)
        weights = make(shape, pick(rng, [np.dtype("int64"), np.dtype("float64"), np.dtype("uint8")]), random_layout(rng), rng,
                       lambda d, n, r: (r.integers(0 if r.random() < 0.3 else 1, 9, n) * (0.1 if d.kind == "f" else 1)).astype(d))
        if np.unique(x).size < x.size and weights.dtype.kind == "f":
            weights = np.round(weights * 10)  # NumPy's argsort is not stable: the order of equal elements decides of last bits
        options = {"axis": axis, "method": "inverted_cdf", "weights": weights}
        if rng.random() < 0.3:
            options["keepdims"] = True
        if nan and np.ndim(axis) == 1 and x.ndim != 1:
            continue  # NumPy keeps no order of the axes there
        q = pick(rng, [0.0, 0.5, 1.0, 0.3, np.array([0.1, 0.5]), np.array([[0.25, 0.0], [1.0, 0.75]]), rng.random(5),
                       np.array([0.2, 0.9], "float32")])
        check(name, x, q * scale, same=either_zero, **options)


A = np.arange(24.0).reshape(2, 3, 4)
V = np.array([3.0, 1.0, 2.0])


@pytest.mark.parametrize("name", QUANTILES)
def test_refused(check, name):
    for q in (-0.1, 100.5, np.nan, [0.5, np.nan], [0.5, -1], 1j, np.zeros((1, 1, 1)), np.zeros((0, 2))):
        check(name, A, np.asarray(q) if isinstance(q, list) else q)
    for axis in (3, -4, (0, 0), (0, 3)):
        check(name, A, 0.5, axis=axis)
    check(name, A + 1j, 0.5)
    check(name, A > 3, 0.5)
    check(name, A > 3, 0.5, method="lower")
    check(name, A, 0.5, method="wrong")
    check(name, A, 0.5, out=np.zeros(2))
    for dtype, method in itertools.product(NUMPY_DTYPES, ("linear", "lower")):
        if dtype.kind != "c":
            check(name, V, 0.5, method=method, out=np.zeros((), dtype))
    for out in (np.zeros((2, 1, 4)), np.zeros((2, 5, 4)), np.zeros((2, 4)), np.zeros((2, 0, 4))):
        check(name, A, 0.5, axis=1, keepdims=True, out=out)
    for options in ({"weights": V}, {"weights": V, "method": "hazen"}, {"weights": -V, "method": "inverted_cdf"},
                    {"weights": V[:2], "method": "inverted_cdf"}, {"weights": 0 * V, "method": "inverted_cdf"},
                    {"weights": V[:2], "method": "inverted_cdf", "axis": 0}, {"weights": V * np.nan, "method": "inverted_cdf"}):
        check(name, V, 0.5, **options)
    if not name.startswith("nan"):
        for method in METHODS:
            check(name, A[:0], 0.5, axis=0, method=method)
            check(name, A[:0], 0.5, axis=1, method=method)


def test_special_rows(check):
    """Infinities, rows of NaN, and the dtype of a NaN that is a number."""
    inf, nan = np.inf, np.nan
    rows = np.array([[1, inf, 2, 3], [nan] * 4, [-inf, inf, nan, 0], [5, nan, nan, nan]])
    for name, dtype in itertools.product(QUANTILES, ("float16", "float32", "float64")):
        scale = 100 if "percent" in name else 1
        for q in (0.0, 0.5, 1.0, np.float64(0.5), np.array([0.0, 0.3, 1.0]), np.array([0.5], "float32")):
            for row in rows.astype(dtype):
                check(name, row, q * scale)
            check(name, rows.astype(dtype), q * scale, axis=1)
            check(name, rows[::-1].astype(dtype), q * scale, axis=1)


def test_bfloat16(ls, check, rng):
    x = rng.permutation(63).reshape(7, 9).astype(BFLOAT16)
    check.that(np.array_equal(ls.call("median", x, axis=1), np.median(x.astype("float32"), axis=1).astype(BFLOAT16)), "median")
    check.that(np.array_equal(ls.call("quantile", x, 0.25, axis=1), np.quantile(x.astype("float32"), 0.25, axis=1).astype(BFLOAT16)),
               "quantile")


def test_large(check, rng):
    x = ordinary_values(np.dtype("float64"), 300_005, rng)
    for y in (x, x[:-1], np.where(rng.random(x.size) < 0.1, np.nan, x), x[:-8].reshape(-1, 9)):
        for name in ("median", "nanmedian"):
            check(name, y, same=either_zero)
            check(name, y, axis=-1, same=either_zero)
        check("quantile", y, np.array([0.1, 0.5, 0.999]), axis=0, same=either_zero)
        check("nanquantile", y, 0.3, same=either_zero)
