#!/usr/bin/env bash
# One table of ours against what others do of the same, from read.sh, transport.sh, apply.sh and server.sh, which say how each
# is measured. Who is not to be had is named, and has no row. About six minutes; what was measured stands above the table.
#   bench/against_peers.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for script in read transport apply server; do
    "./$script.sh" 2>"$work/err" | tee "$work/$script" || { cat "$work/err" >&2; exit 1; }
    grep 'not to be had here$\|cannot bring it here$' "$work/err" || true
done

# row WHAT PEER OURS THEIRS UNIT: none where there is nothing of theirs.
row() {
    [ -z "$4" ] || awk -v what="$1" -v peer="$2" -v ours="$3" -v theirs="$4" -v unit="${5:+ $5}" 'BEGIN {
        printf "| %s | %s | %s | %s | %.2f |\n", what, peer, ours unit, theirs unit, ours / theirs }'
}
# reader NAME: the nanoseconds in its line.
reader() { awk -F ' *[|] *' -v name="$1" 'index($2, name) == 1 { print $4 }' "$work/read"; }
# found FILE PATTERN: the number between what stands before and behind it; nothing where there is no such line.
found() { sed -n "s|^.*$2.*$|\1|p" "$work/$1"; }
number='\([0-9.]*\)'

echo
echo "| what | against | ours | theirs | ours / theirs |"
echo "|---|---|---|---|---|"
for peer in libcsv "Python csv" csv-parse; do
    row "CPU of a row, checked; theirs split only" "$peer" "$(reader "allot check")" "$(reader "$peer")" ns
done
for peer in wrk undici; do
    row "CPU of a request" "$peer" "$(found transport "ours $number us .*$peer")" "$(found transport "$peer $number:")" µs
done
graph_client=microsoft-graph-client
row "CPU of a user; theirs the writes alone" $graph_client "$(found apply " $number us CPU a user")" "$(found apply "accepted $number us ")" µs
row "memory of the same" $graph_client "$(found apply "system [0-9.]* s), $number MB")" "$(found apply "accepted [0-9.]* us $number MB")" MB
for what in counts "one user"; do
    row "simulated tenant, $what: requests a second (more is better)" nginx "$(found server "$what, .*tenant $number req")" "$(found server "$what, .*nginx $number:")" ""
done
