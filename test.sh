#!/usr/bin/env bash
# Builds and runs all tests: release, then the C++ tests again with address, undefined-behaviour and data-race checks.
# Must not know single tests. `./test.sh release` (or asan, tsan) runs one part. Exit status 0: all passed.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
. cmake/environment.sh

# run_tests PRESET [CTEST ARGUMENT...]; results also go to build/PRESET/tests.xml
run_tests() {
    local preset=$1
    shift
    say "Testing $preset"
    ctest --preset "$preset" --parallel "$(nproc)" --output-junit tests.xml "$@" || failed+=("$preset")
}

failed=()
parts=("$@")
[ $# -gt 0 ] || parts=(release asan tsan)
prepare
for part in "${parts[@]}"; do
    case $part in
        release)
            build release
            run_tests release
            ;;
        asan)  # what C++ programs do; the Python ones load a library that is not sanitized
            build asan sanitized_tests
            run_tests asan -L '^(unit|capi|sim)$'
            ;;
        tsan)
            build tsan thread_tests
            run_tests tsan -L '^threads$'
            ;;
        *) fail "unknown part '$part': release, asan or tsan" ;;
    esac
done
[ ${#failed[@]} -eq 0 ] || fail "tests failed in: ${failed[*]}"
say "All tests passed (${parts[*]})"
