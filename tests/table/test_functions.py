"""where, clip, interp and the transforms over dtypes, layouts and options.
Must not know algorithms: bits where the contract promises them, else an error bound relative to the norms."""

import itertools

import numpy as np
import pytest

import compare
from arrays import (BFLOAT16, DTYPES, NUMPY_DTYPES, SHAPES, broadcastable, make, ordinary_values, random_layout, random_values,
                    specials, writable_layout)

NUMBERS = [d for d in NUMPY_DTYPES if d.kind != "b"]


def pick(rng, choices):
    return choices[int(rng.integers(len(choices)))]


def test_where(check, rng, effort):
    for _ in range(effort(1500)):
        shape = pick(rng, SHAPES)
        condition = make(broadcastable(shape, rng), pick(rng, NUMPY_DTYPES) if rng.random() < 0.3 else np.dtype(bool),
                         random_layout(rng), rng)
        x, y = (make(broadcastable(shape, rng), pick(rng, NUMPY_DTYPES), random_layout(rng), rng) for _ in "xy")
        if rng.random() < 0.3:
            x = pick(rng, [0, 3, -1, 2.5, 1j, 300])
        if rng.random() < 0.2:
            y = pick(rng, [0, 3, -1, 2.5, 1j])
        check("where", condition, x, y)
    check("where", np.ones(3, bool), np.ones(4), 0)


def test_clip(check, rng, effort):
    """Scalars and arrays as bounds, one or two of them, NaN among them, bounds that cross, out."""
    for _ in range(effort(1500)):
        shape, dtype = pick(rng, SHAPES), pick(rng, NUMBERS)
        a = make(shape, dtype, random_layout(rng), rng)
        bounds = {}
        for key in ("a_min", "a_max"):
            kind = rng.random()
            if kind < 0.4:
                bounds[key] = pick(rng, [0, 1, 3, 100] if dtype.kind in "iu" else [0, -1.5, 2.5, float("nan"), 100])
            elif kind < 0.85:
                other = pick(rng, NUMBERS) if rng.random() < 0.3 else dtype
                bounds[key] = make(broadcastable(shape, rng), other, random_layout(rng), rng)
        options = {}
        if rng.random() < 0.15 and all(getattr(b, "dtype", dtype) == dtype for b in bounds.values()):
            options["out"] = make(shape, dtype, writable_layout(rng), rng)
        if len(bounds) == 0 and rng.random() < 0.9:
            continue
        for bound in bounds.values():
            if isinstance(bound, np.ndarray) and bound.dtype.kind == "c":
                bound[np.isnan(bound)] = 0  # NumPy overlooks a NaN in a bound's imaginary part now and then
        check("clip", a, oracle=clip, same=clip_same, **bounds, **options)


def clip(a, a_min=None, a_max=None, out=None):
    return np.clip(a, a_min, a_max, out=out)


def clip_same(ours, theirs):
    same = compare.same_elements(ours, theirs, any_zero=True)
    return same.all(-1) | np.isnan(ours) & np.isnan(theirs) if ours.dtype.kind == "c" else same


def test_interp(check, rng, effort):
    for _ in range(effort(1200)):
        n = int(pick(rng, [1, 2, 3, 7, 20, 300]))
        xp = np.sort(rng.normal(size=n) * 3)
        if rng.random() < 0.3:
            xp = np.round(xp)  # ties
        fp = rng.normal(size=n) + (1j * rng.normal(size=n) if rng.random() < 0.3 else 0)
        x = rng.normal(size=pick(rng, [(), (0,), (1,), (9,), (4, 5), (700,)])) * 4
        if rng.random() < 0.3:
            x = np.where(rng.random(x.shape) < 0.2, pick(rng, [np.nan, np.inf, -np.inf]), x)
            x = np.where(rng.random(x.shape) < 0.2, xp[0], np.where(rng.random(x.shape) < 0.2, xp[-1], x))
        if rng.random() < 0.2:
            fp = np.where(rng.random(n) < 0.2, pick(rng, [np.inf, -np.inf, np.nan]), fp)
        options = {}
        if rng.random() < 0.3:
            options["left"] = pick(rng, [0.5, -1, float("nan")])
        if rng.random() < 0.3:
            options["right"] = pick(rng, [0.5, -1, float("nan")])
        dtypes = pick(rng, [("d", "d"), ("f", "d"), ("i", "d"), ("d", "f"), ("e", "e")])
        x, xp = x.astype(dtypes[0]), xp.astype(dtypes[1])
        period = pick(rng, [3.0, -2.5, 1.0, 360.0])
        if rng.random() < 0.3 and len(np.unique(xp.astype(float) % abs(period))) == n:  # NumPy's sort of equal ones is not stable
            options["period"] = period
        if rng.random() < 0.3 and x.ndim == 1:
            x = np.repeat(x, 2)[::-2]
        check("interp", x, xp, fp, **options)
    line = np.arange(3.0)
    for args, options in [((line, line, line[:2]), {}), ((line, [], []), {}), ((line, line, line), {"period": 0.0}),
                          ((line, np.ones((3, 1)), line), {}), ((line, line, np.ones((3, 1))), {})]:
        check("interp", *(np.asarray(a, float) for a in args), **options)


def transform_judge(ours, theirs):
    """Difference relative to the largest element of each run: c eps log2 n with c = 2 for each of the two."""
    eps = np.finfo(ours.dtype).eps
    scale = np.sqrt(np.mean(np.abs(theirs.astype(np.complex128)) ** 2)) if theirs.size else 0
    return np.abs(ours - theirs) <= 8 * eps * max(1, np.log2(max(2, theirs.size))) * scale + np.finfo(ours.dtype).tiny


def transform(name, x, options):
    """NumPy's transform; float16, which NumPy scales in float16, as float32 with the result's type NumPy's."""
    function = getattr(np.fft, name.removeprefix("fft_"))
    result = function(x, **options)
    if x.dtype != np.float16:
        return result
    better = function(x.astype(np.float32), **{k: v for k, v in options.items() if k != "out"})
    if "out" in options:
        options["out"][...] = better
    return better.astype(result.dtype)


@pytest.mark.parametrize("name", ["fft_fft", "fft_ifft", "fft_rfft", "fft_irfft"])
def test_transforms(check, rng, effort, name):
    sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 17, 25, 27, 30, 31, 32, 49, 64, 97, 100, 101, 121, 128, 210, 211,
             243, 251, 256, 257, 360, 509, 512, 1000, 1009, 1024, 2048, 3125, 4096, 4099, 10007]
    def values(d, n, r):
        return ordinary_values(d, n, r) if d.kind in "fc" else random_values(d, n, r) % np.array(100).astype(d) if d.kind != "b" \
            else random_values(d, n, r)
    for dtype, n in itertools.product([np.dtype(c) for c in "fdFD"], sizes):
        check(name, values(dtype, n, rng), same=transform_judge)
    for _ in range(effort(700)):
        dtype = pick(rng, NUMPY_DTYPES)
        shape = pick(rng, [(1,), (8,), (30,), (5, 6), (16, 3), (2, 3, 8), (4, 1, 9), (0,), (3, 0)])
        options = {}
        if rng.random() < 0.5:
            options["axis"] = int(rng.integers(-len(shape) - (rng.random() < 0.1), len(shape) + (rng.random() < 0.1)))
        if rng.random() < 0.5:
            options["n"] = int(pick(rng, [2, 3, 7, 9, 16, 33, 100, 0, -1] if rng.random() < 0.3 else [1, 4, 5, 8, 12, 31]))
        if name == "fft_irfft" and 0 in shape:
            continue  # NumPy's answer is what happened to be in memory
        if rng.random() < 0.5:
            options["norm"] = pick(rng, ["backward", "ortho", "forward", "forward", "wrong" if rng.random() < 0.2 else "ortho"])
        x = make(shape, dtype, random_layout(rng), rng, values)
        if rng.random() < 0.15:
            try:
                result = check.numpy_function(name)(x, **options)
                options["out"] = make(result.shape, result.dtype, writable_layout(rng), rng)
            except (ValueError, IndexError, TypeError):
                pass
        check(name, x, same=transform_judge, oracle=lambda x, **o: transform(name, x, o), **options)
    check(name, np.float64(3) * np.ones(()))
