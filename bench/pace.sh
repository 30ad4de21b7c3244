#!/usr/bin/env bash
# On the wall clock, over HTTPS on loopback: an `allot apply` against the simulated server with the published limits
# scaled down to 200 writes in 10 s. How near to the bound, and how many refusals.
#   bench/pace.sh [USERS]      default 1000
set -euo pipefail
. "$(dirname "$0")/served.sh"
serve "${1:-1000}" --write-limit 200/10s
# Some of the made-up users do not exist, so that it ends with 3.
"$allot" apply "$work/job.csv" --yes --quiet --write-limit 200/10s --report-dir "$work/report" >"$work/apply.out" || true
tail -4 "$work/apply.out"
