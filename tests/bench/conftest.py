"""Finds bench/, and makes up a run on a machine with a GPU.
Must not know how the library is measured."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "bench"))

SIZES = (8, 1000, 10**6, 10**8)


def figure(median, spread=0.1):
    return {
        "median": median,
        "q1": median * (1 - spread / 2),
        "q3": median * (1 + spread / 2),
        "least": median * 0.9,
        "samples": 5,
    }


def case(function, size, times, dtype="float64", layout="contiguous"):
    """times: {label: seconds}."""
    ours = [label for label in times if label.startswith("lockstep")]
    rates = {"cpu": 4e10, "cuda:0": 4e12}
    limits = {d: {"seconds": 16 * size / rate, "bound": "memory", "bytes": 16 * size} for d, rate in rates.items()}
    ratios = {our: {label: figure(s / times[our]) for label, s in times.items() if label != our} for our in ours}
    return {
        "id": f"{function}(a) | {dtype} | {layout} | {size}", "group": "element-wise", "function": function,
        "call": f"{function}(a)", "dtype": dtype, "layout": layout, "size": size, "operations": size, "reads": 8 * size,
        "written": 8 * size, "limits": limits, "times": {label: figure(seconds) for label, seconds in times.items()},
        "ratios": ratios, "notes": {},
    }  # fmt: skip


def made_up(cases=None) -> dict:
    """A run as main.py writes it, on a CPU and a GPU: 1 ns an element and 100 ns a call here, 1 ps and 10 us there."""
    sides = {
        label: {
            "name": label.split()[0],
            "device": label.partition(" ")[2] or "cpu",
            "version": "1",
            "threads": 2,
            "form": "eager",
        }
        for label in ("lockstep cpu", "lockstep cuda:0", "numpy", "cupy")
    }
    sides["cupy"]["device"] = "cuda:0"
    if cases is None:
        cases = [
            case(
                name,
                n,
                {
                    "lockstep cpu": 1e-7 + 1e-9 * n,
                    "lockstep cuda:0": 1e-5 + 1e-12 * n,
                    "numpy": 5e-7 + 3e-9 * n,
                    "cupy": 2e-5 + 1e-12 * n,
                },
            )
            for name in ("sqrt", "exp")
            for n in SIZES
        ]
    limit = {"from": "made up", "bandwidth": [{"pattern": "copy", "footprint": 1 << 28, "bytes_per_second": 4e10}],
             "flops": {"float32": 2e11, "float64": 1e11}}  # fmt: skip
    machine = {"processor": "made up <&>", "processors": 2, "memory_bytes": 1 << 34, "caches": "", "gpus": ["a GPU"],
               "system": "Linux", "python": "3.11", "commit": "0123456789ab", "load_at_start": 0.1}  # fmt: skip
    moved = [(nbytes, figure(1e-5 + nbytes / 2e10)) for nbytes in (8, 1 << 16, 1 << 28)]
    return {
        "schema": 1, "date": "2026-01-02T03:04:05+00:00", "mode": "quick", "seconds": 12.5, "sides": sides,
        "machine": machine, "skipped": {"torch cpu": "not installed"}, "limits": {"cpu": limit, "cuda:0": limit},
        "cases": cases, "calls": [{"name": "add", "seconds": figure(1.5e-7)}],
        "transfers": [{"side": "lockstep cuda:0", "bytes": b, "to_device": t, "to_host": t} for b, t in moved],
        "first_calls": [{"side": "lockstep cuda:0", "call": "exp(a)", "seconds": 1e-3, "again": 1e-5}],
        "left_out": {"sqrt(a) | float32": "no time left"}, "unmeasured": {"numpy.ix_": "no example"},
    }  # fmt: skip


@pytest.fixture
def document():
    return made_up()
