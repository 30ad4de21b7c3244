#!/usr/bin/env bash
# Whether the simulated tenant's server limits what it is to test: GET of its counts and of one user against `allot
# simulate`, and of a fixed body of the same size against nginx, by wrk over TLS on loopback; server and wrk on a core
# each, in turns, the best of five.
#   bench/server.sh [CONNECTIONS]      default 16
set -euo pipefail
connections=${1:-16}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. samples/prepare.sh
install_needed openssl curl >&2
. bench/peers.sh
have_packages nginx wrk || exit 0
cmake --preset release >&2
cmake --build --preset release --target allot >&2
. bench/fixed_body.sh

taskset -c 0 .build/release/engine/commands/allot simulate --users 1000 --write-limit none --unit-limit none \
    --credentials-dir "$work/sim" >"$work/server.out" &
others+=($!)
for _ in $(seq 100); do
    [ -s "$work/server.out" ] && break
    sleep 0.1
done
. "$work/sim/allot.env"
token=$(curl -sS --cacert "$ALLOT_CA_FILE" "$ALLOT_LOGIN_URL/$ALLOT_TENANT/oauth2/v2.0/token" \
    -d grant_type=client_credentials -d "client_id=$ALLOT_CLIENT_ID" --data-urlencode "client_secret@$ALLOT_CLIENT_SECRET_FILE" \
    -d 'scope=https%3A%2F%2Fgraph.microsoft.com%2F.default' | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
counts=$ALLOT_GRAPH_URL/simulated/counts
user="$ALLOT_GRAPH_URL/v1.0/users/user00009@contoso.example?\$select=id,userPrincipalName,accountEnabled,usageLocation,licenseAssignmentStates"
bytes() { curl -sS --cacert "$ALLOT_CA_FILE" -H "Authorization: Bearer $token" "$1" | wc -c; }

# rate URL: requests a second.
rate() {
    taskset -c 1 wrk -t 1 -c "$connections" -d 4s -H "Authorization: Bearer $token" "$1" >"$work/out"
    if grep -q 'Non-2xx' "$work/out"; then
        cat "$work/out" >&2
        return 1
    fi
    awk '/Requests\/sec/ { print $2 }' "$work/out"
}
best() { sort -n | tail -n 1; }
fixed_body "$(bytes "$counts")" "$(bytes "$user")"
for _ in 1 2 3 4 5; do
    rate "$counts" >>"$work/ours.1"
    rate "$url/1" >>"$work/nginx.1"
    rate "$user" >>"$work/ours.2"
    rate "$url/2" >>"$work/nginx.2"
done
for at in 1 2; do
    awk -v ours="$(best <"$work/ours.$at")" -v nginx="$(best <"$work/nginx.$at")" -v bytes="$(wc -c <"$work/www/$at")" \
        -v what="$([ "$at" = 1 ] && echo counts || echo 'one user')" 'BEGIN {
        printf "%s, %d bytes: simulated tenant %.0f requests/s, nginx %.0f: %.2f\n", what, bytes, ours, nginx, ours / nginx }'
done
