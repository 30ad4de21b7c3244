#!/usr/bin/env bash
# On the wall clock, over HTTPS on loopback: an `allot apply` against the simulated server with the published limits
# scaled down to 200 writes in 10 s. How near to the bound, and how many refusals.
#   bench/pace.sh [USERS]      default 1000
set -euo pipefail
cd "$(dirname "$0")/.."
users=${1:-1000}
. samples/prepare.sh
install_needed >&2
cmake --preset release >&2
cmake --build --preset release --target allot >&2
allot=$PWD/.build/release/engine/commands/allot
work=$(mktemp -d)
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

# Half as many again, because some of a made-up tenant's users have the licence already.
"$allot" simulate --users $((users * 3 / 2)) --write-limit 200/10s --credentials-dir "$work/sim" >"$work/server.out" &
server=$!
for _ in $(seq 100); do
    [ -s "$work/server.out" ] && break
    sleep 0.1
done
. "$work/sim/allot.env"
export ALLOT_STATE_DIR=$work/state
{
    echo user,sku,usage_location
    for n in $(seq "$users"); do printf 'user%05d@contoso.example,POWER_BI_PRO,NL\n' "$n"; done
} >"$work/job.csv"
"$allot" apply "$work/job.csv" --yes --quiet --write-limit 200/10s --report-dir "$work/report" >"$work/apply.out" || true
tail -4 "$work/apply.out"
