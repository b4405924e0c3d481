# Sourced by run.sh and test.sh: installs what is missing (apt, a .venv), and builds presets.
# Must not know what is built or tested. Quick when all is there; asks for root only when a package is missing.

say() { printf '\n== %s\n' "$*"; }
fail() {
    printf 'lockstep: %s\n' "$*" >&2
    exit 1
}

has_header() {
    command -v g++ >/dev/null && printf '#if !__has_include(<%s>)\n#error\n#endif\n' "$1" | g++ -E -x c++ - >/dev/null 2>&1
}

# A Python that is new enough and can make environments, the first in the path.
find_python() {
    local candidate
    for candidate in $(type -ap python3); do
        if "$candidate" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
}

install_packages() {
    local -a missing=()
    command -v g++ >/dev/null || missing+=(g++)
    command -v cmake >/dev/null || missing+=(cmake)
    command -v ninja >/dev/null || missing+=(ninja-build)
    command -v ccache >/dev/null || missing+=(ccache)
    command -v git >/dev/null || missing+=(git)
    command -v pkg-config >/dev/null || missing+=(pkg-config)
    [ -n "$(find_python)" ] || missing+=(python3 python3-venv)
    "$(find_python)" -c 'import os, sys, sysconfig
sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))' 2>/dev/null || missing+=(python3-dev)
    has_header tbb/version.h || missing+=(libtbb-dev)
    has_header gtest/gtest.h || missing+=(libgtest-dev)
    has_header benchmark/benchmark.h || missing+=(libbenchmark-dev)
    has_header mpfr.h || missing+=(libmpfr-dev)
    has_header nlohmann/json.hpp || missing+=(nlohmann-json3-dev)
    has_header zstd.h || missing+=(libzstd-dev)
    has_header xxhash.h || missing+=(libxxhash-dev)
    [ ${#missing[@]} -gt 0 ] || return 0

    command -v apt-get >/dev/null || fail "please install these Debian packages' contents and run again: ${missing[*]}"
    local -a as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "no root and no sudo; as root: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    say "Installing ${missing[*]}"
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# .venv holds NumPy (the oracle) and an OpenBLAS; brought up to date when the requirements change.
make_environment() {
    local wanted=cmake/requirements.txt done_mark=.venv/requirements.txt
    if [ -x .venv/bin/python3 ] && cmp -s "$wanted" "$done_mark" && .venv/bin/python3 -c 'import numpy' 2>/dev/null; then
        return
    fi
    say "Making .venv ($(grep -v '^#' "$wanted" | tr '\n' ' '))"
    if ! .venv/bin/python3 -m pip --version >/dev/null 2>&1; then
        local python
        python=$(find_python)
        [ -n "$python" ] || fail "no python3 of version 3.11 or newer with venv in the path"
        "$python" -m venv --clear .venv
    fi
    .venv/bin/python3 -m pip install -q --disable-pip-version-check -r "$wanted" ||
        fail "pip could not install $wanted into .venv (is PyPI reachable?)"
    cp "$wanted" "$done_mark"
}

# The CUDA backend is built with CUDA's headers, static runtime and NVRTC. Where there is no toolkit they come from PyPI, into
# .venv. LOCKSTEP_CUDA=OFF in the environment leaves the backend out; ON and AUTO are CMake's (cmake/cuda.cmake).
make_cuda() {
    [ "${LOCKSTEP_CUDA:-AUTO}" != OFF ] || return 0
    local folder nvcc
    nvcc=$(readlink -f "$(command -v nvcc)" 2>/dev/null) || nvcc=
    for folder in "${CUDA_PATH:-}" "${CUDA_HOME:-}" /usr/local/cuda "${nvcc%/bin/nvcc}"; do
        [ -z "$folder" ] || [ ! -e "$folder/include/cuda_runtime_api.h" ] || return 0
    done
    local wanted=cmake/requirements-cuda.txt done_mark=.venv/requirements-cuda.txt
    cmp -s "$wanted" "$done_mark" && return 0
    say "Installing the CUDA compiler and runtime into .venv ($(grep -v '^#' "$wanted" | tr '\n' ' '))"
    .venv/bin/python3 -m pip install -q --disable-pip-version-check -r "$wanted" ||
        fail "pip could not install $wanted into .venv; LOCKSTEP_CUDA=OFF builds without the CUDA backend"
    cp "$wanted" "$done_mark"
}

prepare() {
    install_packages
    local version
    version=$(cmake --version | sed -n '1s/[^0-9]*//p')
    [ "$(printf '3.25\n%s\n' "$version" | sort -V | head -n 1)" = 3.25 ] || fail "CMake 3.25 is needed, $version was found"
    make_environment
    make_cuda
}

# build PRESET [TARGET...]
build() {
    local preset=$1
    shift
    say "Building $preset${*:+ ($*)}"
    local text
    text=$(cmake --preset "$preset" -DLOCKSTEP_CUDA="${LOCKSTEP_CUDA:-AUTO}" 2>&1) || {
        printf '%s\n' "$text" >&2
        fail "CMake could not configure the preset $preset (text above)"
    }
    cmake --build --preset "$preset" --parallel "$(nproc)" ${*:+--target "$@"}
}
