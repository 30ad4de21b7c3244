#!/usr/bin/env bash
# Licences given one by one, and by way of a group, at the same limit of 20 writes a second; over TLS against the simulated
# server, whose groups need no time of their own.
#   bench/groups.sh [USERS]      default 2000 directly, ten times as many by way of the group
set -euo pipefail
users=${1:-2000}
. "$(dirname "$0")/served.sh"
limit=100/5s
# give WHAT USERS FLAG...: one apply; its verdicts, and people a second from its first write to its last.
give() {
    local what=$1 count=$2
    shift 2
    head -n $((count + 1)) "$work/job.csv" | cut -d , -f 1,2 >"$work/some.csv"
    "$allot" apply "$work/some.csv" --yes --quiet --report-dir "$work/report" --write-limit $limit "$@" >"$work/out" || true
    grep '^Run ' "$work/out" | sed "s/^Run [^:]*/$what/"
    grep ' writes in ' "$work/out" | sed 's/^/    /'
}
serve $((users * 10)) --write-limit $limit --unit-limit none --latency 100ms
give "directly" "$users" --default-usage-location NL
give "by way of a group" $((users * 10)) --via group --groups 'POWER_BI_PRO=Power BI analysts'
