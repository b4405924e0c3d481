"""The forms of the reductions that leave NaN out x dtype x axis x option x layout, NaN among the elements.
Must not know in which order anything is added: NumPy is asked."""

import itertools
import warnings
from unittest import mock

import numpy as np
import pytest

from arrays import BFLOAT16, NUMPY_DTYPES, REAL_FLOATS, make, ordinary_values, random_layout, random_values, writable_layout
from conftest import outcome
from test_reduce import judge, random_options, with_out

FUNCTIONS = "nansum nanprod nanmin nanmax nanmean nanvar nanstd nanargmin nanargmax".split()
SHAPES = [(), (0,), (1,), (7,), (9,), (129,), (8193,), (0, 3), (3, 0), (5, 7), (130, 9), (9, 130), (2, 3, 4), (3, 1, 5, 2),
          (4, 129, 3), (2, 65, 130), (33, 300), (3, 4, 5, 6)]


def pick(rng, choices):
    return choices[int(rng.integers(len(choices)))]


def with_nan(array, rng):
    """NaN at some places, at times in whole slices."""
    if array.dtype.kind not in "fc" or not array.size or rng.random() < 0.15:
        return array
    array[rng.random(array.shape) < pick(rng, [0.02, 0.3, 0.9])] = np.nan
    if array.dtype.kind == "c" and rng.random() < 0.5:
        array[rng.random(array.shape) < 0.2] = complex(1, np.nan)
    if rng.random() < 0.3 and array.ndim:
        array[tuple(int(rng.integers(n)) if rng.random() < 0.6 else slice(None) for n in array.shape)] = np.nan
    return array


def product_of_parts(x, y, out, where=True):
    """numpy.multiply without the fused products of its vector loops, whose bits depend on the processor."""
    with np.errstate(all="ignore"):
        real, imaginary = x.real * y.real - x.imag * y.imag, x.real * y.imag + x.imag * y.real
    np.copyto(out.real, real, where=where)
    np.copyto(out.imag, imaginary, where=where)
    return out


def unfused(name):
    """NumPy's own nanvar or nanstd of complex numbers, on products of parts."""

    def oracle(array, **options):
        with mock.patch.object(np, "multiply", product_of_parts):
            return getattr(np, name)(array, **options)

    return oracle


def oracle_for(name, array):
    return unfused(name) if name in ("nanvar", "nanstd") and array.dtype.kind == "c" else None


def judge_nan(name, array, options):
    return judge(name.removeprefix("nan"), array, options)


@pytest.mark.parametrize("dtype", NUMPY_DTYPES, ids=str)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_random(ls, check, rng, effort, name, dtype):
    plain = name.removeprefix("nan")
    for _ in range(effort(25 if dtype.kind in "fc" else 6)):
        values = random_values if rng.random() < 0.3 and name not in ("nanprod", "nanvar", "nanstd") else ordinary_values
        array = make(pick(rng, SHAPES), dtype, random_layout(rng), rng, values)
        if name == "nanprod" and dtype.kind in "fc":
            with np.errstate(all="ignore"):
                array[...] = np.exp(array / max(1, array.size))  # no partial product overflows, whatever the order
        array = with_nan(array, rng)
        options = random_options(ls, plain, array, rng, values)
        if name == "nanmin" or name == "nanmax":
            options.pop("initial", None)
            if "where" in options or rng.random() < 0.3:
                options["initial"] = pick(rng, [3, 1, np.nan, -100.5] if dtype.kind in "fc" else [3, 1])
        if plain == "prod" and "dtype" in options and options["dtype"].kind in "fc" and dtype.kind in "iu":
            array[...] = array % 3 != 0
        if rng.random() < 0.2:
            with warnings.catch_warnings(action="ignore"):
                options = with_out(name, array, options, rng)
        check(name, array, oracle=oracle_for(name, array), same=judge_nan(name, array, options),
              strides=not name.startswith("nanarg"), **options)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_slices_of_nan(check, rng, name):
    for dtype, axis in itertools.product([d for d in NUMPY_DTYPES if d.kind in "fc"], (None, 0, 1)):
        for values in ([[np.nan] * 3] * 2, [[np.nan, 1, 2], [np.nan, np.nan, 3]], [[np.inf, np.nan, np.nan], [np.nan] * 3],
                       [[-np.inf, np.nan, np.nan], [1, 2, np.nan]]):
            array = np.array(values, dtype)
            check(name, array, axis=axis, oracle=oracle_for(name, array), same=judge_nan(name, array, {}))
            check(name, array, axis=axis, keepdims=True, oracle=oracle_for(name, array), same=judge_nan(name, array, {}))


@pytest.mark.parametrize("name", ["nanmean", "nanvar", "nanstd"])
def test_refused(check, rng, name):
    a = with_nan(np.arange(12.0).reshape(3, 4), rng)
    for dtype in NUMPY_DTYPES:
        check(name, a, dtype=dtype)
        check(name, a.astype("float32"), axis=0, dtype=dtype)
        check(name, a, axis=1, out=np.zeros(3, dtype))
    check(name, a, axis=2)
    check(name, a, axis=(0, 0))
    check(name, a, out=np.zeros(2))
    check(name, a, where=np.ones((3, 4)))
    if name != "nanmean":
        check(name, a, ddof=1, correction=1)


def test_extrema_refused(check):
    a = np.array([[1.0, np.nan], [2.0, 3.0]])
    for name in ("nanmin", "nanmax"):
        check(name, a, where=a > 1)
        check(name, a[:0], axis=0)
        check(name, a[:0], axis=1)
        check(name, a[:0], axis=0, initial=np.nan)
        check(name, a, axis=3)
        check(name, a, axis=0, out=np.zeros(2, "float32"))
        check(name, a, axis=0, out=np.zeros(3))
    for name in ("nanargmin", "nanargmax"):
        check(name, a[:0])
        check(name, a[:0], axis=0)
        check(name, a[:0], axis=1)
        check(name, a, axis=2)
        check(name, a, axis=0, out=np.zeros(2))
        check(name, a, axis=0, out=np.zeros(2, "int64"))
        check(name, np.full((2, 3), np.nan), axis=0, out=np.zeros(3, "int64"))
        for x in (-np.inf, np.inf, np.nan):  # the number that takes NaN's place, and nothing else
            b = np.array([[np.nan, x, np.nan], [1, np.nan, 2]])
            for axis, keepdims in itertools.product((None, 0, 1, -1), (False, True)):
                check(name, b, axis=axis, keepdims=keepdims)
                check(name, b.T, axis=axis, keepdims=keepdims)


def test_bfloat16(ls, check, rng):
    a = np.arange(24).reshape(4, 6).astype(BFLOAT16)
    a[1] = np.nan
    a[2, 3] = np.nan
    for name in FUNCTIONS:
        if name.startswith("nanarg"):
            continue
        ours = ls.call(name, a, axis=1).astype("float64")
        theirs = outcome(lambda: getattr(np, name)(a.astype("float32"), axis=1))[0].astype(BFLOAT16).astype("float64")
        with np.errstate(all="ignore"):
            close = (np.abs(ours - theirs) <= 0.02 * np.abs(theirs)) | (np.isnan(ours) & np.isnan(theirs))
        check.that(close.all(), f"{name} of bfloat16: {ours}, {theirs}")


def test_large(check, rng):
    a = with_nan(ordinary_values(np.dtype("float64"), 700_001, rng), rng)
    for name in FUNCTIONS:
        if name != "nanprod":
            check(name, a, same=judge_nan(name, a, {}))
