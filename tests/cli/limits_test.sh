#!/usr/bin/env bash
# What runs know of the service's limits: foretold before, measured after, and kept for the next run.
. "$(dirname "$0")/lib.sh" "$1"
# share_in FOLDER: of the writes' limit, what a run took for its own.
share_in() { grep -h -A 6 '"limit": "writes"' "$1"/*/summary.json | sed -n 's/.*"share": \([0-9.]*\).*/\1/p' | head -n 1; }

serve --users 900 --write-limit 200/10s
job first.csv 20 169
job second.csv 170 319
expect 0 "plan foretells how long it will take" "$allot" plan first.csv --write-limit 200/10s -q
says out "s: the limits let all of it go at once." "in words"
expect 0 "and in figures" "$allot" plan first.csv --write-limit 200/10s -q -o json
says out '"forecast_seconds": ' "with its name"
expect 0 "plan of more than the limits let go at once" "$allot" plan first.csv --write-limit 50/10s --assume-limits published
says out "50 writes at once, then 5 a second." "says what holds it up"
expect 0 "plan for a part of the limits" "$allot" plan first.csv --write-limit 200/10s --share 25% --assume-limits published
says out "50 writes at once, then 5 a second (25% of the limit)." "says that it is a part"
expect 0 "plan with limits that are not known" "$allot" plan first.csv --assume-limits unknown
says out "How long it takes is not known, because the limits are not." "foretells nothing"
rm -r "$work/state"

expect 0 "150 people of 200 that the limit allows" "$allot" apply first.csv --yes --write-limit 200/10s --report-dir one
says err "Takes about " "apply foretells it too"
says out "0 refused for lack of quota." "nothing is refused"
says one/*/summary.json '"learned": false' "nothing was found of the limit"
expect 0 "150 more at once after them" "$allot" apply second.csv --yes --write-limit 200/10s --report-dir two
says out "0 refused for lack of quota." "nothing is refused: the run knew what the first one had left"
says err "writes at once, then 20 a second." "and said so"
says two/*/summary.json '"bound_seconds": ' "the summary has the bound"
says two/*/summary.json '"learned": false' "and the limits as they were found"
stop_server
same "$(count writesThrottled)" 0 "the service refused no write"

rm -r "$work/state"
serve --users 900 --write-limit 100/10s
job third.csv 20 319
expect 0 "a run that finds half of the limit that it was told" \
    "$allot" apply third.csv --yes --write-limit 200/10s --report-dir three
says out "Learned: writes: " "what was learned is told"
says out " of the published limit." "as a part of the limit"
says out "times the least that the limits allow" "and how near the bound it came"
says three/*/summary.json '"learned": true' "the summary has it"
share=$(share_in three)
same "$(awk -v s="$share" 'BEGIN { print (s > 0.35 && s < 0.65) }')" 1 "the share $share was measured"
job fourth.csv 320 339
expect 0 "the next plan" "$allot" plan fourth.csv --write-limit 200/10s
says out "Takes about" "foretells with it"
job fifth.csv 320 719
expect 0 "the plan of a large job" "$allot" plan fifth.csv --write-limit 200/10s
says out "a second (learned)." "says that it goes by what was learned"
expect 0 "who does not want it" "$allot" plan fifth.csv --write-limit 200/10s --assume-limits published
says out "200 writes at once, then 20 a second." "goes by what is published"
expect 0 "the same again" "$allot" plan fifth.csv --write-limit 200/10s
says out "a second (learned)." "plans did not touch what is known of writes"

rm -r "$work/state"
"$allot" apply fifth.csv --yes --write-limit 200/10s --report-dir five >out 2>err </dev/null &
run=$!
sleep 8
kill -INT "$run"
wait "$run"
expect 0 "a plan after a run that was interrupted" "$allot" plan fifth.csv --write-limit 200/10s
same "$(grep -c "Takes about .* 200 writes at once" out)" 0 "knows that not all of the limit is left"
expect 5 "a share of unknown limits is a mistake" "$allot" plan fifth.csv --share 50% --assume-limits unknown
ALLOT_STATE_DIR=/proc/nowhere expect 0 "a state folder that cannot be made costs no run" "$allot" verify third.csv
says err "is not used: /proc/nowhere" "but is told"
stop_server
