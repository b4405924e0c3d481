"""Writes the table as Markdown, JSON and one self-contained HTML page, and prints its summary.
Must not know how the rows were found."""

import collections
import dataclasses
import html
import json
import pathlib

from survey import Row, of_names, parity_kind

COLUMNS = {
    "NumPy Module": "module", "NumPy Function": "function", "Lockstep Function": "symbol", "Dataset ID": "dataset",
    "Device": "device", "Parity": "parity", "Distance": "distance", "Gap Notes": "notes", "Evidence": "evidence",
}
KINDS = ("bits", "ulp", "differs", "error", "missing")
PAGE = pathlib.Path(__file__).with_name("page.html")


def counts(rows: list[Row], names: list[dict]) -> dict[str, collections.Counter]:
    """Per module, NumPy's names by their worst parity; the key "in document" counts the parity document's."""
    parity = of_names(rows)
    table: dict[str, collections.Counter] = {}
    for entry in names:
        counter = table.setdefault(entry["module"], collections.Counter())
        kind = parity[entry["module"], entry["name"]]
        counter["names"] += 1
        counter[kind] += 1
        if entry["in_parity_document"]:
            counter["in document"] += 1
            counter["in document, there"] += kind != "missing"
    return table


def total(table: dict[str, collections.Counter]) -> collections.Counter:
    return sum(table.values(), collections.Counter())


def text_table(header: list[str], lines: list[list], right_from: int) -> str:
    lines = [list(map(str, line)) for line in lines]
    widths = [max(len(line[i]) for line in [header] + lines) for i in range(len(header))]

    def one(line):
        return "  ".join(c.rjust(w) if i >= right_from else c.ljust(w) for i, (c, w) in enumerate(zip(line, widths))).rstrip()

    return "\n".join(map(one, [header] + lines))


def summary(thirteen: list[Row], rows: list[Row], names: list[dict]) -> str:
    """What the terminal shows: the 13 rows, counts per module, and the rows that fail."""
    first = text_table(["NumPy", "symbol", "dataset", "device", "parity", "evidence"],
                       [[r.function, r.symbol, r.dataset, r.device, r.parity, r.evidence[:70]] for r in thirteen], 9)
    table = counts(rows, names)
    lines = [[module, c["names"], *(c[k] for k in KINDS)] for module, c in table.items() if c["names"] > c["missing"]]
    empty = [c for c in table.values() if c["names"] == c["missing"]]
    lines.append([f"{len(empty)} other modules", *(total(dict(enumerate(empty)))[k] for k in ("names", *KINDS))])
    everything = total(table)
    lines.append(["all", everything["names"], *(everything[k] for k in KINDS)])
    second = text_table(["module", "names", *KINDS], lines, 1)
    failed = [r for r in thirteen + rows if r.failed]
    third = "".join(f"\n{r.parity}: {r.module}.{r.function} ({r.symbol}) {r.dataset} {r.device}: {r.evidence}" for r in failed[:60])
    if len(failed) > 60:
        third += f"\n... and {len(failed) - 60} more"
    document = f"{everything['in document, there']} of the parity document's {everything['in document']} names are there."
    return f"{first}\n\nNumPy's names by their worst row:\n{second}\n{document}\n{third}"


def write(folder: pathlib.Path, thirteen: list[Row], rows: list[Row], names: list[dict], about: dict):
    folder.mkdir(parents=True, exist_ok=True)
    table = counts(rows, names)
    content = {"about": about, "counts": table, "thirteen": list(map(dataclasses.asdict, thirteen)),
               "rows": list(map(dataclasses.asdict, rows))}
    (folder / "audit.json").write_text(json.dumps(content, indent=1) + "\n")
    (folder / "audit.md").write_text(_markdown(thirteen, rows, table, about))
    (folder / "audit.html").write_text(_page(thirteen, rows, table, about))


def _markdown(thirteen, rows, table, about) -> str:
    def line(cells):
        return "| " + " | ".join(str(c).replace("|", "\\|").replace("\n", " ") for c in cells) + " |"

    def block(header, body):
        return "\n".join([line(header), line(["---"] * len(header)), *map(line, body)])

    columns = list(COLUMNS)
    cells = [[getattr(r, a) for a in COLUMNS.values()] for r in rows]
    parts = [
        "# Lockstep against NumPy", "\n".join(f"- {k}: {v}" for k, v in about.items()),
        "## The 13 rows, through libnumpy.so",
        block(columns, [[getattr(r, a) for a in COLUMNS.values()] for r in thirteen]),
        "## NumPy's names by their worst row",
        block(["module", "names", *KINDS], [[m, c["names"], *(c[k] for k in KINDS)] for m, c in table.items()]),
        "## All names, through liblockstep.so", block(columns, cells),
    ]
    return "\n\n".join(parts) + "\n"


def _page(thirteen, rows, table, about) -> str:
    def cell(label, value):
        return f'<td data-label="{html.escape(label)}">{html.escape(str(value))}</td>'

    def row(r: Row):
        cells = "".join(cell(label, getattr(r, a)) for label, a in COLUMNS.items())
        return f'<tr class="{parity_kind(r)}">{cells}</tr>'

    def count_row(name, c):
        return "<tr>" + cell("module", name) + "".join(cell(k, c[k]) for k in ("names", *KINDS)) + "</tr>"

    head = "".join(f"<th>{html.escape(c)}</th>" for c in COLUMNS)
    count_head = "".join(f"<th>{c}</th>" for c in ("module", "names", *KINDS))
    values = {
        "ABOUT": "".join(f"<dt>{html.escape(k)}</dt><dd>{html.escape(str(v))}</dd>" for k, v in about.items()),
        "HEAD": head,
        "THIRTEEN": "\n".join(map(row, thirteen)),
        "COUNT_HEAD": count_head,
        "COUNTS": "\n".join([count_row("all", total(table)), *(count_row(m, c) for m, c in table.items())]),
        "ROWS": "\n".join(map(row, rows)),
        "KINDS": "".join(f'<label><input type="checkbox" value="{k}" checked>{k}</label>' for k in KINDS),
    }
    page = PAGE.read_text()
    for key, value in values.items():
        page = page.replace(f"@{key}@", value)
    return page
