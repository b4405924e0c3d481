#!/usr/bin/env bash
# Builds the release preset and runs the audit against NumPy: `./run.sh [audit's arguments]`. Needs Debian 12 or the like.
# Must not know what the audit compares. Exit status 0: every function that exists agrees with NumPy.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
. cmake/environment.sh

prepare
build release lockstep_wheel  # the libraries, the CUDA backend where CUDA is found, the Python package
# importable in .venv: the build tree's package
echo "$PWD/build/release/python" >"$(.venv/bin/python3 -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/lockstep.pth"
say "Auditing against NumPy"
.venv/bin/python3 capi/audit/main.py --build build/release --output build/audit "$@"
