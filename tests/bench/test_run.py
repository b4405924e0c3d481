"""A run of few cases from end to end, and its report. What is fast is not asked: no test depends on a time.
Must not know single functions, but those of the cases that are run."""

import importlib.util
import json
import os
import pathlib

import browser
import cases
import main
import pytest
import report
import results
from conftest import made_up

BUILD = pathlib.Path(os.environ.get("LOCKSTEP_BUILD", "build/release")).resolve()
INVENTORY = json.loads((BUILD / "generated/inventory.json").read_text())
needs_chromium = pytest.mark.skipif(
    not browser.chromium() or not importlib.util.find_spec("plotly"), reason="no Chromium, or no plotly"
)


def options(*more):
    few = [
        "--quick",
        "--probe",
        "0.1",
        "--build",
        str(BUILD),
        "--peers",
        "numpy",
        "--peers-venv",
        "/nowhere",
        "--threads",
        "2",
    ]
    return main.parser().parse_args([*few, *more])


@pytest.fixture(scope="module")
def run():
    return main.run(options("--only", "add(a, b)"))


def test_every_operation_of_the_tables_is_measured():
    for plan in (cases.QUICK, cases.FULL):
        found, left_out = cases.all_cases(INVENTORY, plan)
        measured = {(case["function"], case["layout"]) for case in found}
        for row in INVENTORY["functions"]:
            name = row["numpy"].removeprefix("numpy.")
            if row["type"] == "ufunc":
                assert {(name, "contiguous"), (name, "strided")} <= measured
                assert row["ufunc"]["inputs"] == 1 or (name, "broadcast row") in measured
            elif (name, "axis 0") not in measured:
                assert (row["numpy"] in left_out) != any(name == function for function, _ in measured)
        assert {"sum", "max", "argmax"} <= {function for function, layout in measured if layout == "axis 1"}
        assert len({case["id"] for case in found}) == len(found)
    assert len(left_out) < len(INVENTORY["functions"]) / 8, left_out


def test_a_new_row_is_measured_without_an_edit():
    row = next(r for r in INVENTORY["functions"] if r["name"] == "sqrt")
    new = {**row, "name": "cbrt", "numpy": "numpy.cbrt", "symbol": "ls_cbrt"}
    found, _ = cases.all_cases({**INVENTORY, "functions": [*INVENTORY["functions"], new]}, cases.QUICK)
    assert {c["size"] for c in found if c["call"] == "cbrt(a)"} == set(cases.QUICK.sizes)


def test_run(run):
    assert results.complaints(run) == []
    assert {"lockstep cpu", "numpy"} == set(run["sides"]) and "lockstep cuda" in run["skipped"] or len(run["sides"]) > 2
    layouts = {case["layout"] for case in run["cases"] if case["call"] == "add(a, b)"}
    assert {"contiguous", "strided", "broadcast row", "broadcast column", "transposed"} == layouts, run["left_out"]
    for case in run["cases"]:
        assert case["notes"] == {} and case["times"]["numpy"]["median"] > 0 and case["limits"]["cpu"]["seconds"] > 0
    assert {c["call"] for c in run["first_calls"]} == set(main.FIRST_CALLS)
    assert all(flops > 0 for flops in run["limits"]["cpu"]["flops"].values())


def test_calls_of_every_kind():
    """The smallest case of each function: chains of calls, several results, numbers as results, functions that write
    to an argument."""
    workers, _ = main.all_workers(BUILD, pathlib.Path("/nowhere"), 2, {"numpy"})
    found, _ = cases.all_cases(INVENTORY, cases.QUICK)
    smallest = {
        c["function"]: c
        for c in found
        if c["dtype"] == "float64" and c["group"] not in ("element-wise", "layouts")
    }
    chosen = list(smallest.values())
    assert len(chosen) > 50
    problems = []
    for case in chosen:
        facts, notes = {}, {}
        for worker in workers:
            answer = worker.ask("load", case=case, least=1e-6)
            if "error" in answer:
                problems.append((case["id"], answer["error"]))
            else:
                facts[worker.label] = answer["facts"]
        main.different(facts, notes)
        problems += [(case["id"], notes)] if notes and not case["function"].startswith("empty") else []
    for worker in workers:
        worker.stop()
    assert problems == []


def test_a_worker_that_is_lost_costs_one_case():
    workers, skipped = main.all_workers(BUILD, pathlib.Path("/nowhere"), 1, {"numpy", "numexpr", "cupy"})
    assert "cupy" in skipped or any(w.name == "cupy" for w in workers)
    worker = workers[0]
    worker.process.kill()
    assert "ended" in worker.ask("hello")["error"]
    assert worker.ask("hello")["version"]
    assert "error" in worker.ask("load", case={"call": "no_such(a)", "arrays": {}, "size": 1}, least=1e-6)
    for each in workers:
        each.stop()


def test_markdown(run, document):
    text = report.markdown(run)
    assert "| `add(a, b)` | float64 | strided |" in text and "| numpy |" in text
    assert "without lockstep cuda" in text or len(run["sides"]) > 2
    text = report.markdown(document)
    assert "From how many elements a GPU is faster" in text and "## Transfers" in text and "made up <&>" in text


@needs_chromium
def test_page(run, tmp_path):
    """On a machine without a GPU, as this run was, and with one."""
    if not any(side["device"] != "cpu" for side in run["sides"].values()):
        pages = {"without": run, "with": made_up()}
    else:
        pages = {"with": run}
    with browser.Browser() as chromium:
        for name, document in pages.items():
            path = report.write(document, tmp_path / name)[-1]
            for size in browser.SIZES:
                chromium.open(path, size)
                assert chromium.complaints() == [], (name, size)
                assert chromium.evaluate("document.documentElement.scrollWidth") <= browser.SIZES[size][0], (name, size)
                plots = chromium.evaluate("[...document.querySelectorAll('.js-plotly-plot')].map(p => p.id)")
                wanted = {"heat", "roof"} | ({"even", "calls"} if name == "with" else set())
                assert wanted <= set(plots), (name, size, plots)
                assert chromium.evaluate("document.querySelectorAll('#heat .hm image, #heat image').length") == 1
                assert chromium.evaluate("document.querySelectorAll('#roof .point').length") > 0
                note = chromium.evaluate("document.getElementById('even-note').innerText")
                assert ("No GPU on this machine" in note) == (name == "without")
                rows = "[...document.querySelectorAll('#lines tbody tr')].map(r => r.cells[4].innerText)"
                before = chromium.evaluate(rows)
                chromium.evaluate("document.querySelector('#lines th[data-key=seconds]').click()")
                chromium.evaluate("document.querySelector('#lines th[data-key=seconds]').click()")
                after = chromium.evaluate(rows)
                assert len(before) == len(after) > 0 and after != before
                assert chromium.evaluate("document.querySelector('#lines th[aria-sort]').dataset.key") == "seconds"
