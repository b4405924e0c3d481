"""Scans, indexing and sorting beside NumPy, through Python: ratios in one run.

    python bench/primitive_speed.py [--repeats 7] [--only cumsum]

Needs `lockstep` importable. Each time is the minimum of interleaved repeats; the ratio is NumPy's time over ours, so above 1
Lockstep is faster.
"""

import argparse
import os
import sys
import time

import numpy as np

import lockstep as ls

# What is asked of it, at least; NumPy's time over ours.
LARGE = [
    ("cumsum float64 10^7", 3, "xp.cumsum(x7)"),
    ("cumsum float64 rows of 1000", None, "xp.cumsum(rows, axis=1)"),
    ("cumsum float64 down columns", None, "xp.cumsum(rows, axis=0)"),
    ("cumsum int32 10^7", None, "xp.cumsum(i7)"),
    ("cumprod float64 10^7", None, "xp.cumprod(x7)"),
    ("maximum.accumulate 10^7", None, "xp.maximum.accumulate(x7)"),
    ("a[mask] 10^7, half", 4, "x7[mask]"),
    ("a[mask] = 0.0", None, "y7.__setitem__(mask, 0.0)"),
    ("take 10^6 of 10^7", 1.2, "xp.take(x7, places)"),
    ("a[places] 10^6 of 10^7", 1.2, "x7[places]"),
    ("a[places] = values", None, "y7.__setitem__(places, x6)"),
    ("add.at int64 10^6", None, "xp.add.at(c7, places, 1)"),
    ("sort float64 10^6", 4, "xp.sort(x6)"),
    ("sort float32 10^6", 4, "xp.sort(f6)"),
    ("sort int64 10^6", None, "xp.sort(i6)"),
    ("sort rows of 1000", None, "xp.sort(rows6, axis=1)"),
    ("argsort float64 10^6", 5, "xp.argsort(x6)"),
    ("unique int64 10^6", 3, "xp.unique(i6)"),
    ("nonzero 10^7", 1.5, "xp.nonzero(mask)"),
    ("bincount 10^7", 1.5, "xp.bincount(b7)"),
    ("searchsorted 10^6 in 10^6", 1.5, "xp.searchsorted(s6, x6)"),
    ("median float64 10^7", 2, "xp.median(x7)"),
    ("percentile float64 10^6", None, "xp.percentile(x6, [5, 50, 95])"),
    ("count_nonzero 10^7", None, "xp.count_nonzero(mask)"),
    ("repeat 10^6 by 3", None, "xp.repeat(x6, 3)"),
    ("roll 10^7", None, "xp.roll(x7, 12345)"),
    ("isin int64 10^6 in 10^4", None, "xp.isin(i6, small)"),
    ("nanmean 10^7", None, "xp.nanmean(x7)"),
]
SMALL = [
    "x[m]", "x[i]", "xp.take(x, i)", "xp.sort(x)", "xp.argsort(x)", "xp.cumsum(x)", "xp.nonzero(m)", "xp.searchsorted(x, y)",
    "xp.add.accumulate(x)", "xp.add.reduceat(x, j)", "xp.add.at(z, i, 1.0)", "xp.unique(x)", "xp.median(x)", "xp.repeat(x, 2)",
    "xp.roll(x, 2)", "xp.flip(x)", "xp.diag(x)", "xp.count_nonzero(m)", "xp.bincount(i)", "xp.compress(m, x)", "xp.partition(x, 3)",
    "z.__setitem__(m, 1.0)", "z.__setitem__(i, x)", "xp.percentile(x, 30)", "xp.nanmax(x)", "xp.isin(x, y)", "xp.tril(q)", "xp.trace(q)",
    "xp.where(m)", "xp.put(z, i, x)", "xp.take_along_axis(x, i, 0)", "xp.lexsort((x, y))", "xp.nansum(x)", "xp.tile(x, 2)",
]  # fmt: skip


def data(rng):
    x7 = rng.standard_normal(10_000_000)
    x6 = rng.standard_normal(1_000_000)
    return {
        "x7": x7, "y7": x7.copy(), "x6": x6, "f6": x6.astype("f4"), "s6": np.sort(rng.standard_normal(1_000_000)),
        "i6": rng.integers(0, 10_000_000, 1_000_000), "i7": rng.integers(-100, 100, 10_000_000).astype("i4"),
        "b7": rng.integers(0, 1000, 10_000_000), "c7": np.zeros(10_000_000, "i8"), "mask": rng.random(10_000_000) < 0.5,
        "places": rng.integers(0, 10_000_000, 1_000_000), "rows": x7.reshape(-1, 1000), "rows6": x6.reshape(-1, 1000),
        "small": rng.integers(0, 10_000_000, 10_000),
    }  # fmt: skip


def small_data():
    x = np.array([3.0, -1, 4, 1, -5, 9, 2, 6])
    i = np.array([1, 0, 7, 3, 3, 2, 5, 4])
    return {"x": x, "y": x[::-1].copy(), "z": x.copy(), "m": x > 1, "i": i, "j": np.array([0, 3, 5]), "q": np.arange(9.0).reshape(3, 3)}


def of_lockstep(names):
    return {k: ls.asarray(v) if isinstance(v, np.ndarray) else v for k, v in names.items()}


def seconds(code, names, number):
    loop = {}
    exec(f"def loop(n, clock, {', '.join(names)}):\n t = clock()\n for _ in range(n):\n  {code}\n return clock() - t", loop)
    return loop["loop"](number, time.perf_counter, **names) / number


def compare(code, names, repeats, number):
    best = [float("inf")] * 2
    ours, theirs = {**of_lockstep(names), "xp": ls}, {**names, "xp": np}
    for _ in range(repeats):
        for k, scope in enumerate((theirs, ours)):
            best[k] = min(best[k], seconds(code, scope, number))
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--only", default="", help="a part of the name")
    options = parser.parse_args()
    rng = np.random.default_rng()
    load = os.getloadavg()[0]
    print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, Lockstep {ls.__version__}, load at the start {load:.1f}\n")
    print("| | NumPy ms | Lockstep ms | faster by | asked |\n|---|---|---|---|---|")
    names = data(rng)
    for label, asked, code in LARGE:
        if options.only in label:
            theirs, ours = compare(code, names, options.repeats, 1)
            print(f"| {label} | {1e3 * theirs:.2f} | {1e3 * ours:.2f} | {theirs / ours:.2f} | {asked or ''} |", flush=True)
    print("\n| 8 elements | NumPy ns | Lockstep ns | ours over NumPy's |\n|---|---|---|---|")
    names = small_data()
    for code in SMALL:
        if options.only in code:
            theirs, ours = compare(code, names, options.repeats, 2000)
            print(f"| `{code}` | {1e9 * theirs:.0f} | {1e9 * ours:.0f} | {ours / theirs:.2f} |", flush=True)


if __name__ == "__main__":
    main()
