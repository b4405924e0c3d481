"""The audit: Lockstep's libraries against NumPy in this process, by their C symbols only.
Must not know single functions. Exit status: 0 when every row that exists agrees, 1 when one differs or errs, 2 when the
libraries cannot be loaded.

    .venv/bin/python3 capi/audit/main.py --build build/release --output build/audit
"""

import argparse
import datetime
import pathlib
import platform
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "capi/ctypes_abi"), str(ROOT / "datasets")]

import numpy as np  # noqa: E402
from tqdm import tqdm  # noqa: E402

import loader  # noqa: E402
import report  # noqa: E402
from survey import Survey  # noqa: E402


def processor() -> str:
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def main() -> int:
    parser = argparse.ArgumentParser(description="Compares Lockstep with NumPy, function by function.")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release", help="folder with lib/ and generated/")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "build/audit", help="where audit.{md,json,html} go")
    parser.add_argument("--only", default="", help="only NumPy's names that contain this text")
    options = parser.parse_args()
    try:
        survey = Survey(options.build, loader.load_all(), ROOT / "datasets/numpy_api.csv")
    except OSError as error:
        print(f"audit: {error}", file=sys.stderr)
        return 2
    names = [n for n in survey.names if options.only in f"{n['module']}.{n['name']}"]
    thirteen = survey.thirteen()
    rows = []
    for entry in tqdm(names, desc="auditing", unit="name", disable=not sys.stderr.isatty()):
        rows += survey.rows_for(entry)
    about = {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "Lockstep": survey.library.c.ls_version().decode(),
        "NumPy": np.__version__,
        "devices": ", ".join(survey.devices),
        "processor": processor(),
    }
    report.write(options.output, thirteen, rows, names, about)
    print(report.summary(thirteen, rows, names))
    print(f"\nwritten: {options.output}/audit.md, audit.json, audit.html")
    return int(any(row.failed for row in thirteen + rows))


if __name__ == "__main__":
    sys.exit(main())
