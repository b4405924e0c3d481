# Generates lockstep.h, lockstep.hpp, the C wrappers, the C++ declarations and the inventory from runtime/tables/.
# Must not know what a function computes. Usage: main.py --source DIR --output DIR; Python 3.11, standard library only.
import argparse
import sys
from pathlib import Path

import c_header
import c_wrappers
import cpp_declarations
import cpp_wrapper
import inventory
import python_functions
import python_stubs
import python_tables
import tables
from texts import fill


def generate(source: Path) -> dict[str, str]:
    """The generated files: path below the output folder -> text."""
    api = tables.read(source)
    template = (source / "capi/lockstep.h.in").read_text()
    for part in ("devices", "random"):
        template = template.replace(f"@{part.upper()}@\n", (source / f"capi/lockstep_{part}.h.in").read_text())
    header = fill(template, "capi/lockstep.h.in", c_header.sections(api))
    base = c_header.prototypes(template)
    tables.refuse_twice([f.symbol for f in api.functions] + [p.name for p in base])
    files = {
        "include/lockstep/lockstep.h": header,
        "include/lockstep/lockstep.hpp": fill(
            (source / "capi/lockstep.hpp.in").read_text(), "capi/lockstep.hpp.in", cpp_wrapper.sections(api)
        ),
        "include/lockstep/libnumpy.h": (source / "capi/libnumpy.h.in").read_text(),
        "runtime/numpy/functions.h": cpp_declarations.text(api),
        "inventory.json": inventory.text(api, base, header),
    }
    for chapter in api.chapters:
        files[f"capi/wrappers_{chapter.name}.cpp"] = c_wrappers.text(chapter)
    files["capi/layout.cpp"] = c_wrappers.layout_text(api)
    python = python_tables.read(source, api)
    files.update(python_functions.files(api, python) | python_stubs.files(source, api, python))
    return files


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True, help="root of the project")
    parser.add_argument("--output", type=Path, required=True, help="folder for the generated files")
    options = parser.parse_args()
    try:
        files = generate(options.source)
    except tables.TableError as error:
        print(f"generate: {error}", file=sys.stderr)
        return 1
    for name, text in files.items():
        path = options.output / name
        if path.exists() and path.read_text() == text:
            continue  # keeps its time: nothing that depends on it is compiled again
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
