#!/usr/bin/env bash
# In waves, as an administrator does it who does not trust a change yet: against `allot simulate`, over TLS.
. "$(dirname "$0")/lib.sh" "$1"

rows() { cut -d, -f6,7 "$1"/*/report.csv | grep -c "^$2"; }

serve --users 400 --lag 1s
job wave.csv 50 109
echo user00075@contoso.example,MCOEV, >>wave.csv # refused without Teams, which comes with SPE_E3
expect 0 "plan takes the same flags as apply" "$allot" plan wave.csv --wave-size 20 --wave-pause 1s --max-failures 0
says out "In 3 waves of at most 20 users." "and says how many waves there will be"
expect 3 "a wave with a failure ends the run" \
    "$allot" apply wave.csv --yes --wave-size 20 --wave-pause 1s --report-dir first
says err "allot: wave 1 of 3 is done; the next begins in 1.0 s" "a pause is told"
says err "allot: stopped after wave 2 of 3: 1 of 40 users failed, more than --max-failures 0 allows" "why it ended is told"
says err "run the same job again to go on" "and what to do"
verified=$(rows first verified)
same "$(rows first failed,plan_dependency)" 2 "both rows of the one whom the service refused have failed"
same "$((verified + $(rows first already) + 2 + $(rows first cancelled,too_many_failures)))" 61 \
    "all others are verified, or of the wave that never began"
says first/*/summary.json '"waves": {' "the summary has the waves"
says first/*/summary.json '"done": 2' "and how many were done"
printf 'user,sku\nuser00075@contoso.example,SPE_E3\n' >mend.csv
expect 0 "what was wrong is mended" "$allot" apply mend.csv --yes
expect 0 "the same job run again goes on with the rest" \
    "$allot" apply wave.csv --yes --wave-size 20 --report-dir second
same "$(rows second already)" "$((verified + $(rows first already)))" "who was done is not done again"
same "$(($(rows second already) + $(rows second verified)))" 61 "everybody has what the job says"
expect 0 "and it is so" "$allot" verify wave.csv

job pause.csv 110 139
"$allot" apply pause.csv --yes --wave-size 10 --wave-pause 1h --report-dir paused >out 2>err </dev/null &
run=$!
for _ in $(seq 100); do
    grep -q 'the next begins in' err && break
    sleep 0.1
done
kill -INT "$run"
status=0
wait "$run" || status=$?
same "$status" 4 "a run that is interrupted in its pause ends with 4"
same "$(tail -n +2 paused/*/report.csv | wc -l)" 30 "its report has every target"
says paused/*/report.csv ",cancelled,interrupted," "what was not tried is cancelled"

expect 5 "a pause without waves is a mistake" "$allot" apply wave.csv --yes --wave-pause 1m
stop_server
