#!/usr/bin/env bash
# Surroundings that are hostile, broken or odd: folders that others can write, links and pipes in place of files, damaged
# run stores, wrong clocks, closed standard files, small limits. Never a crash, never a false success, always words.
. "$(dirname "$0")/lib.sh" "$1"

serve --users 400
job job.csv 20 39
expect 0 "a run to remember" "$allot" apply job.csv --yes
first=$(the_run run)
# A run that is stopped in its middle.
job second.csv 100 180
"$allot" apply second.csv --yes --write-limit 4/1s --batch-size 1 >out 2>err </dev/null &
pid=$!
for _ in $(seq 100); do
    [ "$(count_now writesAccepted)" -gt 24 ] && break
    sleep 0.1
done
kill -TERM "$pid"
status=0
wait "$pid" || status=$?
same "$status" 4 "a run to resume"
second=$(the_run run)
cp -r state whole

echo "-- the state folder"
# said STATUS TEXT WHAT COMMAND...
said() {
    local status=$1 text=$2 what=$3
    shift 3
    expect "$status" "$what" "$@"
    says err "$text" "$what: says so"
}
for mode in 777 1777 702; do
    chmod "$mode" state
    said 1 "everybody may write the state folder" "mode $mode" "$allot" apply job.csv --yes
    said 1 "chmod go-w" "mode $mode: runs" "$allot" runs
done
chmod 755 state
expect 0 "a folder that others can enter" "$allot" runs
chmod 700 state
ln -s state linked
expect 0 "a link of one's own" "$allot" runs --state-dir linked
touch file
said 1 "file" "a file in its place" "$allot" apply job.csv --yes --state-dir file
said 1 "not a folder" "a file in its place: runs" "$allot" runs --state-dir file
if [ "$(id -u)" = 0 ]; then
    chown 12345 state
    said 1 "the state folder belongs to user 12345, and this is user 0" "a folder of another user" "$allot" resume
    expect 0 "which root may look at" "$allot" runs
    chown 0 state
    chown -h 12345 linked
    said 1 "a symbolic link that belongs to user 12345" "a link of another user" "$allot" runs --state-dir linked
    chown 12345 state/runs.db
    said 1 "it belongs to user 12345" "a store of another user" "$allot" resume
    expect 0 "likewise" "$allot" runs
    chown 0 state/runs.db
    # As Kubernetes leaves it with fsGroup, for every pod anew.
    chmod 660 state/runs.db
    expect 0 "a store that its group may write, which is ours alone" "$allot" runs
    same "$(stat -c %a state/runs.db)" 600 "is ours alone from then on"
    chgrp 4 state/runs.db
    chmod 660 state/runs.db
    for try in 1 2; do said 1 "others may write it" "one that others may write, try $try" "$allot" runs; done
    chgrp 0 state/runs.db
    chmod 600 state/runs.db
    chgrp 4 state
    chmod 770 state
    said 1 "its group may write the state folder" "a folder of another group" "$allot" runs
    chmod 700 state
fi
mkdir -p odd
: >odd/victim
ln -s victim odd/runs.db
said 1 "it is a symbolic link" "a link in place of the run store" "$allot" runs --state-dir odd
said 1 "it is a symbolic link" "a link in place of the run store: apply" "$allot" apply job.csv --yes --state-dir odd
same "$(wc -c <odd/victim)" 0 "what it leads to is as it was"
rm odd/runs.db
mkfifo odd/runs.db
said 1 "it is not a file" "a pipe in place of the run store" timeout 10 "$allot" apply job.csv --yes --state-dir odd
rm odd/runs.db
mkdir odd/runs.db
expect 1 "a folder in place of the run store" "$allot" apply job.csv --yes --state-dir odd
rmdir odd/runs.db
mkdir -p odd/locks
lock=$(basename state/locks/*)
ln -sf ../victim "odd/locks/$lock"
expect 1 "a link in place of the lock" "$allot" apply job.csv --yes --state-dir odd
same "$(wc -c <odd/victim)" 0 "what it leads to is as it was"
rm -rf odd

echo "-- a disk for reading only"
if [ "$(id -u)" = 0 ] && mkdir disk && mount -t tmpfs -o size=8m tmpfs disk 2>mount.err; then
    trap 'umount -l "$work/disk"; finish' EXIT
    cp -r state disk/state
    mount -o remount,ro disk
    expect 0 "runs" "$allot" runs --state-dir disk/state
    says out "$first" "lists them"
    expect 0 "report, elsewhere" "$allot" report "$first" --state-dir disk/state --report-dir again
    same "$(wc -l <"again/$first/report.csv")" 21 "writes it"
    said 1 "disk/state" "apply" "$allot" apply job.csv --yes --state-dir disk/state
    umount disk
    trap finish EXIT
else
    echo "skipped: no file system can be mounted here"
fi

echo "-- odd places for files"
echo keep >victim
ln -s victim link
mkfifo pipe
mkdir folder
for flag in --out --metrics-file --errors; do
    for place in link pipe folder /dev/null; do
        expect 5 "$flag $place" timeout 20 "$allot" plan job.csv $flag $place
        says err "$flag $place: is a" "$flag $place: says what it is"
    done
    expect 5 "$flag: the job" "$allot" plan job.csv $flag job.csv
    expect 5 "$flag: the job, by another name" "$allot" plan job.csv $flag "$PWD/folder/../job.csv"
done
same "$(cat victim)" keep "nothing was written through the link"
[ -p pipe ] && [ -c /dev/null ] && echo "ok: pipe and device are there still"
expect 5 "a log in the job" "$allot" plan job.csv --log-file job.csv
expect 5 "two outputs in one file" "$allot" plan job.csv --errors one --metrics-file one
expect 5 "the run store as an output" "$allot" plan job.csv --out state/runs.db
for place in state/runs.db-wal state/runs.db-shm state/locks/x.lock "$PWD/folder/../state/runs.db-wal"; do
    for flag in --out --errors --metrics-file --log-file; do
        expect 5 "$flag $place" "$allot" plan job.csv "$flag" "$place"
        says err "this is where the run store or a lock is kept" "$flag $place: says so"
    done
done
same "$(head -n 1 job.csv)" user,sku,usage_location "the job is as it was"
said 1 "nobody reads from this pipe" "a log into a pipe that nobody reads" timeout 20 "$allot" plan job.csv --log-file pipe
expect 1 "a log in a folder" "$allot" plan job.csv --log-file folder
expect 0 "a log by a link of one's own" "$allot" plan job.csv --log-file link
says victim reading "is appended to"
if [ "$(id -u)" = 0 ]; then
    chown -h 12345 link
    said 1 "a symbolic link that belongs to user 12345" "a log by another user's link" "$allot" plan job.csv --log-file link
fi
mkdir reports
ln -s ../folder reports/planted
ln -s folder linked-reports
said 1 "it is a symbolic link" "a link as report folder" "$allot" plan job.csv --report-dir linked-reports
same "$(find folder | wc -l)" 1 "nothing was written through it"
expect 0 "a report" "$allot" report "$first" --report-dir reports
rm -rf "reports/$first"
ln -s ../folder "reports/$first"
expect 1 "a link where the run's folder would be" "$allot" report "$first" --report-dir reports
rm "reports/$first"
mkdir "reports/$first"
ln -s ../../victim "reports/$first/report.csv"
ln -s ../../victim "reports/$first/report.html.part"
cp victim before
expect 0 "links where the report's files would be" "$allot" report "$first" --report-dir reports
cmp -s victim before && [ ! -L "reports/$first/report.csv" ] && echo "ok: are replaced, not written through"

echo "-- run stores that are none"
# with_store WHAT TEXT: state has such a store; nothing is taken for nothing to do.
with_store() {
    said 1 "$2" "$1: runs" "$allot" runs
    said 1 "$2" "$1: resume" "$allot" resume
    said 1 "$2" "$1: apply" "$allot" apply job.csv --yes
    says err "runs.db" "$1: the file is named"
    rm -f state/runs.db state/runs.db-*
}
sql() { python3 -c 'import sqlite3, sys
in_ = sqlite3.connect(sys.argv[1]); in_.executescript(sys.argv[2]); in_.commit(); in_.close()' "$@"; }
rm -f state/runs.db*
printf 'user,sku\n%s\n' "$(head -c 9000 /dev/zero | tr '\0' x)" >state/runs.db
with_store "some text" "no run store, or a damaged one: move it away"
sql state/runs.db "CREATE TABLE cookies (name TEXT)"
cp state/runs.db foreign.db
cp foreign.db kept.db
with_store "a database of another program" "is not a run store: move it away"
cmp -s foreign.db kept.db && echo "ok: it is as it was"
cp whole/runs.db* state/
sql state/runs.db "PRAGMA user_version=99"
with_store "one of a newer allot" "newer allot"
head -c 20000 whole/runs.db >state/runs.db
with_store "one that was cut off" "damaged"
cp whole/runs.db state/
: >state/runs.db
expect 0 "an empty one is a new one" "$allot" runs
says out "no runs yet" "and has no runs"
cp whole/runs.db state/
python3 - state/runs.db >locker.out <<'P' &
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("PRAGMA locking_mode=EXCLUSIVE"); held.execute("BEGIN EXCLUSIVE"); print("held", flush=True); time.sleep(60)
P
locker=$!
for _ in $(seq 50); do [ -s locker.out ] && break || sleep 0.1; done
said 1 "another program holds it" "one that another program holds" timeout 50 "$allot" apply job.csv --yes
kill "$locker"
wait "$locker" 2>/dev/null
cp whole/runs.db state/

echo "-- damaged in 200 places"
damaged=0
for seed in $(seq 200); do
    cp whole/runs.db state/runs.db
    rm -f state/runs.db-*
    python3 - "$seed" state/runs.db <<'P'
import random, sys
of = random.Random(int(sys.argv[1]))
with open(sys.argv[2], "r+b") as file:
    file.seek(0, 2)
    at = of.randrange(file.tell()); size = of.choice([1, 4, 16, 64, 400])
    file.seek(at); file.write(of.randbytes(size))
P
    commands=("runs" "report $first --report-dir again")
    [ $((seed % 4)) = 0 ] && commands+=("resume --verify-timeout 5s")
    for command in "${commands[@]}"; do
        [[ $command == resume* ]] && command="resume"
        status=0
        # shellcheck disable=SC2086
        timeout 60 "$allot" $command >out 2>err </dev/null || status=$?
        case $status in
            0 | 3) grep -q "nothing to resume\|no runs yet" out err && echo "not ok: seed $seed: $command: nothing to do?" ;;
            1 | 5 | 6)
                damaged=$((damaged + 1))
                # What is still readable can also be of another tenant, or of no known run.
                grep -qE 'runs.db|there is no run|of tenant|has not ended|broken|resume' err || {
                    echo "not ok: seed $seed: $command: exit status $status without the file's name"
                    head -n 3 err
                }
                grep -qE 'std::|basic_string|vector::|_Map_base|terminate' err && { echo "not ok: seed $seed: $command: $(head -n 1 err)"; } ;;
            *) echo "not ok: seed $seed: $command: exit status $status"; head -n 3 err ;;
        esac
    done
done
same "$((damaged > 20))" 1 "no crash and no wrong word ($damaged times it was damaged)"
rm -rf state && cp -r whole state

echo "-- clocks"
hours=$((3600 * 1000))
sql state/runs.db "UPDATE runs SET started_at=started_at+24*$hours, ended_at=started_at+23*$hours"
expect 0 "runs in the future" "$allot" runs
says out "$second" "are listed"
expect 0 "a run in the future is resumed" "$allot" resume
says out "verified" "to its end"
expect 0 "and a new one begins" "$allot" apply job.csv --yes
expect 0 "the last one is the newest, whatever its date" "$allot" undo "$first" --yes
sql state/runs.db "UPDATE limits SET finding=replace(finding, '2026-', '2030-')"
expect 0 "limits that were learned in the future" "$allot" plan job.csv
rm -rf state && cp -r whole state

echo "-- waiting for a lock"
job slow.csv 200 240
"$allot" apply slow.csv --yes --write-limit 2/1s --batch-size 1 >slow.out 2>slow.err </dev/null &
holder=$!
for _ in $(seq 100); do
    [ "$(the_run state)" = going ] && break
    sleep 0.1
done
for signal in TERM INT; do
    rm -f err told
    # In the background of a script SIGINT is ignored: env sets it right.
    env --default-signal=INT "$allot" apply job.csv --yes --lock-timeout 1m --on-finish 'cat >told' >out 2>err </dev/null &
    waiter=$!
    for _ in $(seq 50); do grep -qs "waiting for it" err && break || sleep 0.1; done
    kill -"$signal" "$waiter"
    status=0
    wait "$waiter" || status=$?
    same "$status" 4 "SIG$signal while it waits for the lock"
    says err "stopped while it waited for the lock; nothing was begun" "says so"
    says told '"exit_code":4' "and tells whom it is to tell"
done
kill -TERM "$holder"
wait "$holder"

echo "-- surroundings of the process"
expect 0 "no HOME, no variables" env -i ALLOT_CONFIG=/dev/null "$allot" check job.csv
expect 0 "a HOME that is not there" env HOME=/nowhere TMPDIR=/nowhere "$allot" plan job.csv
said 1 "/proc/nowhere" "a HOME that cannot be written" env -u ALLOT_STATE_DIR -u XDG_STATE_HOME HOME=/proc/nowhere "$allot" apply job.csv --yes
# closed STATUS WHAT COMMAND: run by a shell, which closes what the command says.
closed() {
    local status=0
    bash -c "$3" "$allot" 2>closed.err || status=$?
    same "$status" "$1" "$2"
}
closed 1 "standard output closed" '"$0" check job.csv >&-'
says closed.err "standard output could not be written whole" "is no success"
closed 1 "standard output full" '"$0" check job.csv >/dev/full'
closed 1 "standard output full, apply" '"$0" apply job.csv --yes -q </dev/null >/dev/full'
closed 0 "standard error closed" '"$0" check job.csv >closed.out 2>&-'
says closed.out "20 targets" "the result is there"
closed 5 "standard input closed" '"$0" check - <&-'
closed 0 "all closed, with a plan to write" '"$0" plan job.csv --out plan.json -q <&- 2>&- >closed.out'
same "$(head -c 1 plan.json)" "{" "nothing else is in the file"
for files in 60 34 20 12 8 5; do
    (
        ulimit -n "$files"
        "$allot" plan job.csv
    ) >out 2>err </dev/null
    status=$?
    case $status in
        0) echo "ok: $files open files: enough" ;;
        1) grep -qi "open" err && echo "ok: $files open files: $(tail -n 1 err)" || { echo "not ok: $files open files"; cat err; } ;;
        127) echo "ok: $files open files: not even the loader has enough" ;;
        *) echo "not ok: $files open files: exit status $status"; cat err ;;
    esac
done
seq -f 'user%.0f@contoso.example,POWER_BI_PRO' 600000 | sed '1i user,sku' >large.csv
(
    ulimit -v 60000
    "$allot" check large.csv
) >out 2>err </dev/null
status=$?
if [ "$status" = 127 ] || [ "$status" = 0 ]; then
    echo "skipped: memory cannot be made that short here"
else
    same "$status" 1 "too little memory"
    says err "there is not enough memory" "says so"
fi

echo "-- umask"
for mask in 000 077; do
    (
        umask "$mask"
        rm -rf masked
        "$allot" apply job.csv --yes --state-dir masked/state --report-dir masked/reports --log-file masked.log --metrics-file masked.prom
        "$allot" plan job.csv --state-dir masked/state --out masked/plan.json --errors masked/errors.csv
        "$allot" export --state-dir masked/state --out masked/export.csv
        "$allot" plan job.csv --profile simulated --state-dir masked/simulated
    ) >out 2>err </dev/null
    mv masked.log masked.prom masked/
    same "$(find masked -type d ! -perm 700 | wc -l)" 0 "umask $mask: folders are their owner's alone"
    same "$(find masked -type f ! -perm 600 | tr '\n' ' ')" "masked/masked.prom " "umask $mask: files too, but for the metrics"
    same "$(stat -c %a masked/masked.prom)" 644 "umask $mask: which their collector reads"
    rm -rf masked
done
