"""Speed of numpy.linalg's systems and factorisations as a ratio to NumPy's, in one process, bursts interleaved.
Must not know how either computes.

    LOCKSTEP_BUILD=build/release PYTHONPATH=capi/ctypes_abi .venv/bin/python bench/linalg_speed.py [name...]
"""

import os
import sys
import time

import numpy as np

from lockstep_abi import Library

BURSTS = 7


def inputs():
    rng = np.random.default_rng(1)
    large = rng.standard_normal((1000, 1000))
    many = rng.standard_normal((100_000, 4, 4)) + 4 * np.eye(4)
    return {
        "solve 1000x1000": ("linalg_solve", (large, large[:, :1].copy()), {}),
        "inv 1000x1000": ("linalg_inv", (large,), {}),
        "qr 1000x1000": ("linalg_qr", (large,), {}),
        "cholesky 1000x1000": ("linalg_cholesky", (large @ large.T + 1000 * np.eye(1000),), {}),
        "svd 1000x1000": ("linalg_svd", (large,), {}),
        "eigh 1000x1000": ("linalg_eigh", (large + large.T,), {}),
        "inv 10^5 4x4": ("linalg_inv", (many,), {}),
        "solve 10^5 4x4": ("linalg_solve", (many, many[:, :, :1].copy()), {}),
        "det 10^5 4x4": ("linalg_det", (many,), {}),
        "cholesky 10^5 4x4": ("linalg_cholesky", (many @ many.swapaxes(1, 2),), {}),
        "svdvals 10^4 4x4": ("linalg_svdvals", (many[:10_000],), {}),
        "inv 1000 16x16": ("linalg_inv", (rng.standard_normal((1000, 16, 16)),), {}),
        "inv 4x4": ("linalg_inv", (many[0],), {}),
        "solve 3x3": ("linalg_solve", (many[0, :3, :3].copy(), many[0, :3, 0].copy()), {}),
    }


def seconds(call, repeats):
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) / repeats


def measure(ls, name, args, options):
    function = getattr(np.linalg, name.removeprefix("linalg_"))
    arrays = [ls.array(a) for a in args]
    calls = [lambda: ls.invoke(name, *arrays, **options), lambda: function(*args, **options)]
    once = seconds(calls[1], 1)
    repeats, bursts = max(1, int(0.02 / once)), BURSTS if once < 0.2 else 3
    best = [min(seconds(call, repeats) for _ in range(1)) for call in calls]
    for _ in range(bursts):
        best = [min(b, seconds(call, repeats)) for b, call in zip(best, calls)]
    return best


def main():
    ls = Library(os.environ.get("LOCKSTEP_BUILD", "build/release"), "cpu")
    print(f"{'':22}{'ours':>12}{'NumPy':>12}{'ratio':>8}")
    for text, (name, args, options) in inputs().items():
        if sys.argv[1:] and not any(part in text for part in sys.argv[1:]):
            continue
        ours, theirs = measure(ls, name, args, options)
        print(f"{text:22}{ours * 1e3:9.3f} ms{theirs * 1e3:9.3f} ms{theirs / ours:8.2f}", flush=True)


if __name__ == "__main__":
    main()
