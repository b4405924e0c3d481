#!/usr/bin/env bash
# Collects in one folder (below 60 MB) what run.sh needs on a machine with a GPU: `tests/gpu/bundle.sh [BUILD [FOLDER]]`.
# Must not know what run.sh does with it. BUILD: build/release, built; FOLDER: build/gpu, made anew. For a rehearsal BUILD may
# have liblockstep_sim.so without liblockstep_cuda.so.
set -euo pipefail
root=$(dirname "$(readlink -f "$0")")/../..
root=$(readlink -f "$root")
build=$(readlink -f "${1:-$root/build/release}")
folder=$(readlink -m "${2:-$root/build/gpu}")
limit_mb=60

fail() {
    printf 'bundle: %s\n' "$*" >&2
    exit 1
}
[ -e "$build/lib/liblockstep.so" ] || fail "$build has no lib/liblockstep.so: build it first"
[ -e "$build/lib/liblockstep_cuda.so" ] || [ -e "$build/lib/liblockstep_sim.so" ] || fail "$build has no plugin"
case $folder in
    "$root"/build/* | /tmp/*) ;;
    *) fail "$folder: expected a folder below $root/build or /tmp: it is removed first" ;;
esac
rm -rf "$folder"
mkdir -p "$folder"/{lib,bin,wheels,generated}

# Libraries under the names that loaders ask for, without symbol tables; the kernels; oneTBB.
for library in lockstep numpy lockstep_cuda lockstep_sim; do
    file=$build/lib/lib$library.so
    [ -e "$file" ] || continue
    name=$(readelf -d "$file" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
    strip --strip-unneeded -o "$folder/lib/${name:-$(basename "$file")}" "$file"
    [ -z "$name" ] || [ "$name" = "$(basename "$file")" ] || ln -s "$name" "$folder/lib/$(basename "$file")"
done
find "$build/lib" -maxdepth 1 -name '*.pack' -exec cp {} "$folder/lib/" \;
tbb=$(ldd "$build/lib/liblockstep.so" | sed -n 's/.*libtbb\.so[^ ]* => \([^ ]*\).*/\1/p')
[ -n "$tbb" ] || fail "liblockstep.so names no oneTBB that can be found"
cp -L "$tbb" "$folder/lib/$(ldd "$build/lib/liblockstep.so" | sed -n 's/[[:space:]]*\(libtbb\.so[^ ]*\) =>.*/\1/p')"

# Programs that need no test framework's library there.
for program in lockstep_capi_tests lockstep_threads_tests; do
    [ ! -x "$build/bin/$program" ] || strip -o "$folder/bin/$program" "$build/bin/$program"
done
include=$build/generated/include
flags=(-O2 -Wall -Wextra -Wpedantic -Werror "-Wl,-rpath,\$ORIGIN/../lib" -Wl,--allow-shlib-undefined)
cc -std=c99 -D_POSIX_C_SOURCE=200809L "$root/tests/gpu/small_calls.c" "${flags[@]}" "-I$include" -o "$folder/bin/small_calls" \
    "-L$folder/lib" -llockstep
c++ -std=c++20 "$root"/tests/gpu/primitive*.cpp "${flags[@]}" "-I$root" -o "$folder/bin/primitives" -ldl
c++ -std=c++20 -O3 -ffp-contract=fast "$root/bench/probe.cpp" -static-libstdc++ -pthread -o "$folder/bin/bench_probe"
c++ -std=c++20 -O3 -shared -fPIC "$root/bench/timed_loop.cpp" -static-libstdc++ -o "$folder/lib/libbench_timed_loop.so"

# What is run, where it is in the tree, so that it finds itself.
cp "$build/generated/inventory.json" "$folder/generated/"
(cd "$root" && tar -c --exclude=__pycache__ --exclude=records bench tests/gpu tests/table capi/ctypes_abi) | tar -x -C "$folder"

# The tree, and the headers that it is built with, for a machine whose loader refuses these libraries.
if commit=$(git -C "$root" rev-parse HEAD 2>/dev/null); then
    git -C "$root" archive HEAD | gzip -9 >"$folder/tree.tar.gz"
else
    commit=unknown
fi
headers=()
for header in oneapi/tbb tbb zstd.h zstd_errors.h xxhash.h; do
    [ ! -e "/usr/include/$header" ] || headers+=("$header")
done
tar -cz -C /usr/include "${headers[@]}" >"$folder/headers.tar.gz"
for archive in libzstd.a; do
    found=$(c++ -print-file-name=$archive)
    [ ! -e "$found" ] || cp -L "$found" "$folder/lib/"
done

# The oracle, for the Python there.
python=$root/.venv/bin/python3
numpy=$("$python" -c 'import numpy; print(numpy.__version__)')
bfloat=$("$python" -c 'import ml_dtypes; print(ml_dtypes.__version__)')
"$python" -m pip download -q --disable-pip-version-check --python-version 3.12 --only-binary=:all: --dest "$folder/wheels" \
    "numpy==$numpy" "ml_dtypes==$bfloat" pytest
# The Python package, where there is a wheel of it (pip wheel --no-deps -w build/wheels .).
for place in "$build" "$root/build/wheels" "$root/dist"; do
    [ ! -d "$place" ] || find "$place" -maxdepth 1 -name 'lockstep-*.whl' -exec cp {} "$folder/wheels/" \;
done

cat >"$folder/manifest.json" <<JSON
{"commit": "$commit", "changed": $(git -C "$root" status --porcelain 2>/dev/null | grep -cv '^??' || true),
 "built": "$(date -u +%Y-%m-%dT%H:%M:%SZ)", "compiler": "$(c++ --version | head -n 1)", "numpy": "$numpy"}
JSON
size_kb=$(du -sk "$folder" | cut -f1)
printf 'bundle: %s, %d.%d MB\n' "$folder" $((size_kb / 1024)) $((size_kb % 1024 * 10 / 1024))
[ "$size_kb" -le $((limit_mb * 1024)) ] || fail "larger than $limit_mb MB"
