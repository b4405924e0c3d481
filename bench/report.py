"""The report of a run: a Markdown table, and one HTML page with everything inside it.
Must not know how figures were measured; what follows from them is analysis.py's.

    python bench/report.py build/bench/results.json [FOLDER]
"""

import html
import importlib.util
import json
import pathlib
import sys

import analysis
import results

HERE = pathlib.Path(__file__).resolve().parent
GIB = 1 << 30


def seconds_text(seconds: float) -> str:
    for unit, scale in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f} %"


def times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"


def machine_text(document: dict) -> str:
    m = document["machine"]
    gpu = f"; {', '.join(m['gpus'])}" if m["gpus"] else ""
    return (
        f"{m['processor']}, {m['processors']} processors, {m['caches']}, {m['memory_bytes'] / GIB:.0f} GiB{gpu}; "
        f"{m['system']}, "
        f"Python {m['python']}; commit {m['commit']}; load at the start {m['load_at_start']}"
    )


def limits_text(document: dict) -> list[str]:
    lines = []
    for device, limit in document["limits"].items():
        largest = max((r["footprint"] for r in limit["bandwidth"]), default=0)
        rates = [
            f"{r['pattern']} {r['bytes_per_second'] / 1e9:.1f} GB/s"
            for r in limit["bandwidth"]
            if r["footprint"] == largest
        ]
        flops = [f"{dtype} {rate / 1e9:.0f} GFLOP/s" for dtype, rate in limit["flops"].items()]
        lines.append(f"{device}: {', '.join(rates)} over {largest >> 20} MiB; {', '.join(flops)} ({limit['from']})")
    return lines


# ---- Markdown ----


def table(header: list[str], body: list[list]) -> list[str]:
    return [
        "| " + " | ".join(header) + " |",
        "|" + "---|" * len(header),
        *("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in body),
        "",
    ]


def line_of(row: dict, peers: list[str]) -> list:
    return [
        f"`{row['call']}`",
        row["dtype"],
        row["layout"],
        f"{row['size']:,}",
        seconds_text(row["seconds"]),
        f"{100 * row['spread']:.0f} %",
        percent(row["limit"]),
        *(times(row["faster"].get(p)) for p in peers),
    ]


def markdown(document: dict, every_line: bool = True) -> str:
    """The whole table, or without the list of every line: a record to keep."""
    peers = analysis.peer_labels(document)
    text = [f"# Benchmarks, {document['date'][:10]}, {document['mode']}", "", machine_text(document), ""]
    text += [
        f"{len(document['cases'])} cases in {document['seconds']:.0f} s. Times are medians of interleaved samples, "
        f"the spread the "
        "distance of the quartiles. A library's column: how many times longer it takes than Lockstep (above 1 "
        "Lockstep is faster), "
        "the median of pairs of samples. Limit: the share of the least time that this machine would need for the "
        "bytes, or the "
        "arithmetic.",
        "",
    ]
    text += table(
        ["library", "version", "threads", "form"],
        [[label, s["version"], s["threads"], s["form"]] for label, s in document["sides"].items()],
    )
    text += [f"- without {label}: {why}" for label, why in document["skipped"].items()]
    text += [f"- limit of {line}" for line in limits_text(document)]
    if document["left_out"]:
        text.append(f"- left out: {len(document['left_out'])} cases, {counted(document['left_out'])}")
    if document["unmeasured"]:
        text.append(f"- functions in no case: {', '.join(sorted(document['unmeasured']))}")
    text.append("")
    head = ["call", "dtype", "layout", "elements", "time", "spread", "of the limit", *peers]
    for ours in analysis.our_labels(document):
        lines = analysis.rows(document, ours)
        text += [f"## {ours}", "", "Geometric means of each group's lines; of the limit: the median.", ""]
        text += table(
            ["group", "elements", "lines", "of the limit", *peers],
            [
                [
                    g["group"],
                    "10^6 and more" if g["sizes"] == "from" else "fewer",
                    g["lines"],
                    percent(g["limit"]),
                    *(times(g["faster"][p]) for p in peers),
                ]
                for g in analysis.by_group(lines, peers)
            ],
        )
        for peer in peers[:1]:
            text += [
                f"### The ten worst beside {peer}",
                "",
                *table(head, [line_of(r, peers) for r in analysis.worst(lines, peer)]),
            ]
        text += [
            "### The ten furthest from the limit, of 10^6 elements and more",
            "",
            *table(head, [line_of(r, peers) for r in analysis.furthest(lines)]),
        ]
        if every_line:
            text += ["### All lines", "", *table(head, [line_of(r, peers) for r in lines])]
    text += extras(document)
    return "\n".join(text) + "\n"


def counted(left_out: dict) -> str:
    whys = list(left_out.values())
    return "; ".join(f"{whys.count(why)} as {why}" for why in dict.fromkeys(whys))


def extras(document: dict) -> list[str]:
    text = []
    if document["calls"]:
        text += [
            "## A call from C, eight numbers",
            "",
            *table(
                ["call", "time", "spread"],
                [
                    [
                        c["name"],
                        seconds_text(c["seconds"]["median"]),
                        f"{100 * analysis.timing.spread(c['seconds']):.0f} %",
                    ]
                    for c in document["calls"]
                ],
            ),
        ]
    if document["first_calls"]:
        text += [
            "## The first call in a process, caches of kernels empty",
            "",
            *table(
                ["library", "call", "first", "second"],
                [
                    [c["side"], f"`{c['call']}`", seconds_text(c["seconds"]), seconds_text(c["again"])]
                    for c in document["first_calls"]
                ],
            ),
        ]
    if document["transfers"]:
        text += [
            "## Transfers",
            "",
            *table(
                ["library", "bytes", "to the device", "to the host"],
                [
                    [
                        t["side"],
                        f"{t['bytes']:,}",
                        seconds_text(t["to_device"]["median"]),
                        seconds_text(t["to_host"]["median"]),
                    ]
                    for t in document["transfers"]
                ],
            ),
        ]
    found = analysis.break_evens(document)
    if found:

        def cell(size):
            return "never" if size is None else f"{size:,.0f}"

        text += [
            "## From how many elements a GPU is faster than the CPU",
            "",
            *table(
                ["operation", "dtype", "layout", "device", "arrays there already", "sent and fetched"],
                [
                    [
                        f"`{b['function']}`",
                        b["dtype"],
                        b["layout"],
                        b["side"],
                        cell(b["resident"]),
                        cell(b["travelling"]),
                    ]
                    for b in found
                ],
            ),
        ]
    return text


# ---- the page ----


def plotly() -> str:
    """The library's script, from PyPI's package plotly."""
    spec = importlib.util.find_spec("plotly")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the page needs PyPI's package plotly: .venv/bin/pip install plotly")
    return (pathlib.Path(spec.origin).parent / "package_data/plotly.min.js").read_text(encoding="utf-8")


def page_data(document: dict) -> dict:
    """What the page's script draws."""
    peers = analysis.peer_labels(document)
    ours = {}
    for label in analysis.our_labels(document):
        lines = analysis.rows(document, label)
        ours[label] = {
            "rows": lines,
            "groups": analysis.by_group(lines, peers),
            "roofline": analysis.roofline(document, label),
            "worst": {p: [r["id"] for r in analysis.worst(lines, p)] for p in peers},
            "furthest": [r["id"] for r in analysis.furthest(lines)],
            "device": document["sides"][label]["device"],
        }
    gpu = [label for label in ours if ours[label]["device"] != "cpu"]
    why = next(
        (w for label, w in document["skipped"].items() if label.startswith("lockstep")), "not measured in this run"
    )
    return {
        "ours": ours, "peers": peers, "limits": document["limits"], "calls": document["calls"], "gpu": gpu,
        "why_no_gpu": why,
        "break_even": analysis.break_evens(document), "transfers": document["transfers"],
        "first_calls": document["first_calls"],
    }  # fmt: skip


def page(document: dict) -> str:
    sides = [
        f"<li><b>{html.escape(label)}</b> {html.escape(str(s['version']))}, {s['threads']} "
        f"thread{'s' * (s['threads'] != 1)}: "
        f"{html.escape(s['form'])}</li>"
        for label, s in document["sides"].items()
    ]
    sides += [
        f"<li class=skipped><b>{html.escape(label)}</b> not measured: {html.escape(why)}</li>"
        for label, why in document["skipped"].items()
    ]
    left = (
        f"{len(document['left_out'])} cases were left out ({counted(document['left_out'])})."
        if document["left_out"]
        else ""
    )
    filled = {
        "DATE": html.escape(document["date"][:10]), "MODE": document["mode"], "CASES": f"{len(document['cases']):,}",
        "SECONDS": f"{document['seconds']:.0f}", "MACHINE": html.escape(machine_text(document)),
        "SIDES": "\n".join(sides),
        "LIMITS": "".join(f"<li>Limit of {html.escape(line)}</li>" for line in limits_text(document)),
        "LEFT_OUT": html.escape(left),
        "DATA": json.dumps(page_data(document), separators=(",", ":")).replace("</", "<\\/"),
        "SCRIPT": (HERE / "page.js").read_text(encoding="utf-8"), "PLOTLY": plotly().replace("</script", "<\\/script"),
    }  # fmt: skip
    parts = (HERE / "page.html").read_text(encoding="utf-8").split("@@")  # text, name, text, name, ..., text
    return "".join(filled[part] if i % 2 else part for i, part in enumerate(parts))


def write(document: dict, folder: pathlib.Path) -> list[pathlib.Path]:
    """results.json, results.md, record.md (without the list of every line) and results.html in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in ("results.json", "results.md", "record.md", "results.html")]
    results.write(document, paths[0])
    paths[1].write_text(markdown(document), encoding="utf-8")
    paths[2].write_text(markdown(document, every_line=False), encoding="utf-8")
    try:
        paths[3].write_text(page(document), encoding="utf-8")
    except ModuleNotFoundError as missing:
        print(f"no page: {missing}", file=sys.stderr)
        return paths[:3]
    return paths


def main(arguments: list[str]) -> int:
    if not 1 <= len(arguments) <= 2:
        print(__doc__, file=sys.stderr)
        return 2
    source = pathlib.Path(arguments[0])
    for path in write(results.read(source), pathlib.Path(arguments[1]) if arguments[1:] else source.parent):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
