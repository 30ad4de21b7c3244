#!/usr/bin/env bash
# run.sh [SECONDS] [TARGET...]: lets each fuzz target, or these, look for inputs that break it; 60 seconds each if it is not said.
# Builds with the preset `fuzz`, and installs clang if it is missing. Ends at the first that is broken, with status 1, and says how
# to see it again. New inputs stay under .build/fuzz/found; what they lead to belongs into the unit tests, and they into corpus/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. samples/prepare.sh

seconds=60
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
    seconds=$1
    shift
fi
all=()
for source in tests/fuzz/*.cpp; do all+=("$(basename "$source" .cpp)"); done
targets=("${@:-${all[@]}}")
for target in "${targets[@]}"; do
    [ -f "tests/fuzz/$target.cpp" ] || fail "there is no fuzz target $target: they are ${all[*]}"
done

# The runtime has libFuzzer and the sanitizers.
install_needed clang libclang-rt-dev
say "building ${targets[*]} (preset fuzz)"
cmake --preset fuzz
cmake --build --preset fuzz --parallel "$(nproc)" --target "${targets[@]/#/fuzz_}"

found=$PWD/.build/fuzz/found
mkdir -p "$found"
say "${#targets[@]} targets, $seconds seconds each, two at a time"

# one TARGET SECONDS FOUND: prints a line; a broken one makes xargs start no more.
one() {
    local target=$1 seconds=$2 found=$3 dictionary=() status=0 log
    log=$found/$target.log
    mkdir -p "$found/$target" "$found/broken"
    [ ! -f "tests/fuzz/$target.dict" ] || dictionary=("-dict=tests/fuzz/$target.dict")
    UBSAN_OPTIONS=print_stacktrace=1 ".build/fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -rss_limit_mb=1024 \
        -timeout=120 -print_final_stats=1 -artifact_prefix="$found/broken/$target-" "${dictionary[@]}" \
        "$found/$target" "tests/fuzz/corpus/$target" >"$log" 2>&1 || status=$?
    if [ "$status" != 0 ]; then
        local input
        input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
        grep --text -E -m 3 'broken property|^seen:|runtime error|ERROR: ' "$log" | cut -c 1-300
        printf 'not ok: %s is broken; the log is %s. See it again with\n    .build/fuzz/tests/fuzz/fuzz_%s %s\n' "$target" "$log" \
            "$target" "${input:-tests/fuzz/corpus/$target/*}"
        return 255
    fi
    stat_of() { sed -n "s/^stat::$1: *//p" "$log"; }
    printf 'ok: %-12s %9s executions, %s, %s new inputs\n' "$target" "$(stat_of number_of_executed_units)" \
        "$(grep --text -o 'cov: [0-9]* ft: [0-9]*' "$log" | tail -n 1)" "$(stat_of new_units_added)"
}
export -f one
printf '%s\0' "${targets[@]}" | xargs -0 -P 2 -I {} bash -c 'one "$@"' run {} "$seconds" "$found" ||
    fail "a fuzz target is broken: see above"
say "all targets held"
