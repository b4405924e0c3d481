"""Arrays from nothing and from the shape of others.
Must not know formulas: NumPy is asked for the elements, bits included."""

import itertools

import numpy as np
import pytest

from arrays import BFLOAT16, COMPLEX, LAYOUTS, NUMPY_DTYPES, SHAPES, make

FILL = {"zeros": 0, "ones": 1}
INT_RANGES = [(0, 10, 1), (3, 4, 1), (5, 5, 1), (7, 2, 1), (7, 2, -1), (-100, 100, 13), (0, 100, 7), (10, 0, -3), (0, 1000, 1)]
FLOAT_RANGES = [(0.0, 1.0, 0.1), (1.0, -2.5, -0.25), (0.5, 10.0, 1.5), (-3.0, 3.0, 0.7), (0.0, 1.0, 0.3), (1e10, 1e10 + 50, 3.7),
                (0.0, 0.0, 1.0), (2.0, 1.0, 1.0), (0.0, 4097.0, 1.0), (0.1, 500.0, 0.03)]


@pytest.mark.parametrize("dtype", NUMPY_DTYPES, ids=str)
def test_filled(ls, check, dtype):
    for shape, order in itertools.product(SHAPES + [5, (2, 0)], "CF"):
        for name in ("zeros", "ones"):
            check(name, shape, dtype=dtype, order=order, strides=True)
        empty = ls.invoke("empty", shape, dtype=dtype, order=order)
        expected = np.empty(shape, dtype, order)
        check.that((empty.shape, empty.dtype) == (expected.shape, dtype), f"empty {shape} {dtype}")
        for value in (0, 3, 2.5, 1 + 2j, True, np.int8(-3), np.float32(0.1)):
            check("full", shape, value, dtype=dtype, order=order, oracle=full, strides=True)
    for value in (3, -1, 2.5, 1j, True, 300, np.int16(7), np.uint64(1 << 63), np.float16(0.1), np.complex64(1j)):
        check("full", (2, 3), value)


def full(shape, value, dtype, order):
    with np.errstate(all="ignore"):
        return np.full(shape, value, dtype, order)


@pytest.mark.parametrize("name", ["empty_like", "zeros_like", "ones_like", "full_like"])
def test_like(ls, check, rng, name):
    """Shape, dtype and axis order of the model."""
    for layout, order, dtype in itertools.product(LAYOUTS, "KCFA", NUMPY_DTYPES[::3]):
        model = make(SHAPES[rng.integers(len(SHAPES))], dtype, layout, rng)
        fill = [3] if name == "full_like" else []
        given = [None, NUMPY_DTYPES[rng.integers(len(NUMPY_DTYPES))]][int(rng.integers(2))]
        if name == "empty_like":
            ours, theirs = ls.invoke(name, model, order=order, dtype=given), np.empty_like(model, order=order, dtype=given)
            wide = [k for k, n in enumerate(model.shape) if n > 1] if model.size else []
            check.that(ours.shape == theirs.shape and ours.dtype == theirs.dtype and
                       all(ours.strides[k] == theirs.strides[k] for k in wide),
                       f"empty_like {model.strides} {order}: {ours.strides}, NumPy {theirs.strides}")
        else:
            check(name, model, *fill, order=order, dtype=given, strides=True)


@pytest.mark.parametrize("dtype", [None, *NUMPY_DTYPES[1:]], ids=str)
def test_arange(check, rng, effort, dtype):
    ranges = INT_RANGES if dtype is None or dtype.kind == "i" else [r for r in INT_RANGES if min(r) >= 0]
    if dtype is None or dtype.kind in "fc":
        ranges = ranges + FLOAT_RANGES
    if dtype == np.dtype("int8"):
        ranges = [r for r in ranges if max(r) <= 127]
    if dtype == np.dtype("uint8"):
        ranges = [r for r in ranges if max(r) <= 255]
    for bounds in ranges:
        check("arange", *bounds, dtype=dtype)
    for _ in range(effort(60)):
        start, step = float(rng.normal()) * 10, float(rng.normal())
        stop = start + step * float(rng.integers(-2, 400)) + float(rng.normal()) * 0.1
        if dtype is None or dtype.kind in "fc":
            check("arange", start, stop, step, dtype=dtype)
    for scalar in (np.int8, np.uint16, np.int32, np.float16, np.float32):
        check("arange", scalar(1), scalar(20), scalar(3), dtype=dtype)
    check("arange", 0, 2.5, 1, dtype=dtype) if dtype is None else None
    for misuse in [(0, 10, 0), (0, float("inf"), 1), (0, float("nan"), 1), (0.0, 1e300, 1e-300)]:
        check("arange", *misuse, dtype=dtype)


def test_linspace(check, rng, effort):
    ends = [(0, 1), (2.0, 3.0), (-1, 1), (5, 5), (3, -7.5), (1e300, -1e300), (0, 1e-320), (1j, 2 + 3j), (0, float("inf")),
            (np.float32(0.1), np.float32(2)), (1, float("nan")), (-0.0, 0.0)]
    for (start, stop), num, endpoint in itertools.product(ends, [0, 1, 2, 3, 5, 10, 50, 101, 1001], [True, False]):
        check("linspace", start, stop, num, endpoint=endpoint)
        for dtype in (np.float32, np.float16, np.complex64, np.int32, np.int64, np.uint8, np.int8):
            out_of_range = np.dtype(dtype).kind in "iu" and not abs(complex(stop)) < 100
            if out_of_range or isinstance(start, complex) and dtype != np.complex64:
                continue
            if dtype == np.uint8 and min(start, stop) < 0:
                continue
            check("linspace", start, stop, num, endpoint=endpoint, dtype=dtype)
    for _ in range(effort(300)):
        start, stop = (float(x) for x in rng.normal(size=2) * 10.0 ** rng.integers(-3, 4))
        check("linspace", start, stop, int(rng.integers(0, 200)), endpoint=bool(rng.integers(2)),
              dtype=[None, np.int16, np.float32][rng.integers(3)])
    for n in (2047, 2048, 2049, 4096, 6000, 70_000):  # rows of 2048 numbers
        for start, stop in [(0.1, 7.3), (1e300, -1e300), (2, 2), (0, 1e-320), (1j, 2 + 3j), (np.float32(0.1), np.float32(2)),
                            (np.float16(0.1), np.float16(2))]:
            check("linspace", start, stop, n, endpoint=bool(rng.integers(2)))
            for dtype in (np.float16, np.float32, np.int64) if not isinstance(start, complex) and abs(start) < 100 else ():
                check("linspace", start, stop, n, endpoint=bool(rng.integers(2)), dtype=dtype)
    check("linspace", 0, 1, -1)


def test_eye(check):
    for n, m, k in itertools.product([0, 1, 3, 8], [None, 0, 2, 5, 9], [-9, -2, 0, 1, 4]):
        for dtype, order in [(np.float64, "C"), (np.int8, "F"), (bool, "C"), (np.complex64, "C")]:
            check("eye", n, M=m, k=k, dtype=dtype, order=order, strides=True)
    check("eye", -1)


def test_fftfreq(check):
    for n, d in itertools.product([1, 2, 3, 8, 9, 100, 101], [1.0, 0.25, -2.0, 1e-3]):
        check("fft_fftfreq", n, d=d)
