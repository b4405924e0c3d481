"""The file of a run: JSON with a schema number; how it is read, checked and written.
Must not know how its figures came about, or what is made of them."""

import json
import pathlib

SCHEMA = 1
FIGURE = {"median": float, "q1": float, "q3": float, "least": float, "samples": int}  # timing.summary
CASE = {
    "id": str, "group": str, "function": str, "call": str, "dtype": str, "layout": str, "size": int, "operations": int,
    "reads": int, "written": int, "limits": dict, "times": dict, "ratios": dict, "notes": dict,
}  # fmt: skip
DOCUMENT = {
    "schema": int, "date": str, "mode": str, "seconds": float, "machine": dict, "sides": dict, "skipped": dict,
    "limits": dict,
    "cases": list, "calls": list, "transfers": list, "first_calls": list, "left_out": dict, "unmeasured": dict,
}  # fmt: skip
# sides: {label: {name, device, version, threads, form}}, a label as in times: "lockstep cpu", "numpy", "jax cpu".
# case: reads, written are bytes; limits {device: {seconds, bound, bytes}}; times {label: FIGURE, seconds}; ratios
# {our label: {their label: FIGURE}},
#   how many times longer theirs takes; notes {label: why it has no time}.
# calls: {name, seconds: FIGURE}; transfers: {side, bytes, to_device: FIGURE, to_host: FIGURE};
# first_calls: {side, call, seconds, again}; left_out: {case: why}; unmeasured: {function: why}.


class BadResults(Exception):
    """The file is not what this version reads."""


def lacking(value: dict, schema: dict, where: str) -> list[str]:
    complaints = []
    for key, kind in schema.items():
        accepted = (int, float) if kind is float else kind
        if not isinstance(value.get(key), accepted):
            complaints.append(f"{where}: {key} should be {kind.__name__}, is {type(value.get(key)).__name__}")
    return complaints


def complaints(document: dict) -> list[str]:
    """What is wrong with a run's file; empty when nothing is."""
    if document.get("schema") != SCHEMA:
        return [f"schema {document.get('schema')}, expected {SCHEMA}"]
    found = lacking(document, DOCUMENT, "document")
    if found:
        return found
    for case in document["cases"]:
        where = str(case.get("id"))
        wrong = lacking(case, CASE, where)
        if not wrong:
            figures = [*case["times"].items(), *((k, f) for r in case["ratios"].values() for k, f in r.items())]
            for label, figure in figures:
                wrong += lacking(figure, FIGURE, f"{where}, {label}")
                if label not in document["sides"]:
                    wrong.append(f"{where}: {label} is none of the sides")
        found += wrong
    return found


def read(path) -> dict:
    try:
        document = json.loads(pathlib.Path(path).read_text())
    except (OSError, ValueError) as error:
        raise BadResults(f"{path}: {error}") from error
    wrong = complaints(document)
    if wrong:
        raise BadResults(f"{path}: {wrong[0]}" + (f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""))
    return document


def write(document: dict, path: pathlib.Path):
    wrong = complaints(document)
    if wrong:
        raise BadResults(wrong[0])
    path.write_text(json.dumps(document, indent=1) + "\n")
