#!/usr/bin/env bash
# A whole `allot apply` (survey, plan, write, verify, report) of many users against the simulated server without
# limits, over TLS on loopback: users a second, and CPU per user of the client process alone.
#   bench/apply.sh [USERS]      default 50000
set -euo pipefail
users=${1:-50000}
. "$(dirname "$0")/served.sh"
serve "$users" --write-limit none --unit-limit none

TIMEFORMAT='%R %U %S'
{ time "$allot" apply "$work/job.csv" --yes --quiet --write-limit none --unit-limit none \
    --report-dir "$work/report" >"$work/apply.out" || true; } 2>"$work/time"
tail -4 "$work/apply.out"
read -r real user sys <"$work/time"
awk -v n="$users" -v r="$real" -v u="$user" -v s="$sys" 'BEGIN {
    printf "%d users: %.2f s, %.0f users a second, %.1f us CPU a user (client: user %.2f s, system %.2f s)\n",
        n, r, n / r, (u + s) * 1e6 / n, u, s }'
