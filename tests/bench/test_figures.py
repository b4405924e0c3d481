"""What is made of times: statistics, limits, break-even sizes, the comparison of two runs. On figures that are made up.
Must not know the library."""

import copy
import json
import subprocess
import sys

import analysis
import compare
import limits
import pytest
import results
import timing
from conftest import SIZES, case, figure, made_up


def test_summary():
    found = timing.summary([5.0, 1.0, 2.0, 3.0, 4.0])
    assert found == {"median": 3.0, "q1": 2.0, "q3": 4.0, "least": 1.0, "samples": 5}
    assert timing.summary([7.0])["q3"] == 7.0
    assert timing.spread(found) == pytest.approx(2 / 3)
    # in pairs: a slow spell of the machine that hits both leaves the ratio as it was
    assert timing.ratio([2.0, 20.0, 2.2], [1.0, 10.0, 1.1])["median"] == pytest.approx(2)


def test_enough_runs():
    asked = []

    def seconds(number):
        asked.append(number)
        return number * 1e-5

    number, each = timing.enough_runs(seconds, 0.01)
    assert number * 1e-5 >= 0.01 and each == pytest.approx(1e-5) and len(asked) < 6
    assert timing.enough_runs(lambda n: 0.5 * n, 0.01)[0] == 1


def test_least_time():
    rows = [
        {"pattern": p, "footprint": f, "bytes_per_second": r}
        for p, r in (("read", 1e10), ("copy", 2e10))
        for f in (1 << 10, 1 << 20)
    ]
    bounds = {"bandwidth": rows, "flops": {"float64": 1e9}}
    of = {"reads": 1000, "operations": 10, "peak": None}
    assert limits.least_time(of, 0, bounds)["seconds"] == pytest.approx(1000 / 1e10)
    assert limits.least_time(of, 1000, bounds)["seconds"] == pytest.approx(2000 / 2e10)
    # a quarter written lies half-way, in seconds per byte
    assert limits.rate(bounds, 1 << 15, 0.25) == pytest.approx(1 / (0.5 / 1e10 + 0.5 / 2e10))
    busy = {"reads": 1000, "operations": 10**6, "peak": "float64"}
    assert limits.least_time(busy, 0, bounds) == {"seconds": pytest.approx(1e-3), "bound": "arithmetic", "bytes": 1000}
    assert limits.least_time({"reads": 0, "operations": 10, "peak": None}, 0, bounds) is None
    assert limits.interpolated([0, 1, 3], [5, 7, 11], 2) == 9 and limits.interpolated([0, 1], [5, 7], -3) == 5


def test_break_even():
    here, there = {n: 1e-9 * n for n in SIZES}, {n: 1e-5 for n in SIZES}  # alike at 10^4
    assert analysis.break_even(here, there) == pytest.approx(1e4)
    assert analysis.break_even(here, {n: 1.0 for n in SIZES}) is None
    assert analysis.break_even(here, {n: 1e-12 for n in SIZES}) == 8
    assert analysis.break_even({}, {}) is None
    # it must win from there on: once ahead and then behind is not ahead
    waves = {8: 1e-9, 1000: 1e-4, 10**6: 1e-4, 10**8: 1e-4}
    assert 1000 < analysis.break_even(here, waves) < 10**6


def test_break_evens_of_a_run(document):
    found = {b["function"]: b for b in analysis.break_evens(document)}
    assert set(found) == {"sqrt", "exp"}
    resident, travelling = found["exp"]["resident"], found["exp"]["travelling"]
    assert 5e3 < resident < 3e4  # 1e-5 / 1e-9, and the calls' own cost
    assert (
        travelling > 2 * resident
    )  # 16 bytes an element at 20 GB/s there and back: 0.8 ns of the 1 ns that the CPU takes
    document["sides"].pop("lockstep cuda:0")
    assert analysis.break_evens(document) == []


def test_transfers_grow_with_their_bytes(document):
    moves = document["transfers"]
    seconds = [analysis.transfer_seconds(moves, "to_device", b) for b in (1, 8, 1 << 14, 1 << 20, 1 << 28, 1 << 30)]
    assert seconds == sorted(seconds)
    assert seconds[-1] == pytest.approx(4 * seconds[-2])


def test_rows(document):
    row = analysis.rows(document, "lockstep cpu")[-1]
    assert row["faster"]["numpy"] == pytest.approx(3, rel=0.01) and row["limit"] == pytest.approx(16 / 40, rel=0.01)
    large = [g for g in analysis.by_group(analysis.rows(document, "lockstep cpu"), ["numpy"]) if g["sizes"] == "from"]
    assert large[0]["faster"]["numpy"] == pytest.approx(3, rel=0.01)
    assert [r["size"] for r in analysis.worst(analysis.rows(document, "lockstep cpu"), "numpy", 2)] == [10**8, 10**8]


def test_schema(document, tmp_path):
    assert results.complaints(document) == []
    results.write(document, tmp_path / "results.json")
    assert results.read(tmp_path / "results.json") == document
    for spoil in (
        lambda d: d.update(schema=0),
        lambda d: d.pop("limits"),
        lambda d: d["cases"][0].pop("dtype"),
        lambda d: d["cases"][0]["times"].update(nobody=figure(1.0)),
        lambda d: d["cases"][0]["times"]["numpy"].pop("q1"),
    ):
        spoilt = copy.deepcopy(document)
        spoil(spoilt)
        assert results.complaints(spoilt)
        with pytest.raises(results.BadResults):
            results.write(spoilt, tmp_path / "spoilt.json")


def run_of(seconds, numpys=3e-3):
    return made_up([case("exp", 10**6, {"lockstep cpu": seconds, "numpy": numpys})])


def test_compare():
    old = run_of(1e-3)
    assert [c["factor"] for c in compare.changes(old, run_of(1.5e-3))["slower"]] == [pytest.approx(1.5)]
    assert compare.changes(old, run_of(1.04e-3))["slower"] == []  # less than asked
    assert compare.changes(run_of(1.5e-3), old)["faster"][0]["factor"] == pytest.approx(1 / 1.5)
    # the machine became slower, not the library
    assert compare.changes(old, run_of(1.5e-3, 4.5e-3))["slower"] == []
    assert compare.changes(old, run_of(1.5e-3, 4.5e-3), absolute=True)["slower"]
    noisy = run_of(1.5e-3)
    noisy["cases"][0]["ratios"]["lockstep cpu"]["numpy"].update(q1=1.0, q3=5.0)
    assert compare.changes(old, noisy)["slower"] == []  # within the spread
    assert compare.changes(old, made_up())["compared"] == 1 and compare.changes(made_up(), old)["gone"]


def test_compare_as_a_program(tmp_path):
    names = {
        "old": run_of(1e-3),
        "slow": run_of(2e-3),
        "other": made_up([case("log", 8, {"lockstep cpu": 1e-7, "numpy": 1e-7})]),
    }
    for name, run in names.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(run))
    (tmp_path / "broken.json").write_text("{}")

    def status(*arguments):
        paths = [str(tmp_path / f"{a}.json") for a in arguments]
        out = subprocess.run([sys.executable, "-B", compare.__file__, *paths], capture_output=True, text=True)
        return out.returncode, out.stdout + out.stderr

    assert status("old", "old")[0] == 0
    code, text = status("old", "slow")
    assert code == 1 and "2.00  exp(a)" in text
    assert [status("old", bad)[0] for bad in ("other", "broken", "absent")] == [2, 2, 2]
