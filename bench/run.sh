#!/usr/bin/env bash
# Measures Lockstep beside the peers that are installed and writes results.json, results.md and results.html (bench/README.md).
# Must not know what is measured: main.py does, and takes the arguments. `bench/run.sh --peers` installs peers into build/peers.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. cmake/environment.sh

if [ "${1:-}" = --peers ]; then
    wanted=(-r bench/requirements-peers.txt)
    ! command -v nvidia-smi >/dev/null || wanted+=(-r bench/requirements-peers-gpu.txt)
    say "Installing into build/peers: ${wanted[*]}"
    [ -x build/peers/bin/python ] || "$(find_python)" -m venv build/peers
    build/peers/bin/python -m pip install --disable-pip-version-check "${wanted[@]}" ||
        fail "pip could not install the peers (is PyPI reachable?)"
    exit
fi

for argument in "$@"; do
    case $argument in
        -h | --help | --build | --build=*) exec .venv/bin/python3 -B bench/main.py "$@" ;;  # nothing to build
    esac
done
prepare
build release lockstep_wheel bench
exec .venv/bin/python3 -B bench/main.py "$@"
