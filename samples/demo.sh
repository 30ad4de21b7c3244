#!/usr/bin/env bash
# Plans, applies and verifies the sample wave against the simulated tenant. Needs no account; installs what the
# build needs. Can be run from anywhere, and again: each time the tenant starts afresh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. samples/prepare.sh

install_needed

say "building allot (the first time takes some minutes)"
cmake --preset release
cmake --build --preset release --target allot --parallel "$(nproc)"
allot=$PWD/.build/release/engine/commands/allot

# Settings of your own must not lead the demo to a tenant of yours.
for variable in "${!ALLOT_@}" "${!AZURE_@}"; do unset "$variable"; done
state=$PWD/.build/demo-state
rm -rf "$state"
mkdir -p "$state"
export ALLOT_CONFIG=/dev/null ALLOT_PROFILE=simulated ALLOT_STATE_DIR=$state
reports=$state/reports

# run_step WHAT COMMAND...: an unexpected exit status ends the demo.
run_step() {
    local status=0
    say "$1"
    shift
    printf '$ allot %s\n' "$*"
    "$allot" "$@" || status=$?
    [ "$status" = 0 ] || fail "allot $1 ended with exit status $status; see above"
}

run_step "what would change: nothing is written" plan samples/wave.csv
run_step "5,000 people get their licence; two to four minutes, under the service's own write limit" \
    apply samples/wave.csv --yes --report-dir "$reports"
run_step "once more: is everything as the job says?" verify samples/wave.csv

for folder in "$reports"/*/; do
    say "one line of evidence for each target: ${folder}report.csv"
    head -n 4 "${folder}report.csv"
    say "the run in numbers: ${folder}summary.json"
done
