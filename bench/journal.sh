#!/usr/bin/env bash
# What writing a run down costs: users a second with and without the run store, in turns, over TLS on loopback with 16
# connections and no limits; then bytes of disk for each write attempt.
#   bench/journal.sh [USERS [ROUNDS]]      default 20000 and 5
set -euo pipefail
users=${1:-20000}
rounds=${2:-5}
. "$(dirname "$0")/served.sh"
cmake --build --preset release --target bench_journal --parallel "$(nproc)" >/dev/null
serve "$users" --write-limit none --unit-limit none

.build/release/bench/bench_journal "$work/state" "$users" "$rounds"

# The store after one run, less what it holds before anything is sent: the job and how everybody was.
db=$work/state/runs.db
attempts=$(sqlite3 "$db" 'select count(*) from attempts')
bytes=$(sqlite3 "$db" "select sum(pgsize) from dbstat where name in ('intents', 'attempts', 'acceptances', 'bars', 'endings')")
all=$(sqlite3 "$db" 'select sum(pgsize) from dbstat')
awk -v a="$attempts" -v b="$bytes" -v s="$all" 'BEGIN {
    printf "%d attempts: %.0f bytes each in the entries; %.0f with jobs and before-states\n", a, b / a, s / a }'
