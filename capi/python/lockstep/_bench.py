"""python -m lockstep bench: common calls beside NumPy's.
Must not know single functions: _calls.py has the calls."""

import sys
import time

import numpy as np
import numpy.fft

import lockstep
from lockstep import _core
from lockstep._calls import BENCH


def scope(xp, size: int, device: str) -> dict:
    side = max(2, min(1024, int(size**0.5)))
    host = {
        "x": np.linspace(-3, 3, size),
        "y": np.linspace(0.5, 9, size),
        "m": np.linspace(0, 1, side * side).reshape(side, side),
    }
    return host if xp is np else {k: lockstep.asarray(v, device=device) for k, v in host.items()}


def seconds(code, xp, names, device, repeats) -> float:
    call = eval(f"lambda: {code}", {**vars(xp), **names})
    wait = (lambda: _core.synchronize(device)) if xp is lockstep and device != "cpu" else (lambda: None)
    number, best = 1, float("inf")
    for _ in range(repeats + 3):  # the first ones find how many calls fill 2 ms
        start = time.perf_counter()
        for _ in range(number):
            call()
        wait()
        spent = time.perf_counter() - start
        best = min(best, spent / number)
        number = max(1, min(100_000, int(0.002 / best)))
    return best


def run(names: list[str], device: str | None, size: int | None, repeats: int) -> int:
    from tqdm import tqdm

    device = device or _core.get_default_device()
    chosen = {n: c for n, c in BENCH.items() if not names or any(part in n for part in names)}
    for elements in [size] if size else [8, 10_000_000]:
        print(f"\n{elements} float64 on {device}\n{'call':24} {'NumPy us':>12} {'Lockstep us':>12} {'ratio':>6}")
        theirs, ours = scope(np, elements, device), scope(lockstep, elements, device)
        rows = []
        for code in tqdm(chosen.values(), unit="call", leave=False, disable=not sys.stderr.isatty()):
            t, o = seconds(code, np, theirs, device, repeats), seconds(code, lockstep, ours, device, repeats)
            rows.append(f"{code:24} {1e6 * t:12.3f} {1e6 * o:12.3f} {o / t:6.2f}")
        print("\n".join(rows))
    return 0
