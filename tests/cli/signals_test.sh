#!/usr/bin/env bash
# A run that is told to stop, by SIGINT, SIGTERM, SIGHUP and a terminal that is closed: at the question, while it waits
# for the lock, while it writes, twice.
. "$(dirname "$0")/lib.sh" "$1"
writes() { count_now writesAccepted; }

# await COMMAND...: until it succeeds, for at most two minutes.
await() {
    for _ in $(seq 1200); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.1
    done
    echo "not ok: waited in vain: $*"
}
has_begun() { [ "$(writes)" -gt "$written" ]; }
targets_of() { tail -n +2 "$1" | cut -d , -f "$2"; }

# begin FROM COMMAND...: begins a run of 120 users; the service's limit keeps it busy for long enough to be stopped in
# its middle.
begin() {
    from=$1
    written=$(writes)
    job "job$1.csv" "$1" $(($1 + 119))
    shift
    "$@" "$allot" apply "job$from.csv" --yes --write-limit 40/4s >run.out 2>run.err </dev/null &
    run_pid=$!
    await has_begun
}
# ended: the run's exit status into $status.
ended() {
    status=0
    wait "$run_pid" || status=$?
}

# check_stopped WHAT AT: after writes AT were counted, the run was stopped. Its report is whole, and resume finishes it.
check_stopped() {
    local what=$1 at=$2 name folder after
    name=$(the_run run)
    folder=allot-report/$name
    after=$(writes)
    same "$(the_run state)" interrupted "$what: the history says that the run was interrupted"
    # Two requests of 20 may have been under way.
    same "$((after - at <= 40))" 1 "$what: nothing new is written after it ($((after - at)) were under way)"
    same "$(ls "$folder" | tr '\n' ' ')" "report.csv report.html report.jsonl summary.json " "$what: its report is there"
    same "$(targets_of "$folder/report.csv" 2)" "$(targets_of "job$from.csv" 1)" "$what: with a row for every target"
    says "$folder/report.csv" ",cancelled,interrupted," "$what: what was not tried is cancelled"
    sleep 1
    same "$(writes)" "$after" "$what: nothing is written after its end"
    expect 0 "$what: resume finishes it" "$allot" resume --write-limit 40/4s
    same "$(the_run run) $(the_run state)" "$name finished" "$what: as the same run"
    same "$(targets_of "$folder/report.csv" 2)" "$(targets_of "job$from.csv" 1)" "$what: its report has each target once"
    same "$(grep -c ',verified,\|,already,' "$folder/report.csv")" 120 "$what: and all are done"
    expect 0 "$what: it is so" "$allot" verify "job$from.csv"
}

serve --users 1300 --write-limit 40/4s --latency 200ms

from=20
for signal in INT TERM HUP; do
    begin "$from"
    at=$(writes)
    kill -s "$signal" "$run_pid"
    ended
    same "$status" 4 "SIG$signal: the run ends with 4"
    says run.err "allot resume $(the_run run)" "SIG$signal: it says what goes on"
    check_stopped "SIG$signal" "$at"
    from=$((from + 120))
done

begin "$from" nohup
kill -s HUP "$run_pid"
sleep 1
same "$(the_run state)" going "under nohup SIGHUP does not stop it"
at=$(writes)
kill -s TERM "$run_pid"
ended
same "$status" 4 "under nohup SIGTERM does"
check_stopped "SIGTERM under nohup" "$at"
from=$((from + 120))

echo "-- a terminal that is closed"
written=$(writes)
job "job$from.csv" "$from" $((from + 119))
script -qc "exec '$allot' apply job$from.csv --yes --write-limit 40/4s" /dev/null >run.out 2>&1 </dev/null &
run_pid=$!
server_pids+=("$run_pid")
await has_begun
at=$(writes)
{ kill -s KILL "$run_pid" && wait "$run_pid"; } 2>/dev/null
is_interrupted() { [ "$(the_run state)" = interrupted ]; }
await is_interrupted
check_stopped "a closed terminal" "$at"
from=$((from + 120))

echo "-- a second signal"
# One request at a time, so that one is always under way; none comes back: only the second signal can end this.
begin "$from" env ALLOT_CONNECTIONS=1 ALLOT_BATCH_SIZE=1
kill -s STOP "$server_pid"
kill -s INT "$run_pid"
await grep -q stopping run.err
kill -s INT "$run_pid"
ended
kill -s CONT "$server_pid"
same "$status" 4 "a second signal: the run ends at once, with 4"
says run.err "allot resume" "a second signal: it says what goes on"
same "$(the_run state)" going "a second signal: nobody wrote down how it ended"
name=$(the_run run)
expect 6 "it has no report yet" "$allot" report "$name"
says err "allot resume $name" "that is said"
expect 0 "resume finishes it" "$allot" resume
same "$(grep -c ',verified,\|,already,' "allot-report/$name/report.csv")" 120 "and all are done"
expect 0 "and it is so" "$allot" verify "job$from.csv"
from=$((from + 120))

echo "-- a reader that does not read"
# More rows than a pipe takes.
job done.csv 20 $((from - 1))
before=$(the_run run)
mkfifo unread
exec 7<>unread
"$allot" apply done.csv --yes -o csv >unread 2>run.err </dev/null 7<&- &
run_pid=$!
waits_for_the_reader() { [ "$(the_run run)" != "$before" ] && [ "$(the_run state)" = finished ] && grep -q '^State:.S' "/proc/$run_pid/status"; }
await waits_for_the_reader
expect 0 "by then the run is finished, and others may have the tenant" "$allot" apply done.csv --yes --report-dir others
kill -s TERM "$run_pid"
sleep 1.5
kill -s TERM "$run_pid"
ended
exec 7<&-
same "$status" 4 "a second signal ends it all the same"
says run.err "ended at once" "it says so"

echo "-- an interrupted run that was undone"
begin "$from"
kill -s TERM "$run_pid"
ended
name=$(the_run run)
expect 0 "an interrupted run is undone" "$allot" undo "$name" --yes
same "$(the_run undoes)" "$name" "the history says so"
written=$(writes)
expect 6 "resume does not do again what was put back" "$allot" resume "$name"
says err "was undone by run" "it says why"
same "$(writes)" "$written" "and writes nothing"

echo "-- an interrupted run that a newer one has overtaken"
begin $((from + 120))
kill -s TERM "$run_pid"
ended
name=$(the_run run)
expect 0 "the job is run again instead" "$allot" apply "job$from.csv" --yes --report-dir again
written=$(writes)
expect 6 "resume of the old run could take back what the newer one did" "$allot" resume "$name"
says err "has changed the tenant since run $name" "it says which"
same "$(writes)" "$written" "and writes nothing"
from=$((from - 120))

echo "-- before there is a run"
runs=$("$allot" runs -o csv | wc -l)
written=$(writes)
# at_the_question ANSWER: what is typed at a terminal once the question is there.
at_the_question() {
    : >typed.out
    { await grep -q 'Apply these changes' typed.out && printf '%b' "$1" && sleep 1; } |
        script -qec "exec '$allot' apply job$from.csv --write-limit 40/4s" /dev/null >typed.out 2>&1
    status=$?
}
at_the_question '\003'
same "$status" 6 "Ctrl-C at the question is no yes either"
same "$(writes)" "$written" "and nothing is written"
at_the_question 'no\r'
same "$status" 6 "no at the question ends it with 6"
at_the_question 'y\r'
same "$status" 6 "so does what is not a whole yes"
same "$(writes)" "$written" "and nothing is written"
status=0
timeout 60 script -qec "exec '$allot' apply job$from.csv 2>question" /dev/null >typed.out 2>&1 </dev/null || status=$?
same "$status" 6 "what nobody sees is not asked"
says question "there is no terminal to ask at" "that is said"
for signal in INT TERM; do
    exec 9>>"$ALLOT_STATE_DIR/locks/$ALLOT_TENANT.lock"
    flock 9
    # As from a terminal: a script's background commands ignore SIGINT.
    (
        trap - INT
        exec "$allot" apply "job$from.csv" --yes --lock-timeout 10m
    ) >run.out 2>run.err 9>&- </dev/null &
    run_pid=$!
    await grep -q 'waiting for it' run.err
    kill -s "$signal" "$run_pid"
    ended
    exec 9>&-
    same "$((status != 0))" 1 "SIG$signal while it waits for the lock ends it"
done
same "$(writes)" "$written" "and nothing is written"
same "$("$allot" runs -o csv | wc -l)" "$runs" "none of this is a run"

echo "-- while the service has no quota for reading"
stop_server
serve --users 100 --faults 100% --fault-kinds throttled_integer
job few.csv 20 24
for command in "skus" "export" "plan few.csv" "verify few.csv" "apply few.csv --yes"; do
    # shellcheck disable=SC2086
    timeout 100 "$allot" $command >out 2>err </dev/null &
    run_pid=$!
    await grep -q 'Trying again' err
    kill -s TERM "$(pgrep -P "$run_pid")"
    began=$SECONDS
    ended
    same "$status,$((SECONDS - began < 5))" 4,1 "$command: is stopped at once, with 4"
    says err "this command has written nothing" "$command: says so"
done
