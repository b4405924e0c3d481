"""The Python package on the device: that it works there, and what a small call costs beside CuPy's. JSON to the first argument.
Must not know more of the package than a user does.
"""

import json
import pathlib
import sys
import time

import numpy

import lockstep

try:
    import cupy
except ImportError:  # the figures then stand alone
    cupy = None

CALLS = {"x + x": "x + x", "add(x, x)": "np.add(x, x)", "exp(x)": "np.exp(x)", "x.sum()": "x.sum()", "x[3:7]": "x[3:7]",
         "m @ m": "m @ m", "x + 1.5": "x + 1.5"}


def names(np):
    values = numpy.linspace(0, 1, 16, dtype="f4")
    return {"np": np, "x": np.asarray(values), "m": np.asarray(values.reshape(4, 4))}


def on_host(value):
    return value.get() if hasattr(value, "get") else numpy.asarray(value)


def microseconds(code, scope, synchronize, number):
    loop = {}
    exec(f"def loop(n, x, m, np):\n for _ in range(n):\n  {code}\n", loop)
    best = float("inf")
    for _ in range(5):
        synchronize()
        start = time.perf_counter()
        loop["loop"](number, **scope)
        best = min(best, (time.perf_counter() - start) / number)
    return best * 1e6


def main():
    number = int(sys.argv[2])
    ours, theirs, rows, wrong = names(lockstep), names(cupy) if cupy else None, [], []
    for name, code in CALLS.items():
        expected, got = eval(code, names(numpy)), on_host(eval(code, dict(ours)))
        if not numpy.allclose(got, expected, rtol=1e-6):
            wrong.append(f"{name}: {got} in place of {expected}")
        row = {"name": f"Python: {name} of 16 numbers", "us": microseconds(code, ours, lockstep.synchronize, number)}
        if cupy:
            row["cupy_us"] = microseconds(code, theirs, cupy.cuda.Device().synchronize, number)
        rows.append(row)
        print(row, flush=True)
    print("\n".join(wrong))
    pathlib.Path(sys.argv[1]).write_text(json.dumps({"device": str(ours["x"].device), "rows": rows, "wrong": wrong}, indent=1))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
