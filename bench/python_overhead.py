"""What a call from Python costs beside NumPy's, and large calls beside the C function: ratios in one run.

    python bench/python_overhead.py [--repeats 15]

Needs `lockstep` importable. Each figure is the minimum of interleaved repeats; below 1 Lockstep takes less time.
"""

import argparse
import ctypes
import pathlib
import subprocess
import sys
import time

import numpy as np

import lockstep as ls

SMALL = [
    ("add(x, y)", "add(x, y)"),
    ("x + y", "x + y"),
    ("x + 1.0", "x + 1.0"),
    ("x += y", "z += y"),
    ("exp(x)", "exp(x)"),
    ("add(x, y, out=z)", "add(x, y, out=z)"),
    ("x.sum()", "x.sum()"),
    ("sum(x)", "sum(x)"),
    ("x.sum(axis=0)", "x.sum(axis=0)"),
    ("x.mean()", "x.mean()"),
    ("x[3:7]", "x[3:7]"),
    ("x[3]", "x[3]"),
    ("m[1, ::2]", "m[1, ::2]"),
    ("x[3:7] = 1.0", "z[3:7] = 1.0"),
    ("x.reshape(2, 4)", "x.reshape(2, 4)"),
    ("m.T", "m.T"),
    ("x.shape", "x.shape"),
    ("x.dtype", "x.dtype"),
    ("x == y", "x == y"),
    ("zeros(8)", "zeros(8)"),
    ("arange(8)", "arange(8)"),
    ("concatenate([x, y])", "concatenate([x, y])"),
    ("dot(x, y)", "dot(x, y)"),
    ("m @ m.T", "m @ m.T"),
    ("where(x > 1, x, y)", "where(x > 1, x, y)"),
    ("clip(x, 1, 5)", "clip(x, 1, 5)"),
]


def scope(xp):
    x = xp.asarray(np.arange(8.0))
    names = {n: getattr(xp, n) for n in "add exp sum zeros arange concatenate dot where clip".split()}
    return {**names, "x": x, "y": x + 1, "z": x.copy(), "m": xp.asarray(np.arange(32.0).reshape(4, 8))}


def nanoseconds(code, names, number):
    loop = {}
    exec(f"def loop(n, clock, {', '.join(names)}):\n t = clock()\n for _ in range(n):\n  {code}\n return clock() - t", loop)
    return loop["loop"](number, time.perf_counter_ns, **names) / number


def empty_loop(number):
    return nanoseconds("pass", {}, number)


def small_calls(repeats):
    print("| call, 8 float64 | NumPy ns | Lockstep ns | ratio |\n|---|---|---|---|")
    theirs, ours = scope(np), scope(ls)
    for label, code in SMALL:
        best = [float("inf")] * 2
        for _ in range(repeats):
            for i, names in enumerate((theirs, ours)):
                best[i] = min(best[i], nanoseconds(code, names, 4000))
        print(f"| `{label}` | {best[0]:.0f} | {best[1]:.0f} | {best[1] / best[0]:.2f} |")


def import_time(repeats):
    """Of a fresh process, less that of one that imports nothing."""
    best = {}
    for _ in range(repeats):
        for name in ("sys", "numpy", "lockstep"):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", f"import {name}"], check=True)
            best[name] = min(best.get(name, 9e9), time.perf_counter() - start)
    ours, theirs = best["lockstep"] - best["sys"], best["numpy"] - best["sys"]
    print(f"\nimport lockstep: {1e3 * ours:.0f} ms, import numpy: {1e3 * theirs:.0f} ms, ratio {ours / theirs:.2f}")
    code = "import lockstep; print(open('/proc/self/maps').read())"
    maps = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    vendor = sorted(
        {line.rpartition("/")[2] for line in maps.splitlines() if any(k in line.lower() for k in ("cuda", "fftw", "mkl"))}
    )
    own_blas = sorted({line.split()[-1] for line in maps.splitlines() if "scipy_openblas64" in line and "numpy" not in line})
    print(f"opened by the import: {', '.join(vendor + own_blas) or 'no BLAS, FFT or CUDA library of ours'}")


def large_calls(repeats):
    """10^7 elements: Python's call beside the C function with the same handles, by ctypes."""
    folder = pathlib.Path(ls.__file__).parent / "lib"
    c = ctypes.CDLL(str(next(folder.glob("liblockstep.so.*"))))
    print("\n| 10^7 float64 | C ms | Python ms | ratio | NumPy ms |\n|---|---|---|---|---|")
    host = np.linspace(-1, 1, 10_000_000)
    x = ls.asarray(host)
    shape = (ctypes.c_int64 * 1)(x.size)
    handle = ctypes.c_void_p()
    c.ls_adopt_host(ctypes.c_void_p(host.ctypes.data), ctypes.c_uint64(13), 1, shape, None, ctypes.byref(handle))

    def c_call(name, count):
        function, result, inputs = getattr(c, f"ls_{name}"), ctypes.c_void_p(), [handle] * count

        def call():
            function(*inputs, None, ctypes.byref(result))
            c.ls_array_free(ctypes.byref(result))

        return call

    for name, count in (("add", 2), ("sum", 1), ("exp", 1)):
        calls = [
            c_call(name, count),
            lambda n=name, k=count: getattr(ls, n)(*[x] * k),
            lambda n=name, k=count: getattr(np, n)(*[host] * k),
        ]
        best = [float("inf")] * 3
        for _ in range(2 * repeats):
            for i, call in enumerate(calls):
                start = time.perf_counter()
                call()
                best[i] = min(best[i], time.perf_counter() - start)
        print(f"| {name} | {1e3 * best[0]:.2f} | {1e3 * best[1]:.2f} | {best[1] / best[0]:.3f} | {1e3 * best[2]:.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, Lockstep {ls.__version__}\n")
    small_calls(options.repeats)
    import_time(options.repeats)
    large_calls(options.repeats)


if __name__ == "__main__":
    main()
