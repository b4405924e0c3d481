"""The parts that run.sh leaves in a folder as one dated record: DATE-gpu.json with everything, DATE-gpu.md to read.
Must not know how the parts came about, beyond their names. Exit status 1: something differs, failed or was left out.
"""

import argparse
import datetime
import json
import pathlib
import sys
import xml.etree.ElementTree as xml


def read(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        return {"missing": str(error)}


def conformance(folder):
    """The shards added up."""
    files = sorted(folder.glob("conformance.*.json"))
    groups, differences, left_out, fallbacks, seeds = {}, [], set(), 0, []
    for file in files:
        part = read(file)
        for name, counts in part.get("groups", {}).items():
            total = groups.setdefault(name, dict.fromkeys(counts, 0))
            for key, value in counts.items():
                total[key] += value
        differences += part.get("differences", [])
        left_out |= set(part.get("left_out", []))
        fallbacks += part.get("fallbacks", 0)
        seeds.append(part.get("seed"))
    return {"processes": len(files), "groups": groups, "left_out": sorted(left_out), "fallbacks": fallbacks, "seeds": seeds,
            "differences": differences[:100]}


def table(folder):
    total = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    failed = []
    for file in sorted(folder.glob("table.*.xml")):
        try:
            root = xml.parse(file).getroot()
        except xml.ParseError as error:
            failed.append(f"{file.name}: {error}")
            continue
        for suite in root.iter("testsuite"):
            for key in total:
                total[key] += int(suite.get(key, 0))
        for case in root.iter("testcase"):
            for problem in [*case.iter("failure"), *case.iter("error")]:
                failed.append(f"{case.get('classname')}::{case.get('name')}: {(problem.get('message') or '')[:400]}")
    text = folder / "table.txt"
    chosen = lines_of(folder, "table_chosen.txt")
    return {**total, "chosen": int(chosen[0]) if chosen else 0, "failed": failed[:100],
            "text": text.read_text().splitlines()[:100] if text.exists() else []}


def lines_of(folder, name):
    path = folder / name
    return path.read_text().splitlines() if path.exists() else []


def number(x, form):
    return "" if x is None else format(x, form)


def figures(bench):
    yield "| what | ms | GB/s | of copy | TFLOP/s | CuPy's time / ours |"
    yield "|---|---|---|---|---|---|"
    for row in bench.get("rows", []):
        if "error" in row or "left_out" in row:
            yield f"| {row['name']} | {row.get('error') or row['left_out']} | | | | |"
        elif "seconds" in row:
            yield (f"| {row['name']} | {row['seconds'] * 1e3:.4g} | {number(row.get('gb_per_s'), '.0f')} | "
                   f"{number(row.get('of_copy'), '.1%')} | {number(row.get('tflop_per_s'), '.3g')} | "
                   f"{number(row.get('cupy_over_ours'), '.2f')} |")
    yield ""
    for row in bench.get("rows", []):
        for unit in ("us", "kernels"):
            if unit in row:
                yield f"- {row['name']}: {row[unit]:.4g} {unit}"


def markdown(r):
    e = r["environment"]
    manifest = e.get("manifest", {})
    yield f"# Lockstep on {e.get('gpu') or r['device']}, {r['date']}"
    yield ""
    yield (f"Commit {manifest.get('commit', 'unknown')} ({manifest.get('changed', '?')} files changed), "
           f"built {manifest.get('built')}; {e.get('system')}; Python {e.get('python')}; {r['seconds']} s in all.")
    yield ""
    yield "```"
    yield e.get("info", e.get("missing", "")).strip()
    yield "```"
    c = r["conformance"]
    yield ""
    yield "## The same on the device and on the CPU"
    yield ""
    yield "| group | cases | different | refused alike |"
    yield "|---|---|---|---|"
    for name, g in c["groups"].items():
        yield f"| {name} | {g['cases']} | {g['different']} | {g['refused']} |"
    yield ""
    yield f"{c['processes']} processes; left out for want of time: {', '.join(c['left_out']) or 'nothing'}; calls that fell " \
          f"back to the CPU: {c['fallbacks']}. Products and transforms: within the contract's bound; all else: bits."
    yield from (f"- {d}" for d in c["differences"][:20])
    yield from (f"- {line}" for line in r["primitives"])
    t = r["table"]
    yield ""
    yield "## The same as NumPy (tests/table)"
    yield ""
    yield f"{t['tests']} of {t['chosen']} tests ran: {t['failures']} failures, {t['errors']} errors."
    yield from (f"- {f}" for f in t["failed"][:20])
    yield ""
    yield "## compute-sanitizer"
    yield ""
    yield from (f"- {line}" for line in r["sanitizer"] or ["not run"])
    yield ""
    yield f"## Figures (copy bandwidth {number(r['bench'].get('copy_gb_per_s'), '.0f')} GB/s, CuPy {r['bench'].get('cupy')})"
    yield ""
    yield from figures(r["bench"])
    for row in r["package"].get("rows", []):
        yield f"- {row['name']}: {row['us']:.3g} us" + (f", CuPy {row['cupy_us']:.3g} us" if "cupy_us" in row else "")
    problems = r["package"].get("wrong", []) or [r["package"].get("missing", "")]
    yield from (f"- Python package: {line}" for line in problems if line)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--seconds", type=int, default=0)
    arguments = parser.parse_args()
    folder, now = arguments.results, datetime.datetime.now(datetime.timezone.utc)
    record = {"date": now.strftime("%Y-%m-%d"), "time": now.strftime("%H:%M:%SZ"), "device": arguments.device,
              "seconds": arguments.seconds, "environment": read(folder / "environment.json"),
              "bench": read(folder / "bench.json"),
              "package": read(folder / "package.json"),
              "primitives": lines_of(folder, "primitives.txt"), "conformance": conformance(folder), "table": table(folder),
              "sanitizer": lines_of(folder, "sanitizer.txt"),
              "sanitizer_logs": {p.name: p.read_text()[:20000] for p in folder.glob("sanitizer-*.log")}}
    kind = "gpu" if arguments.device.startswith("cuda") else "rehearsal"
    stem = arguments.output / f"{record['date']}-{kind}"
    stem.with_suffix(".json").write_text(json.dumps(record, indent=1) + "\n")
    stem.with_suffix(".md").write_text("\n".join(markdown(record)) + "\n")
    print(f"{stem}.json, {stem}.md")
    groups = record["conformance"]["groups"].values()
    cases, different = sum(g["cases"] for g in groups), sum(g["different"] for g in groups)
    bad = record["table"]["failures"] + record["table"]["errors"]
    print(f"{cases} cases against the CPU, {different} different; {record['table']['tests']} tests against NumPy, "
          f"{bad} not passed; {len(record['bench'].get('rows', []))} figures")
    complete = cases and record["table"]["tests"] >= max(1, record["table"]["chosen"]) and not record["conformance"]["left_out"]
    return 0 if complete and not different and not bad and not record["package"].get("wrong") else 1


if __name__ == "__main__":
    sys.exit(main())
