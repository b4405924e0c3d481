"""The figures of the first slice: ours beside NumPy, interleaved in one run, minima; one line and one ratio each.
Must not know anything of Lockstep but its C symbols. Run: python bench/slice.py build/release [--only WORD]

The number of threads is LOCKSTEP_NUM_THREADS's; lines marked [1] run with one. NumPy is always single-threaded, but for matmul.
"""

import argparse
import pathlib
import subprocess
import sys
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "capi/ctypes_abi"))
from lockstep_abi import Library  # noqa: E402


def fastest(functions, repeats, number):
    """Least seconds of each function, taken in turn. The untimed call lets the other library's threads go to sleep."""
    best = [float("inf")] * len(functions)
    for _ in range(repeats):
        for i, f in enumerate(functions):
            f()
            start = time.perf_counter()
            for _ in range(number):
                f()
            best[i] = min(best[i], (time.perf_counter() - start) / number)
    return best


def rows(ls, rng):
    """(name, threads, ours, NumPy's, bytes moved at least)"""
    big = [rng.standard_normal(10**7) for _ in range(2)]
    mid = [rng.standard_normal(10**6) for _ in range(2)]
    single = [m.astype(np.float32) for m in mid]
    table = rng.standard_normal((2000, 5000))
    square = rng.standard_normal((3000, 3000))

    def line(name, function, arrays, numpy_call, moved, threads=0, **options):
        handles = [ls.array(a) for a in arrays]
        return name, threads, lambda: ls.invoke(function, *handles, **options).free(), lambda: numpy_call(*arrays), moved

    for name in ("add", "multiply"):
        yield line(f"{name} float64 1e7", name, big, getattr(np, name), 24e7)
    for dtype, (x, y) in (("float64", mid), ("float32", single)):
        item = x.itemsize * 1e6
        positive = np.abs(x) + x.dtype.type(1e-3)
        for name, argument in (("exp", x), ("log", positive), ("sin", x * 10), ("cos", x * 10)):
            yield line(f"{name} {dtype} 1e6", name, [argument.astype(x.dtype)], getattr(np, name), 2 * item, 1)
        for name in ("floor_divide", "remainder"):
            yield line(f"{name} {dtype} 1e6", name, [x, y], getattr(np, name), 3 * item, 1)
        yield line(f"power {dtype} 1e6", "power", [positive, y], np.power, 3 * item, 1)
    yield line("sum float64 1e7", "sum", big[:1], np.sum, 8e7)
    yield line("sum axis=0 2000x5000", "sum", [table], lambda a: a.sum(axis=0), 8e7, axis=0)
    yield line("sum axis=1 2000x5000", "sum", [table], lambda a: a.sum(axis=1), 8e7, axis=1)
    yield line("var float64 1e7", "var", big[:1], np.var, 8e7)
    yield line("max float64 1e7", "max", big[:1], np.max, 8e7)
    yield line("argmax float64 1e7", "argmax", big[:1], np.argmax, 8e7)
    yield line("any of isnan 1e7", "isnan", big[:1], np.isnan, 9e7)
    yield line("transpose copy 3000x3000", "copy", [square.T], lambda a: np.copy(a, order="C"), 2 * 72e6, order="C")
    yield line("astype float64 to float32 1e7", "astype", big[:1], lambda a: a.astype("f4"), 12e7, dtype="float32")
    yield line("matmul float64 2048", "matmul", [m[:2048, :2048].copy() for m in (square, square.T)], np.matmul, 0)
    yield line("matmul float32 2048", "matmul", [m[:2048, :2048].astype("f4") for m in (square, square.T)], np.matmul, 0)
    yield line("matmul int64 512", "matmul", [(100 * m[:512, :512]).astype("i8") for m in (square, square.T)], np.matmul, 0)
    for n in (2**14, 1000, 2**20, 10**6, 99991):
        z = rng.standard_normal(n) + 1j * rng.standard_normal(n)
        yield line(f"fft complex128 {n}", "fft_fft", [z], np.fft.fft, 0)


def load_time(path):
    """Seconds that opening the library takes in a fresh process."""
    program = f"import ctypes, time; s = time.perf_counter(); ctypes.CDLL({str(path)!r}); print(time.perf_counter() - s)"
    return min(float(subprocess.check_output([sys.executable, "-c", program])) for _ in range(9))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", help="the build folder, e.g. build/release")
    parser.add_argument("--only", default="", help="lines whose name contains this")
    parser.add_argument("--repeats", type=int, default=15)
    arguments = parser.parse_args()
    ls = Library(arguments.build)
    print(f"NumPy {np.__version__}; minima of {arguments.repeats} interleaved repeats; GB/s from the least traffic\n")
    print(f"load of liblockstep.so in a fresh process: {load_time(ls.path.resolve()) * 1e3:.2f} ms")
    print(f"{'':34}{'ours':>10}{'NumPy':>10}{'ratio':>8}{'GB/s':>8}")
    for name, threads, ours, numpys, moved in rows(ls, np.random.default_rng(1)):
        if arguments.only not in name:
            continue
        ls.c.ls_set_num_threads(threads)
        number = 1 if moved > 3e6 or "matmul" in name else 5
        mine, theirs = fastest([ours, numpys], arguments.repeats, number)
        mark = " [1]" if threads == 1 else ""
        rate = f"{moved / mine / 1e9:8.1f}" if moved else ""
        print(f"{name + mark:34}{mine * 1e3:8.3f}ms{theirs * 1e3:8.3f}ms{theirs / mine:8.2f}{rate}", flush=True)
    ls.c.ls_set_num_threads(0)


if __name__ == "__main__":
    main()
