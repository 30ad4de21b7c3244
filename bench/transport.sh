#!/usr/bin/env bash
# One unbatched request through our transport against wrk (Debian's), and undici for Node where npm can bring it: CPU a
# request of the client alone, on the same server, a 400-byte body from nginx over TLS on loopback. Server and client on a
# core each; in turns, the least of five.
#   bench/transport.sh [REQUESTS [CONNECTIONS]]      default 100000 and 16
set -euo pipefail
requests=${1:-100000}
connections=${2:-16}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. samples/prepare.sh
install_needed openssl time >&2
. bench/peers.sh
have_packages nginx wrk || exit 0
cmake --preset release >&2
cmake --build --preset release --target bench_transport >&2
. bench/fixed_body.sh
fixed_body 400
has_undici=false
if have_node undici@6; then has_undici=true; fi

# cpu COMMAND…: microseconds of CPU of the command.
cpu() {
    /usr/bin/time -o "$work/time" -f '%U %S' taskset -c 1 "$@" >"$work/out" 2>&1 || { cat "$work/out" >&2; return 1; }
    awk '{ print ($1 + $2) * 1e6 }' "$work/time"
}
seconds=5
least() { sort -n | head -n 1; }
for _ in 1 2 3 4 5; do
    ALLOT_CA_FILE=$work/cert.pem cpu .build/release/bench/bench_transport "$url/1" "$requests" "$connections" >/dev/null
    sed -n 's/.* \([0-9.]*\) us CPU each/\1/p' "$work/out" >>"$work/ours"
    used=$(cpu wrk -t 1 -c "$connections" -d "${seconds}s" "$url/1")
    sent=$(awk '/requests in/ { print $1 }' "$work/out")
    awk -v u="$used" -v n="$sent" 'BEGIN { printf "%.1f\n", u / n }' >>"$work/wrk"
    ! $has_undici || NODE_EXTRA_CA_CERTS=$work/cert.pem taskset -c 1 node "$node_peers/undici.mjs" "$url/1" "$requests" "$connections" >>"$work/undici"
done
for peer in wrk undici; do
    [ ! -f "$work/$peer" ] || awk -v ours="$(least <"$work/ours")" -v peer="$peer" -v theirs="$(least <"$work/$peer")" 'BEGIN {
        printf "ours %.1f us CPU a request, %s %.1f: %.2f\n", ours, peer, theirs, ours / theirs }'
done
