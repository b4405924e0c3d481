"""Measures Lockstep on every device beside the peers that are installed, in one run: results.json, .md and .html.
Must not know single cases or libraries. Started by bench/run.sh, which builds first.

    python bench/main.py [--quick] [--output build/bench] [--only sum] [--peers numpy,jax]
"""

import argparse
import datetime
import json
import os
import pathlib
import sys
import tempfile
import time

import cases
import limits
import machine
import report
import results
import timing
from expression import operands_of, steps
from operands import describe
from workers import ROOT, Worker, all_workers

try:
    from tqdm import tqdm
except ImportError:  # in the bundle of tests/gpu

    def tqdm(values, **_):
        return values


TRANSFERS = (8, 1 << 12, 1 << 16, 1 << 20, 1 << 24, 1 << 28)
FIRST_CALLS = ("add(a, b)", "exp(a)", "sum(a)", "matmul(a, b)")
SAME = 1e-3  # checksums that differ by more are of another result


class Pace:
    """How long things may take: of a sample, of a case, of everything."""

    def __init__(self, quick: bool, seconds: float | None):
        self.least = 0.001 if quick else 0.002
        self.samples, self.fewest = (5, 3) if quick else (9, 3)
        self.case = 0.25 if quick else 1.0
        self.cases_left = 0
        self.end = time.monotonic() + (seconds or (150 if quick else 1560))

    def over(self) -> bool:
        return time.monotonic() > self.end

    def rounds(self, seconds: float) -> int:
        """How often all are sampled, when a round takes so long."""
        share = (self.end - time.monotonic()) / max(1, self.cases_left)
        fewest = self.fewest if seconds < 2 else 2
        return max(fewest, min(self.samples, int(min(self.case, share) / max(seconds, 1e-6))))


def measure(case: dict, workers: list[Worker], bounds: dict, pace: Pace) -> dict:
    """The case with times, ratios, limits, and notes on who has no time."""
    notes, loaded, facts, round_seconds = {}, [], {}, 0.0
    for worker in workers:
        answer = worker.ask("load", case=case, least=pace.least)
        if "error" in answer:
            notes[worker.label] = answer["error"]
            continue
        facts[worker.label] = answer["facts"]
        loaded.append(worker)
        round_seconds += answer["seconds"] * (answer["number"] + 1)
    if not case["function"].startswith("empty"):  # whose contents are undefined
        different(facts, notes)
    loaded = [worker for worker in loaded if worker.label not in notes]
    samples: dict[str, list[float]] = {worker.label: [] for worker in loaded}
    for _ in range(pace.rounds(round_seconds) if loaded else 0):
        for worker in list(loaded):
            answer = worker.ask("sample")
            if "error" in answer:
                notes[worker.label] = answer["error"]
                loaded.remove(worker)
                del samples[worker.label]
            else:
                samples[worker.label].append(answer["seconds"])
    ours = [w.label for w in loaded if w.name == "lockstep"]
    reference = facts.get("numpy") or next(iter(facts.values()), {"nbytes": 0, "view": True})
    floor = {d: limits.least_time(case, reference["nbytes"], b) for d, b in bounds.items() if not reference["view"]}
    kept = {
        key: case[key] for key in ("id", "group", "function", "call", "dtype", "layout", "size", "operations", "reads")
    }
    return {
        **kept,
        "written": 0 if reference["view"] else reference["nbytes"],
        "limits": {device: value for device, value in floor.items() if value},
        "times": {label: timing.summary(values) for label, values in samples.items()},
        "ratios": {our: {label: timing.ratio(values, samples[our]) for label, values in samples.items() if label != our}
                   for our in ours},
        "notes": notes,
    }  # fmt: skip


def different(facts: dict, notes: dict):
    """Who computed something else than NumPy has no time."""
    reference = facts.get("numpy")
    for label, found in facts.items():
        if reference and found["elements"] != reference["elements"]:
            notes[label] = f"a result of {found['elements']} elements, NumPy's has {reference['elements']}"
        elif reference and "checksum" in found and "checksum" in reference:
            if abs(found["checksum"] - reference["checksum"]) > SAME * (1e-3 + abs(reference["checksum"])):
                notes[label] = "another result than NumPy's"


def fits(case: dict, workers: int) -> bool:
    return case["memory"] * 1.7 * workers < 0.6 * machine.available_memory() + 2e9


def first_calls(workers: list[Worker]) -> list[dict]:
    """The first call of a function in a fresh process with empty caches of compiled kernels."""
    rows = []
    for old in workers:
        with tempfile.TemporaryDirectory() as empty:
            fresh = {"LOCKSTEP_CACHE_DIR": empty, "CUPY_CACHE_DIR": empty}
            worker = old.anew(fresh)
            for call in FIRST_CALLS:
                arrays = {name: describe([64, 64], "float32", seed=3) for name in operands_of(steps(call))}
                answer = worker.ask("first", case={"call": call, "arrays": arrays, "size": 4096})
                if "error" not in answer:
                    rows.append({"side": old.label, "call": call, **answer})
            worker.stop()
    return rows


def transfers(workers: list[Worker]) -> list[dict]:
    rows = []
    for worker in workers:
        for nbytes in TRANSFERS:
            answer = worker.ask("transfer", nbytes=nbytes, samples=7)
            if "error" not in answer:
                rows.append({"side": worker.label, "bytes": nbytes, **answer})
    return rows


def call_overhead(build: pathlib.Path) -> list[dict]:
    """Of micro_calls.cpp (Google Benchmark): seconds of a call from C."""
    program = build / "bin/bench_micro_calls"
    if not program.exists():
        return []
    few = ["--benchmark_format=json", "--benchmark_min_time=0.02", "--benchmark_repetitions=5"]
    text = machine.output([str(program), *few], timeout=60)
    samples: dict[str, list[float]] = {}
    for row in json.loads(text)["benchmarks"] if text else []:
        if row.get("run_type") == "iteration":
            samples.setdefault(row["run_name"], []).append(row["real_time"] * 1e-9)
    return [{"name": name, "seconds": timing.summary(values)} for name, values in samples.items()]


def run(options: argparse.Namespace) -> dict:
    start = time.monotonic()
    pace = Pace(options.quick, options.seconds)
    build = options.build.resolve()
    inventory = json.loads((build / "generated/inventory.json").read_text())
    plan = cases.QUICK if options.quick else cases.FULL
    todo, unmeasured = cases.all_cases(inventory, plan)
    todo = [case for case in todo if options.only in f"{case['id']} {case['group']}"]
    wanted = None if options.peers is None else set(filter(None, options.peers.split(",")))
    workers, skipped = all_workers(build, options.peers_venv, options.threads, wanted)
    for label, why in skipped.items():
        print(f"without {label}: {why}", file=sys.stderr)
    print("with " + ", ".join(f"{w.label} {w.about['version']}" for w in workers), file=sys.stderr)
    described, date = machine.described(ROOT), datetime.datetime.now(datetime.timezone.utc)
    on_devices = [w for w in workers if w.device != "cpu"]
    bounds = {"cpu": limits.of_processor(build, options.threads, options.probe)}
    bounds |= {device: limits.of_device(workers, device) for device in dict.fromkeys(w.device for w in on_devices)}
    done, left_out = measured(todo, workers, bounds, pace)
    document = {
        "schema": results.SCHEMA, "date": date.isoformat(timespec="seconds"),
        "mode": "quick" if options.quick else "full",
        "machine": described, "sides": {w.label: w.about for w in workers}, "skipped": skipped, "limits": bounds,
        "cases": done, "calls": call_overhead(build), "transfers": transfers(on_devices),
        "first_calls": first_calls(workers),
        "left_out": left_out, "unmeasured": unmeasured, "seconds": time.monotonic() - start,
    }  # fmt: skip
    for worker in workers:
        worker.stop()
    return document


def measured(todo: list[dict], workers: list[Worker], bounds: dict, pace: Pace) -> tuple[list[dict], dict[str, str]]:
    done, left_out = [], {}
    for number, case in enumerate(tqdm(todo, unit="case", disable=not sys.stderr.isatty(), smoothing=0.02)):
        pace.cases_left = len(todo) - number
        if pace.over():
            left_out[case["id"]] = "there was no time left"
        elif not fits(case, len(workers)):
            left_out[case["id"]] = "there was not enough memory"
        else:
            row = measure(case, workers, bounds, pace)
            if row["ratios"]:
                done.append(row)
            else:
                left_out[case["id"]] = next(
                    (v for k, v in row["notes"].items() if k.startswith("lockstep")), "no peer ran it"
                )
    return done, left_out


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--quick", action="store_true", help="few dtypes and sizes: less than 3 minutes instead of 30")
    made.add_argument("--output", type=pathlib.Path, default=ROOT / "build/bench", help="folder of the three files")
    made.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    made.add_argument("--only", default="", help="cases whose name, dtype, layout or group contains this")
    made.add_argument(
        "--peers", default=None, help="libraries to measure beside, e.g. numpy,jax; all that are installed if not given"
    )
    made.add_argument(
        "--peers-venv", type=pathlib.Path, default=ROOT / "build/peers", help="where bench/run.sh --peers put them"
    )
    made.add_argument(
        "--threads", type=int, default=len(os.sched_getaffinity(0)), help="of each library that has threads"
    )
    made.add_argument(
        "--probe", type=float, default=4, help="milliseconds of each measurement of what the machine can do"
    )
    made.add_argument("--seconds", type=float, default=None, help="no case is begun after so long")
    return made


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    document = run(options)
    for path in report.write(document, options.output):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
