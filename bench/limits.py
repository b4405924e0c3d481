"""What the hardware could do at best: measured rates, and of these the least time of a case.
Must not know libraries: probe.cpp measures the processor; a device is measured by its largest copies and products."""

import json
import math
import pathlib
import subprocess

from operands import describe

# Of the bytes that each pattern of probe.cpp moves.
WRITE_SHARE = {"read": 0.0, "add": 1 / 3, "copy": 1 / 2, "fill": 1.0}


def of_processor(build: pathlib.Path, threads: int, milliseconds: float) -> dict:
    """probe.cpp's rates: {"bandwidth": [{"pattern", "footprint", "bytes_per_second"}], "flops": {dtype: rate}}."""
    program = build / "bin/bench_probe"
    if not program.exists():
        raise FileNotFoundError(f"{program} is not there: cmake --build {build} --target bench_probe")
    text = subprocess.check_output([str(program), str(threads), str(milliseconds)], text=True)
    return {"from": "probe.cpp", **json.loads(text)}


def of_device(workers: list, device: str) -> dict:
    """The best rate of any library on the device: copies of 16 MB to 1 GB, matrix products of 8192."""
    here = [w for w in workers if w.device == device]
    bandwidth, flops = [], {}
    for footprint in (1 << 24, 1 << 27, 1 << 30):
        case = {"call": "copy(a)", "arrays": {"a": describe(footprint // 16, "float64")}, "size": footprint // 16}
        best = fastest(here, case)
        if best:
            bandwidth.append({"pattern": "copy", "footprint": footprint, "bytes_per_second": footprint / best})
    for dtype in ("float32", "float64"):
        n = 8192
        arrays = {k: describe([n, n], dtype, "unit", seed=i) for i, k in enumerate("ab", 1)}
        best = fastest(here, {"call": "matmul(a, b)", "arrays": arrays, "size": n * n})
        if best:
            flops[dtype] = 2 * n**3 / best
    return {
        "from": f"best copy and matrix product of {', '.join(w.label for w in here)}",
        "bandwidth": bandwidth,
        "flops": flops,
    }


def fastest(workers: list, case: dict) -> float | None:
    """Least seconds of any of the workers that can run the case."""
    best = []
    for worker in workers:
        if "error" not in worker.ask("load", case=case, least=0.01):
            answers = [worker.ask("sample") for _ in range(5)]
            best += [answer["seconds"] for answer in answers if "error" not in answer]
    return min(best, default=None)


def rate(limits: dict, footprint: float, write_share: float) -> float | None:
    """Bytes per second of a loop over `footprint` bytes, of which `write_share` are written."""
    known = {}
    for pattern, share in WRITE_SHARE.items():
        rows = sorted((r["footprint"], r["bytes_per_second"]) for r in limits["bandwidth"] if r["pattern"] == pattern)
        if rows:
            known[share] = interpolated(
                [math.log(f) for f, _ in rows], [b for _, b in rows], math.log(max(footprint, 1))
            )
    if not known:
        return None
    shares = sorted(known)  # seconds per byte are what adds up
    return 1 / interpolated(shares, [1 / known[s] for s in shares], write_share)


def interpolated(xs: list[float], ys: list[float], x: float) -> float:
    """Linear between the points, constant outside."""
    if x <= xs[0]:
        return ys[0]
    for (x0, y0), (x1, y1) in zip(zip(xs, ys), zip(xs[1:], ys[1:])):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return ys[-1]


def least_time(case: dict, written: int, limits: dict) -> dict | None:
    """{"seconds", "bound", "bytes"}: every operand read once and the result written once, or the arithmetic, whichever
    takes longer. None for a call that moves nothing, or whose work is not known."""
    if case["peak"] == "unknown":
        return None
    moved = case["reads"] + written
    bytes_per_second = rate(limits, moved, written / moved) if moved else None
    peak = limits["flops"].get(case["peak"]) if case["peak"] else None
    memory = moved / bytes_per_second if bytes_per_second else 0.0
    arithmetic = case["operations"] / peak if peak else 0.0
    if not max(memory, arithmetic):
        return None
    bound = "arithmetic" if arithmetic > memory else "memory"
    return {"seconds": max(memory, arithmetic), "bound": bound, "bytes": moved}
