#!/usr/bin/env bash
# Installs what is needed, builds everything, and runs all tests. From anywhere, as often as you like.
# The last line is `N passed, N failed`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. samples/prepare.sh

# nginx and tinyproxy are a server and a proxy that nobody here wrote, with certificates that openssl makes: see tests/cli.
# GNU time tells how much memory a command took. jq and curl read and send what the tests and samples/on-finish have as
# JSON; the shells complete, mandoc reads the manual; python3-jsonschema checks what -o json writes.
install_needed nginx tinyproxy openssl dpkg-dev file jq curl time zsh fish mandoc python3-jsonschema
passed=0
failed=0

say "building (preset dev)"
cmake --preset dev
cmake --build --preset dev --parallel "$(nproc)"

say "running the test programs"
results=$PWD/.build/dev/tests.xml
rm -f "$results"
status=0
ctest --preset dev --output-junit "$results" || status=$?
[ -f "$results" ] || fail "ctest left no results in $results"
# The attribute of the <testsuite> element.
count_of() { sed -n "s/.*[[:space:]]$1=\"\([0-9]*\)\".*/\1/p" "$results" | head -n 1; }
ran=$(count_of tests)
failures=$(count_of failures)
# A program that could not be started is no failure to ctest's file, but is to its status.
if [ "$status" != 0 ] && [ "$failures" = 0 ]; then failures=1; fi
[ "${ran:-0}" -gt 0 ] || fail "ctest ran no tests"
failed=$((failed + failures))
passed=$((passed + ran - failures))

# Each prints `ok: …` or `not ok: …` for what it checks; the program under test is its argument. They wait more than they
# compute, so some run at a time; each has its own folders and ports.
shopt -s nullglob
scripts=(tests/*_test.sh tests/cli/*_test.sh)
outputs=$(mktemp -d)
trap 'rm -rf "$outputs"' EXIT
say "running ${#scripts[@]} scripts"
printf '%s\0' "${scripts[@]}" |
    xargs -0 -P 4 -I {} bash -c '
        name=$(basename "$1")
        status=0
        timeout 900 bash "$1" "$2" >"$3/$name.out" 2>&1 </dev/null || status=$?
        echo "$status" >"$3/$name.status"' run {} "$PWD/.build/dev/engine/commands/allot" "$outputs"
for script in "${scripts[@]}"; do
    say "$script"
    output=$(<"$outputs/$(basename "$script").out")
    status=$(<"$outputs/$(basename "$script").status")
    printf '%s\n' "$output"
    bad=$(grep -c '^not ok' <<<"$output" || true)
    good=$(grep -c '^ok' <<<"$output" || true)
    if [ "$bad" = 0 ] && { [ "$status" != 0 ] || [ "$good" = 0 ]; }; then
        printf 'not ok: %s ended with exit status %s and %s checks\n' "$script" "$status" "$good"
        bad=1
    fi
    failed=$((failed + bad))
    passed=$((passed + good))
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
