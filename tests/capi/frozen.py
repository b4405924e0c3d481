# Compares the exported symbols, or the constants and structures, with a frozen list: it may grow, never lose or change.
# Must not know what any of it means. Usage: frozen.py exports LIST NM LIBRARY... | frozen.py layout LIST INVENTORY
# With LOCKSTEP_FREEZE=1 in the environment new entries are written to the list, at its end.
import json
import os
import subprocess
import sys


def exports(nm: str, libraries: list[str]) -> list[str]:
    found = []
    for library in libraries:
        text = subprocess.run([nm, "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
        name = os.path.basename(library).split(".")[0]
        found += [f"{name} {line.split()[-1]}" for line in text.splitlines()]
    return found


def layout(inventory: str) -> list[str]:
    content = json.load(open(inventory))
    lines = [f"abi_version {content['abi_version']}"]
    lines += [f"dtype {d['name']} {d['number']}" for d in content["dtypes"]]
    lines += [f"status {s['name']} {s['number']}" for s in content["statuses"]]
    lines += [f"op {f['name']} {f['ufunc']['number']}" for f in content["functions"] if f["type"] == "ufunc"]
    for s in content["structures"]:
        lines += [f"field {s['name']}.{f['name']} {f['type']} at {f['offset']}" for f in s["fields"]]
    for f in content["functions"] + content["base"]:
        lines.append(f"function {f['symbol']}({', '.join(p['type'] for p in f['c_parameters'])})")
    return lines


def main() -> int:
    mode, path, *rest = sys.argv[1:]
    now = exports(rest[0], rest[1:]) if mode == "exports" else layout(rest[0])
    frozen = [line for line in open(path).read().splitlines() if not line.startswith("#")]
    gone = [line for line in frozen if line not in now]
    new = [line for line in now if line not in frozen]
    for line in gone:
        print(f"gone or changed: {line}")
    if new and os.environ.get("LOCKSTEP_FREEZE"):
        with open(path, "a") as file:
            file.write("\n".join(new) + "\n")
        new = []
    for line in new:
        print(f"new, not in {os.path.basename(path)}: {line}")
    if new:
        print("freeze new entries by LOCKSTEP_FREEZE=1 with the same command")
    return 1 if gone or new else 0


sys.exit(main())
