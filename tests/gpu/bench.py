"""The device's speed through the C ABI, beside its own copy bandwidth and CuPy in the same run.
Must not know anything of Lockstep but its C symbols. Writes JSON; run.sh puts it into the record.

Times are wall clock of several calls in a row and one wait, the least of interleaved repeats, so that queueing is hidden as it
is in programs. Traffic is the least that the operation must move: each operand once, the result once.
"""

import argparse
import ctypes
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "capi/ctypes_abi"))
import numpy as np  # noqa: E402

from lockstep_abi import Library  # noqa: E402

try:
    import cupy
except ImportError:  # the figures then stand alone
    cupy = None


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.ls = Library(arguments.build, arguments.device)
        self.rows, self.copy_rate = [], None
        self.start = time.monotonic()

    def wait(self):
        self.ls.c.ls_synchronize(None)

    def seconds(self, ours, theirs, least=0.02):
        """Least time per call of each."""
        sides = [(ours, self.wait)] + ([(theirs, cupy.cuda.Device().synchronize)] if theirs and cupy else [])
        number = []
        for call, wait in sides:
            call(), wait()
            start = time.perf_counter()
            call(), wait()
            number.append(max(1, min(200, int(least / max(1e-7, time.perf_counter() - start)))))
        best = [float("inf")] * len(sides)
        for _ in range(self.arguments.repeats):
            for i, (call, wait) in enumerate(sides):
                wait()
                start = time.perf_counter()
                for _ in range(number[i]):
                    call()
                wait()
                best[i] = min(best[i], (time.perf_counter() - start) / number[i])
        return best + [None] * (2 - len(best))

    def line(self, name, ours, theirs=None, moved=0, work=0):
        if self.arguments.only not in name:
            return
        if time.monotonic() - self.start > self.arguments.seconds:
            self.rows.append({"name": name, "left_out": "no time left"})
            return
        try:
            mine, cupys = self.seconds(ours, theirs)
        except Exception as error:  # one line that fails must not cost the others
            self.rows.append({"name": name, "error": f"{type(error).__name__}: {error}"[:300]})
            print(self.rows[-1], flush=True)
            return
        row = {"name": name, "seconds": mine, "cupy_seconds": cupys}
        if moved:
            row["gb_per_s"] = moved / mine / 1e9
            row["of_copy"] = row["gb_per_s"] / self.copy_rate if self.copy_rate else None
        if work:
            row["tflop_per_s"] = work / mine / 1e12
        row["cupy_over_ours"] = cupys / mine if cupys else None
        self.rows.append(row)
        figures = [f"{k} {v:.4g}" for k, v in row.items() if isinstance(v, float)]
        print(f"{name:44} {'  '.join(figures)}", flush=True)

    def array(self, values):
        """The same numbers for both."""
        return self.ls.array(values), (cupy.asarray(values) if cupy else None)

    def ones(self, shape, dtype, scale=1.0):
        """Numbers made on the device: nothing of this size should travel."""
        n, few = int(np.prod(shape)), min(4096, int(np.prod(shape)))
        assert n % few == 0
        numbers = (np.random.default_rng(1).random(few) * scale + 0.1).astype(dtype)
        tiled = self.ls.invoke("broadcast_to", self.ls.array(numbers), (n // few, few))
        whole = self.ls.invoke("reshape", self.ls.invoke("copy", tiled), shape)
        theirs = None
        if cupy:
            theirs = cupy.ascontiguousarray(cupy.broadcast_to(cupy.asarray(numbers), (n // few, few))).reshape(shape)
        return whole, theirs

    def both(self, name, function, ours, theirs, call, moved=0, work=0, **options):
        self.line(name, lambda: self.ls.invoke(function, *ours, **options).free(), lambda: call(*theirs), moved, work)


def copy_bandwidth(b):
    """What everything else is compared with: the driver's own copy within the device."""
    n = b.arguments.size
    if cupy:
        x, y = cupy.zeros(n, np.float32), cupy.empty(n, np.float32)
        queue = cupy.cuda.Stream.null.ptr
        _, best = b.seconds(lambda: None, lambda: cupy.cuda.runtime.memcpyAsync(y.data.ptr, x.data.ptr, x.nbytes, 3, queue))
    else:
        x, _ = b.ones((n,), np.float32)
        best, _ = b.seconds(lambda: b.ls.invoke("copy", x).free(), None)
    b.copy_rate = 8 * n / best / 1e9
    b.rows.append({"name": "copy, the driver's" if cupy else "copy, ours", "seconds": best, "gb_per_s": b.copy_rate})
    print(f"copy bandwidth {b.copy_rate:.1f} GB/s", flush=True)


def elementwise(b):
    n = b.arguments.size
    for dtype in (np.float32, np.float64):
        item, tag = np.dtype(dtype).itemsize, np.dtype(dtype).name
        (x, cx), (y, cy) = b.ones((n,), dtype), b.ones((n,), dtype)
        b.both(f"add {tag} {n}", "add", [x, y], [cx, cy], lambda p, q: p + q, 3 * item * n)
        b.both(f"multiply by scalar {tag} {n}", "multiply", [x, 2.5], [cx], lambda p: p * 2.5, 2 * item * n)
        b.both(f"sqrt {tag} {n}", "sqrt", [x], [cx], lambda p: cupy.sqrt(p), 2 * item * n)
        for name in ("exp", "sin", "log"):
            b.both(f"{name} {tag} {n}", name, [x], [cx], lambda p, f=name: getattr(cupy, f)(p), 2 * item * n)
        b.both(f"less {tag} {n}", "less", [x, y], [cx, cy], lambda p, q: p < q, (2 * item + 1) * n)
        other = "float64" if dtype is np.float32 else "float32"
        b.both(f"astype {tag} to {other} {n}", "astype", [x, other], [cx], lambda p, t=other: p.astype(t), 12 * n)
        for name in ("sum", "max", "mean"):
            b.both(f"{name} {tag} {n}", name, [x], [cx], lambda p, f=name: getattr(p, f)(), item * n)
        b.both(f"argmax {tag} {n}", "argmax", [x], [cx], lambda p: p.argmax(), item * n)
        del x, y, cx, cy
        if cupy:
            cupy.get_default_memory_pool().free_all_blocks()
        b.ls.c.ls_memory_trim(None)


def layouts(b):
    side = int(b.arguments.size**0.5) // 64 * 64
    (m, cm), (o, co) = b.ones((side, side), np.float32), b.ones((side, side), np.float32)
    every = 4 * side * side
    for axis in (0, 1):
        b.both(f"sum axis={axis} {side}x{side} float32", "sum", [m], [cm], lambda p, a=axis: p.sum(axis=a), every, axis=axis)
    turned, cturned = b.ls.invoke("transpose", m), (cm.T if cupy else None)
    b.both(f"add of a transpose {side}x{side} float32", "add", [o, turned], [co, cturned], lambda p, q: p + q, 3 * every)
    b.both(f"copy of a transpose {side}x{side} float32", "copy", [turned], [cturned], lambda p: cupy.ascontiguousarray(p),
           2 * every, order="C")
    part = (slice(None), slice(16, side - 16))
    inner, cinner = b.ls.get(m, part), (cm[part] if cupy else None)
    b.both("multiply of part of each row float32", "multiply", [inner, inner], [cinner, cinner], lambda p, q: p * q,
           2 * 4 * side * (side - 32))
    step = (slice(None), slice(None, None, 2))
    second, csecond = b.ls.get(m, step), (cm[step] if cupy else None)
    # every byte of the operand is fetched for half of its elements
    b.both("sqrt of every second element float32", "sqrt", [second], [csecond], lambda p: cupy.sqrt(p), every + every // 2)
    back = (slice(None), slice(None, None, -1))
    reverse, creverse = b.ls.get(m, back), (cm[back] if cupy else None)
    b.both("sqrt of reversed rows float32", "sqrt", [reverse], [creverse], lambda p: cupy.sqrt(p), 2 * every)
    (row, crow), (column, ccolumn) = b.ones((1, side), np.float32), b.ones((side, 1), np.float32)
    b.both("add of a row float32", "add", [m, row], [cm, crow], lambda p, q: p + q, 2 * every)
    b.both("add of a column float32", "add", [m, column], [cm, ccolumn], lambda p, q: p + q, 2 * every)
    b.both("multiply of row and column float32", "multiply", [row, column], [crow, ccolumn], lambda p, q: p * q, every)


def products(b):
    for dtype, n in [("float32", 8192), ("float64", 4096), ("float16", 8192), ("complex64", 4096), ("int32", 2048)]:
        n = min(n, b.arguments.matrix)
        (x, cx), (y, cy) = b.ones((n, n), dtype), b.ones((n, n), dtype)
        b.both(f"matmul {dtype} {n}", "matmul", [x, y], [cx, cy], lambda p, q: p @ q, 0, 2 * n**3)
        turned, cturned = b.ls.invoke("transpose", y), (cy.T if cupy else None)
        b.both(f"matmul with a transpose {dtype} {n}", "matmul", [x, turned], [cx, cturned], lambda p, q: p @ q, 0, 2 * n**3)
    n = b.arguments.matrix
    (x, cx), (v, cv) = b.ones((n, n), "float32"), b.ones((n,), "float32")
    b.both(f"matmul {n}x{n} by vector float32", "matmul", [x, v], [cx, cv], lambda p, q: p @ q, 4 * n * n)
    (s, cs), (t, ct) = b.ones((256, n // 32, n // 32), "float32"), b.ones((256, n // 32, n // 32), "float32")
    b.both(f"matmul 256 of {n // 32} float32", "matmul", [s, t], [cs, ct], lambda p, q: p @ q, 0, 512 * (n // 32) ** 3)
    (long, clong) = b.ones((b.arguments.size,), "float32")
    b.both(f"dot float32 {b.arguments.size}", "dot", [long, long], [clong, clong], lambda p, q: p @ q, 8 * b.arguments.size)


def transforms(b):
    n = b.arguments.size // 16
    for dtype, item in (("complex64", 8), ("complex128", 16)):
        x, cx = b.ones((n,), dtype)
        b.both(f"fft {dtype} {n}", "fft_fft", [x], [cx], lambda p: cupy.fft.fft(p), 2 * item * n)
        b.both(f"ifft {dtype} {n}", "fft_ifft", [x], [cx], lambda p: cupy.fft.ifft(p), 2 * item * n)
    rows = max(1, n // 1024)
    x, cx = b.ones((rows, 1024), "complex64")
    b.both(f"fft of {rows} rows of 1024 complex64", "fft_fft", [x], [cx], lambda p: cupy.fft.fft(p), 16 * rows * 1024)
    r, cr = b.ones((rows, 1024), "float32")
    b.both(f"rfft of {rows} rows of 1024 float32", "fft_rfft", [r], [cr], lambda p: cupy.fft.rfft(p), 8 * rows * 1024)
    b.both(f"irfft of {rows} rows of 1024 complex64", "fft_irfft", [x], [cx], lambda p: cupy.fft.irfft(p), 16 * rows * 1024)


def indexing_and_sorting(b):
    n, rng = b.arguments.size // 16, np.random.default_rng(1)
    x, cx = b.array(rng.random(n))
    i, ci = b.array(rng.integers(0, n, n // 4))
    mask, cmask = b.array(rng.random(n) < 0.5)
    b.both(f"take {n // 4} of {n} float64", "take", [x, i], [cx, ci], lambda p, q: p.take(q), 8 * (n // 4) * 3)
    b.both(f"compress half of {n} float64", "compress", [mask, x], [cmask, cx], lambda p, q: cupy.compress(p, q), n + 12 * n)
    b.both(f"flatnonzero of {n} bool", "flatnonzero", [mask], [cmask], lambda p: cupy.flatnonzero(p), n + 4 * n)
    for dtype in ("uint8", "float32", "float64", "int64"):
        v, cv = b.array((rng.random(n) * 200).astype(dtype) if dtype == "uint8" else (rng.standard_normal(n) * 1e9).astype(dtype))
        b.both(f"sort {dtype} {n}", "sort", [v], [cv], lambda p: cupy.sort(p))
        b.both(f"argsort {dtype} {n}", "argsort", [v], [cv], lambda p: cupy.argsort(p))
    for columns in (16, 1000, 5000):
        rows, crows = b.array(rng.random((n // columns, columns)))
        b.both(f"sort {n // columns} rows of {columns} float64", "sort", [rows], [crows], lambda p: cupy.sort(p))
    (row, crow) = b.array(np.sort(rng.random(n // 4)))
    b.both(f"searchsorted of {n} in {n // 4} float64", "searchsorted", [row, x], [crow, cx], lambda p, q: cupy.searchsorted(p, q))


# What a program pays per small call: lockstep from C (bin/small_calls), CuPy from Python, where its calls are made.
def small_calls(b):
    program = ROOT / "bin/small_calls"
    if program.exists():
        command = [program, b.arguments.device, str(b.arguments.calls)]
        text = subprocess.run(command, capture_output=True, text=True, timeout=120)
        print(text.stdout + text.stderr, flush=True)
        for row in text.stdout.splitlines():
            name, value, unit = row.rsplit(" ", 2)
            b.rows.append({"name": f"C: {name}", unit: float(value)})
    if not cupy:
        return
    x = cupy.ones(16, np.float32)
    for name, call in (("add", lambda: x + x), ("sum", lambda: x.sum()), ("exp", lambda: cupy.exp(x))):
        best = float("inf")
        for _ in range(5):
            cupy.cuda.Device().synchronize()
            start = time.perf_counter()
            for _ in range(b.arguments.calls):
                call()
            best = min(best, (time.perf_counter() - start) / b.arguments.calls)
            cupy.cuda.Device().synchronize()
        b.rows.append({"name": f"CuPy: {name} of 16 float32, host time per call", "us": best * 1e6})
    program = ("import time, numpy, cupy; x = cupy.asarray(numpy.ones(16, 'f4')); cupy.cuda.Device().synchronize()\n"
               "for f in ('add', 'exp', 'sum'):\n"
               "    s = time.perf_counter(); r = x + x if f == 'add' else getattr(cupy, f)(x)\n"
               "    cupy.cuda.Device().synchronize()\n"
               "    print(f, time.perf_counter() - s)\n")
    with tempfile.TemporaryDirectory() as empty:
        text = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120,
                              env={**os.environ, "CUPY_CACHE_DIR": empty}).stdout
    for row in text.splitlines():
        name, value = row.split()
        b.rows.append({"name": f"CuPy: first {name}, empty cache", "us": float(value) * 1e6})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=str(ROOT))
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--output", required=True)
    parser.add_argument("--size", type=int, default=2**28, help="elements of the large arrays")
    parser.add_argument("--matrix", type=int, default=16384, help="largest side of a matrix")
    parser.add_argument("--calls", type=int, default=5000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=150, help="no line is begun after so long")
    parser.add_argument("--only", default="", help="lines whose name contains this")
    b = Bench(parser.parse_args())
    for part in (copy_bandwidth, small_calls, elementwise, layouts, products, transforms, indexing_and_sorting):
        try:
            part(b)
        except Exception as error:  # the other parts are still worth having
            b.rows.append({"name": part.__name__, "error": f"{type(error).__name__}: {error}"[:300]})
            print(b.rows[-1], flush=True)
        pathlib.Path(b.arguments.output).write_text(json.dumps(
            {"numpy": np.__version__, "cupy": cupy.__version__ if cupy else None, "copy_gb_per_s": b.copy_rate,
             "seconds": time.monotonic() - b.start, "rows": b.rows}, indent=1))


if __name__ == "__main__":
    main()
