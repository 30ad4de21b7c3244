#!/usr/bin/env bash
# A whole `allot apply` (survey, plan, write, verify, write down, report) of many users against the simulated server without
# limits, over TLS on loopback: CPU per user and memory of the client process alone. Beside it, in the same run and against
# a server of its own, Microsoft's client for JavaScript doing nothing but the writes; left out with a word where npm
# cannot bring it.
#   bench/apply.sh [USERS]      default 100000
set -euo pipefail
users=${1:-100000}
. "$(dirname "$0")/served.sh"
install_needed time >&2
. bench/peers.sh
serve "$users" --write-limit none --unit-limit none

/usr/bin/time -o "$work/time" -f '%e %U %S %M' "$allot" apply "$work/job.csv" --yes --quiet --write-limit none \
    --unit-limit none --report-dir "$work/report" >"$work/apply.out" || true
tail -4 "$work/apply.out"
# Above the figures may stand that the command ended with 3.
awk -v n="$users" 'END {
    printf "allot: %d users: %.2f s, %.0f users a second, %.1f us CPU a user (user %.2f s, system %.2f s), %.0f MB\n",
        n, $1, n / $1, ($2 + $3) * 1e6 / n, $2, $3, $4 / 1024 }' "$work/time"

if have_node @microsoft/microsoft-graph-client@3 undici@6; then
    kill "$server"
    wait "$server" || true
    serve "$users" --write-limit none --unit-limit none
    echo "microsoft-graph-client, writes only: $(NODE_EXTRA_CA_CERTS=$ALLOT_CA_FILE node "$node_peers/graph_client.mjs" "$users")"
fi
