"""The bound of products and sums of them: k * eps * |a||b| around the exact value, computed in long double.
Must not know the functions' arguments beyond two operands."""

import numpy as np

from arrays import NUMPY_DTYPES, make, ordinary_values, random_layout


def pick(rng, choices):
    return choices[int(rng.integers(len(choices)))]


def wide(a) -> np.ndarray:
    a = np.asarray(a)
    return a.astype(np.clongdouble if a.dtype.kind == "c" else np.longdouble)


def within(ours, exact, size, terms) -> np.ndarray:
    """|ours - exact| <= (terms + 4) eps size: size is the same sum over the moduli of its terms."""
    eps = np.finfo(ours.dtype).eps
    if ours.dtype == np.float16:
        terms = 2  # added in float32, rounded once
    return np.abs(wide(ours) - exact) <= (terms + 4) * eps * size + np.finfo(ours.dtype).tiny


def bounded(function, operands, terms):
    """A judge of function(*operands), sums of `terms` products of elements; integers and booleans are exact."""
    def same(ours, theirs):
        if ours.dtype.kind in "biu":
            return ours == theirs
        exact = np.asarray(function(*map(wide, operands)))
        size = np.asarray(function(*(np.abs(wide(a)) for a in operands)))
        return within(ours, exact, size, terms)
    return same


def product_judge(a, b, product):
    return bounded(product, (a, b), 1 if np.ndim(a) == 0 or np.ndim(b) == 0 else np.shape(a)[-1])


def numbers(dtype, n, rng):
    return rng.normal(size=n).astype(dtype) if dtype.kind == "f" else ordinary_values(dtype, n, rng)


def matrices(rng, shapes, dtypes=NUMPY_DTYPES):
    """Arrays of the shapes, seven times in ten of one dtype."""
    first = pick(rng, dtypes)
    return [make(s, first if k == 0 or rng.random() < 0.7 else pick(rng, dtypes), random_layout(rng), rng, numbers)
            for k, s in enumerate(shapes)]
