#!/usr/bin/env bash
# A job of many rows read and checked (`allot check`: duplicates, names, places for errors), against what only splits the same
# bytes into fields: libcsv, Python's csv, csv-parse for Node. CPU of the whole process, the least of three; and its memory.
# Who is not to be had is left out with a word.
#   bench/read.sh [ROWS]      default 1000000
set -euo pipefail
rows=${1:-1000000}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. samples/prepare.sh
install_needed time >&2
. bench/peers.sh
cmake --preset release >&2
cmake --build --preset release --target allot >&2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
job=$work/job.csv
awk -v rows="$rows" 'BEGIN {
    print "user,sku,action,usage_location,cost_centre"
    for (n = 1; n <= rows; ++n) printf "person%07d.surname@faculty.contoso.example,POWER_BI_PRO,assign,NL,faculty-%03d\n", n, n % 997
}' >"$job"

# measure NAME COMMAND…: a line of the table, of the best of three.
measure() {
    local name=$1
    shift
    for _ in 1 2 3; do
        /usr/bin/time -o "$work/time" -f '%U %S %M' "$@" "$job" >"$work/out" 2>"$work/err" || { cat "$work/err" >&2; return 1; }
        awk '{ print $1 + $2, $3 }' "$work/time"
    done | sort -n | head -n 1 >"$work/best"
    awk -v name="$name" -v rows="$rows" -v bytes="$(wc -c <"$job")" '{
        printf "| %s | %.2f | %.0f | %.2f | %.0f |\n", name, $1, $1 * 1e9 / rows, bytes / $1 / 1e9, $2 / 1024 }' "$work/best"
}
echo "$rows rows, $(wc -c <"$job") bytes"
echo "| reader | CPU s | ns a row | GB/s | memory MB |"
echo "|---|---|---|---|---|"
measure "allot check" .build/release/engine/commands/allot check
if have_packages libcsv-dev; then
    g++ -O2 -o "$work/libcsv" bench/peers/libcsv.cpp -lcsv && measure "libcsv, fields only" "$work/libcsv"
fi
if have_packages python3; then measure "Python csv, fields only" python3 bench/peers/fields.py; fi
if have_node csv-parse@5; then measure "csv-parse, fields only" node "$node_peers/fields.mjs"; fi
