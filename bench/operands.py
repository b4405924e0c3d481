"""The arrays of a benchmark's case, from their description: the same numbers in every process.
Must not know what is called with them, or any library but NumPy."""

import math

import numpy as np

FRESH = 1 << 21  # so many elements are drawn; more repeat them, as drawing 10^8 would take longer than the measurement


def describe(shape, dtype, draw="any", view="contiguous", seed=1) -> dict:
    """A description: JSON, with the shape that the call sees. `draw` names the range of the values (see `values`)."""
    shape = [shape] if isinstance(shape, int) else list(shape)
    return {"shape": shape, "dtype": str(dtype), "draw": draw, "view": view, "seed": seed}


def elements(description: dict) -> int:
    return math.prod(description["shape"])


def touched(description: dict) -> int:
    """Bytes that a call must read of it at least."""
    return elements(description) * np.dtype(description["dtype"]).itemsize


def held(description: dict) -> int:
    """Bytes that it occupies."""
    return touched(description) * (2 if description["view"] == "strided" else 1)


def is_generator(description: dict) -> bool:
    return description["draw"] == "generator"


def base(description: dict) -> np.ndarray | np.random.Generator:
    """The contiguous array in memory; `viewed` makes of it what the call sees. Or a fresh generator of random
    numbers."""
    if is_generator(description):
        return np.random.default_rng(description["seed"])
    shape = list(description["shape"])
    if description["view"] == "strided" and shape:
        shape[-1] *= 2
    if description["view"] == "transposed":
        shape.reverse()
    return values(math.prod(shape), np.dtype(description["dtype"]), description["draw"], description["seed"]).reshape(
        shape
    )


def viewed(array, view: str):
    """The same of NumPy's array or of any with its indexing and `.T`."""
    if view == "strided":
        return array[..., ::2]
    if view == "reversed":
        return array[..., ::-1]
    return array.T if view == "transposed" else array


def values(n: int, dtype: np.dtype, draw: str, seed: int) -> np.ndarray:
    """n numbers. A draw of `below N` is whole numbers from 0 to N - 1; `sorted` is ascending; `definite` a matrix,
    symmetric and
    positive definite."""
    rng = np.random.default_rng(seed)
    few = min(n, FRESH)
    if draw == "definite":
        side = math.isqrt(n)
        square = rng.uniform(-1, 1, (side, side))
        return (square + square.T + 4 * side * np.eye(side)).astype(dtype).ravel()
    if draw.startswith("below "):
        drawn = rng.integers(0, int(draw.split()[1]), few).astype(dtype)
    elif dtype.kind == "b":
        drawn = rng.random(few) < 0.5
    elif dtype.kind in "iu":
        drawn = whole(rng, few, dtype, draw)
    elif dtype.kind == "c":
        drawn = (real(rng, few, draw) + 1j * real(rng, few, draw)).astype(dtype)
    else:
        drawn = real(rng, few, draw).astype(dtype)
    full = np.resize(drawn, n) if n > few else drawn
    return np.sort(full) if draw == "sorted" else full


def whole(rng, n: int, dtype: np.dtype, draw: str) -> np.ndarray:
    if draw in ("any", "sorted"):
        low, high = (0, 200) if dtype.kind == "u" else (-100, 100)
        if dtype.itemsize >= 4:
            low, high = low * 10**6, high * 10**6
        return rng.integers(low, high, n).astype(dtype)
    return rng.integers(1, 8, n).astype(dtype)  # of the ranges in ops.def, and divisors


def real(rng, n: int, draw: str) -> np.ndarray:
    if draw == "positive":
        return rng.uniform(1e-3, 10, n)
    if draw == "unit":
        return rng.uniform(-1, 1, n)
    if draw == "angle":
        return rng.uniform(-30, 30, n)
    if draw == "small_integer":
        return rng.uniform(0.1, 8, n)
    return rng.standard_normal(n) * 3


def memory(descriptions: dict) -> int:
    return sum(held(d) for d in descriptions.values())
