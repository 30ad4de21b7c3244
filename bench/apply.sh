#!/usr/bin/env bash
# A whole `allot apply` (survey, plan, write, verify, report) of many users against the simulated server without
# limits, over TLS on loopback: users a second, and CPU per user of the client process alone.
#   bench/apply.sh [USERS]      default 50000
set -euo pipefail
cd "$(dirname "$0")/.."
users=${1:-50000}
. samples/prepare.sh
install_needed
cmake --preset release >/dev/null
cmake --build --preset release --target allot >/dev/null
allot=.build/release/engine/commands/allot
work=$(mktemp -d)
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

# Half as many again, because some of a made-up tenant's users have the licence already.
"$allot" simulate --users $((users + users / 2)) --write-limit none --unit-limit none \
    --credentials-dir "$work/sim" >"$work/server.out" &
server=$!
for _ in $(seq 100); do
    [ -s "$work/server.out" ] && break
    sleep 0.1
done
. "$work/sim/allot.env"
{
    echo user,sku,usage_location
    for n in $(seq "$users"); do printf 'user%05d@contoso.example,POWER_BI_PRO,NL\n' "$n"; done
} >"$work/job.csv"

TIMEFORMAT='%R %U %S'
{ time "$allot" apply "$work/job.csv" --yes --quiet --write-limit none --unit-limit none \
    --report-dir "$work/report" >"$work/apply.out" || true; } 2>"$work/time"
tail -4 "$work/apply.out"
read -r real user sys <"$work/time"
awk -v n="$users" -v r="$real" -v u="$user" -v s="$sys" 'BEGIN {
    printf "%d users: %.2f s, %.0f users a second, %.1f us CPU a user (client: user %.2f s, system %.2f s)\n",
        n, r, n / r, (u + s) * 1e6 / n, u, s }'
