#!/usr/bin/env bash
# Everything that is to be known of a GPU, in one go and below eight minutes: figures, conformance, sanitizers, a dated record.
# Must not know what bundle.sh collects beyond its layout. Lies in the bundle's tests/gpu/; needs Python 3.12, NumPy; uses CuPy
# and compute-sanitizer where they are. Nothing is fetched or installed.
#
#   tests/gpu/run.sh [--device cuda|sim] [--output FOLDER] [--minutes N] [--quick]
#                    [--stages "bench conformance table sanitizer"]
#
# The stage `suite`, not among these: bench/main.py beside the libraries that are there, for what is left of the time; its files
# go to FOLDER/suite.
# --quick: tiny sizes, for a rehearsal (--device sim implies it). The record is FOLDER/DATE-gpu.json and .md.
set -uo pipefail
bundle=$(readlink -f "$(dirname "$(readlink -f "$0")")/../..")
device=cuda output=$bundle/tests/gpu/records minutes=8 stages="bench conformance table sanitizer" quick=
while [ $# -gt 0 ]; do
    case $1 in
        --device) device=$2; shift 2 ;;
        --output) output=$2; shift 2 ;;
        --minutes) minutes=$2; shift 2 ;;
        --stages) stages=$2; shift 2 ;;
        --quick) quick=1; shift ;;
        *) printf 'run: unknown argument %s\n' "$1" >&2; exit 2 ;;
    esac
done
case $device in sim*) quick=1 ;; esac
[ -e "$bundle/manifest.json" ] || { printf 'run: %s is no bundle: tests/gpu/bundle.sh makes one\n' "$bundle" >&2; exit 2; }

start=$(date +%s)
left() { echo $((minutes * 60 - ($(date +%s) - start))); }
say() { printf '\n== [%ds] %s\n' $(($(date +%s) - start)) "$*"; }
# within SECONDS COMMAND...: no longer than that, nor than what is left, of which the last 20 s are the record's
within() {
    local most=$1 rest
    shift
    rest=$(($(left) - 20))
    [ "$rest" -gt "$most" ] || most=$rest
    [ "$most" -gt 5 ] || { echo "no time left for: $*"; return 124; }
    timeout --signal=INT --kill-after=8 "$most" "$@"
}

mkdir -p "$output"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
results=$work/results
mkdir -p "$results"
processes=$(nproc)
[ "$processes" -le 12 ] || processes=12
export LOCKSTEP_DEVICE=$device PYTHONDONTWRITEBYTECODE=1 LOCKSTEP_CACHE_DIR=$work/kernels

# ---- Libraries that load here: those of the bundle, else built from its tree ----
build=$bundle
loads() {
    local program="import ctypes; ctypes.CDLL('$1/lib/liblockstep.so').ls_abi_version()"
    LD_LIBRARY_PATH=$1/lib python3 -c "$program" 2>"$work/load.txt"
}
if ! loads "$bundle"; then
    say "The bundle's libraries do not load ($(tail -n 1 "$work/load.txt")): building them here"
    mkdir -p "$work/tree" "$work/headers"
    tar -xzf "$bundle/tree.tar.gz" -C "$work/tree" && tar -xzf "$bundle/headers.tar.gz" -C "$work/headers"
    # oneTBB as its CMake package would describe it
    mkdir -p "$work/tbb"
    printf 'add_library(TBB::tbb SHARED IMPORTED)\nset_target_properties(TBB::tbb PROPERTIES\n%s "%s"\n%s "%s")\n' \
        IMPORTED_LOCATION "$(ls "$bundle"/lib/libtbb.so*)" INTERFACE_INCLUDE_DIRECTORIES "$work/headers" \
        >"$work/tbb/TBBConfig.cmake"
    within 240 bash -c "cmake -S '$work/tree' -B '$work/build' -G Ninja -DCMAKE_BUILD_TYPE=Release -DLOCKSTEP_TESTS=OFF \
        -DLOCKSTEP_BENCH=OFF -DTBB_DIR='$work/tbb' -DCMAKE_INCLUDE_PATH='$work/headers' -DCMAKE_LIBRARY_PATH='$bundle/lib' \
        >'$work/build.txt' 2>&1 &&
        cmake --build '$work/build' --parallel $(nproc) --target lockstep lockstep_cuda lockstep_kernels \
        >>'$work/build.txt' 2>&1"
    build=$work/build
    cp -n "$bundle"/lib/libtbb.so* "$build/lib/"
    loads "$build" || { tail -n 30 "$work/build.txt"; say "no library loads here"; exit 1; }
fi
export LD_LIBRARY_PATH=$build/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

# ---- The oracle: NumPy of the bundle where this is the Python that it is for, else the one there ----
site=$work/site
mkdir -p "$site"
version=$(python3 -c 'import sys; print("cp%d%d" % sys.version_info[:2])')
if compgen -G "$bundle/wheels/numpy-*-$version-*.whl" >/dev/null; then
    for wheel in "$bundle"/wheels/*.whl; do python3 -m zipfile -e "$wheel" "$site"; done
else
    say "The bundle's NumPy is not for this Python ($version): comparing with the NumPy there"
fi
oracle=(env "PYTHONPATH=$site:$bundle/capi/ctypes_abi:$bundle/tests/table" python3)
pyoracle=$("${oracle[@]}" -c 'import numpy, pytest, ml_dtypes; print(numpy.__version__)' 2>&1 | tail -n 1)
say "device $device, $processes processes, NumPy $pyoracle as the oracle, at most $minutes minutes"

within 60 "${oracle[@]}" "$bundle/tests/gpu/environment.py" "$build" "$device" "$bundle/manifest.json" \
    >"$results/environment.json"
cat "$results/environment.json"

has() { case " $stages " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

# shards NAME SECONDS COMMAND...: a process for each processor, side by side; {i} in the command is which one. At the end of
# its time a process is interrupted, so that it may write what it has.
shards() {
    local name=$1 most=$2 i
    shift 2
    for ((i = 0; i < processes; ++i)); do
        within "$most" "${@//\{i\}/$i}" >"$work/$name.$i.txt" 2>&1 &
    done
    wait
    tail -qn 3 "$work/$name".*.txt
}

if has bench; then
    say "Figures"
    size=(--seconds 100)
    [ -z "$quick" ] || size=(--size 65536 --matrix 256 --calls 50 --repeats 1 --seconds 60)
    within 125 env "PYTHONPATH=$bundle/capi/ctypes_abi" python3 "$bundle/tests/gpu/bench.py" --build "$build" \
        --device "$device" --output "$results/bench.json" "${size[@]}"
    [ -e "$bundle/bin/primitives" ] && within 40 "$bundle/bin/primitives" "$build/lib/liblockstep_${device%%:*}.so" \
        "$([ -n "$quick" ] && echo 40 || echo 1500)" | tee "$results/primitives.txt"
fi

# The package's wheel lies in site-packages of its own, beside the NumPy and the CuPy there.
if has bench && compgen -G "$bundle/wheels/lockstep-*.whl" >/dev/null; then
    say "The Python package"
    package=$(compgen -G "$bundle/wheels/lockstep-*-$version-*.whl" || compgen -G "$bundle/wheels/lockstep-*.whl")
    python3 -m zipfile -e "$(head -n 1 <<<"$package")" "$work/package"
    calls=5000
    [ -z "$quick" ] || calls=50
    within 40 env "PYTHONPATH=$work/package" python3 "$bundle/tests/gpu/package.py" "$results/package.json" "$calls"
fi

if has suite; then
    say "The benchmarks beside the libraries that are here"
    if [ "$build" != "$bundle" ]; then
        c++ -std=c++20 -O3 -ffp-contract=fast "$bundle/bench/probe.cpp" -pthread -o "$build/bin/bench_probe"
        c++ -std=c++20 -O3 -shared -fPIC "$bundle/bench/timed_loop.cpp" -o "$build/lib/libbench_timed_loop.so"
    fi
    size=(--seconds $(($(left) - 90)))
    [ -z "$quick" ] || size=(--quick --seconds 20 --only float64)
    within "$(left)" "${oracle[@]}" "$bundle/bench/main.py" --build "$build" --output "$output/suite" "${size[@]}"
fi

if has conformance; then
    say "Every function on $device and on the CPU: bits"
    size=(--seconds 90 --huge $((1 << 27)))
    [ -z "$quick" ] || size=(--seconds 60 --share 40 --shapes 2 --large 3000)
    export LOCKSTEP_NUM_THREADS=2
    shards conformance 150 "${oracle[@]}" "$bundle/tests/gpu/conformance.py" --build "$build" --device "$device" \
        --shards "$processes" --shard "{i}" --output "$results/conformance.{i}.json" "${size[@]}"
    unset LOCKSTEP_NUM_THREADS
fi

if has table; then
    say "Every function on $device and NumPy: tests/table"
    (cd "$bundle" && within 60 "${oracle[@]}" -m pytest -q -p no:cacheprovider tests/table --collect-only \
        --build "$build" --device "$device") | grep :: >"$work/tests.txt"
    one_of=1 effort=0.3
    [ -z "$quick" ] || one_of=12 effort=0.02
    awk -v n=$one_of 'NR % n == 0' "$work/tests.txt" >"$work/chosen.txt"
    wc -l <"$work/chosen.txt" >"$results/table_chosen.txt"
    # in the background SIGINT is ignored unless it is asked for
    program='import pytest, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
chosen = open(sys.argv[1]).read().split("\n")[int(sys.argv[2]) :: int(sys.argv[3])]
sys.exit(pytest.main([*sys.argv[4:], *filter(None, chosen)]))'
    rest=$(($(left) - 115))
    [ "$rest" -gt 30 ] || rest=30
    cd "$bundle" && shards table "$rest" "${oracle[@]}" -c "$program" "$work/chosen.txt" "{i}" "$processes" \
        -q -p no:cacheprovider --build "$build" --device "$device" --effort $effort --junit-xml "$results/table.{i}.xml"
    cat "$work"/table.*.txt | grep '^FAILED\|^ERROR\|cases compared' | cut -c1-600 >"$results/table.txt"
fi

if has sanitizer; then
    sanitizer=$(command -v compute-sanitizer || ls /usr/local/cuda*/bin/compute-sanitizer 2>/dev/null | head -n 1)
    for tool in memcheck racecheck synccheck; do
        say "compute-sanitizer $tool ${sanitizer:-(not here: the choice runs without it)}"
        wrap=()
        [ -z "$sanitizer" ] || [ -n "$quick" ] ||
            wrap=("$sanitizer" --tool "$tool" --error-exitcode 99 --log-file "$work/sanitizer.txt")
        within 35 "${wrap[@]}" "${oracle[@]}" "$bundle/tests/gpu/conformance.py" --build "$build" --device "$device" \
            --share 40 --shapes 3 --large 3000 --seconds 18 --output "$work/sanitizer.json" --seed 1 >"$work/sanitized.txt" 2>&1
        printf '%s: exit status %d; %s; %s\n' "$tool" $? "${wrap[0]:+$(tail -qn 1 "$work/sanitizer.txt" 2>/dev/null)}" \
            "$(head -n 1 "$work/sanitized.txt")" | tee -a "$results/sanitizer.txt"
        [ -z "$sanitizer" ] || head -n 60 "$work/sanitizer.txt" >"$results/sanitizer-$tool.log" 2>/dev/null
        rm -f "$work/sanitizer.txt"
    done
fi

say "Record"
python3 "$bundle/tests/gpu/record.py" "$results" "$output" --device "$device" --seconds $(($(date +%s) - start))
