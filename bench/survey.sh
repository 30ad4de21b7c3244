#!/usr/bin/env bash
# What reading the tenant costs a job that runs every night, by the ways there are: requests, and seconds on loopback.
# Against the simulated server without limits, over TLS.
#   bench/survey.sh [USERS]      default 100000
set -euo pipefail
users=${1:-100000}
. "$(dirname "$0")/served.sh"
serve "$users" --write-limit none --unit-limit none
job=$work/job.csv
requests() {
    printf 'GET /simulated/counts HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' |
        openssl s_client -quiet -connect "${ALLOT_GRAPH_URL#https://}" 2>/dev/null |
        sed -n 's/.*"requests":\([0-9]*\).*/\1/p'
}
# night WHAT FLAG...: one apply, with what it cost.
night() {
    local before after began what=$1
    shift
    before=$(requests)
    began=$(date +%s.%N)
    "$allot" apply "$job" --yes --quiet --write-limit none --unit-limit none --report-dir "$work/report" "$@" \
        >"$work/out" || true
    after=$(requests)
    awk -v what="$what" -v n=$((after - before)) -v from="$began" -v to="$(date +%s.%N)" \
        'BEGIN { printf "%-34s %6d requests %6.1f s\n", what, n, to - from }'
}
night "first, which changes them"
for way in by-name pages delta; do
    export ALLOT_STATE_DIR=$work/$way
    night "$way" --survey $way
    night "$way, the next night" --survey $way
done
export ALLOT_STATE_DIR=$work/auto
night "auto, night 1"
sleep 301 # nothing is kept that is read minutes after the first survey
for night in 2 3 4; do night "auto, night $night"; done
