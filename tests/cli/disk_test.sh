#!/usr/bin/env bash
# A disk that is full, files that may not grow, and a state directory that cannot be written: nothing is sent to the
# tenant that could not be written down before.
. "$(dirname "$0")/lib.sh" "$1"
writes() { count_now writesAccepted; }
await() {
    for _ in $(seq 1200); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.1
    done
    echo "not ok: waited in vain: $*"
}
has_begun() { [ "$(writes)" -gt "$written" ]; }

serve --users 2000 --write-limit 100/8s --latency 50ms

# check_resumed WHAT AT: the store failed when AT writes were counted, and the run has ended.
check_resumed() {
    local what=$1 at=$2 after run
    after=$(writes)
    # What was under way then had been written down before.
    same "$((after - at <= 60))" 1 "$what: nothing new is written to the tenant ($((after - at)) were under way)"
    sleep 1
    same "$(writes)" "$after" "$what: and nothing later"
}
# check_whole WHAT: the run was resumed.
check_whole() {
    local what=$1 run
    run=$(the_run run)
    look state >after.json
    if awk -f "$auditor/tenant.awk" -f "$auditor/run.awk" before.json after.json job.csv "$reports/$run/report.csv" >audit.out; then
        echo "ok: $what: the report is true: $(tail -n 1 audit.out)"
    else
        echo "not ok: $what: the report is true"
        head -n 12 audit.out
    fi
}
# make_job FROM TO
make_job() {
    look state >before.json
    written=$(writes)
    echo user,sku,action,disabled_plans,usage_location >job.csv
    for n in $(seq "$1" "$2"); do printf 'user%05d@contoso.example,POWER_BI_PRO,assign,,NL\n' "$n" >>job.csv; done
}

echo "-- a folder that cannot be written"
make_job 20 320
expect 1 "a state directory that cannot be made" "$allot" apply job.csv --yes --state-dir /proc/allot
says err "/proc/allot" "it is named"
if [ "$(id -u)" != 0 ]; then
    mkdir -m 500 locked
    expect 1 "a state directory that cannot be written" "$allot" apply job.csv --yes --state-dir locked
    says err "locked" "it is named"
fi
same "$(writes)" "$written" "nothing was written to the tenant"

echo "-- files that may not grow"
reports=$work/allot-report
# In KiB: the run begins, and its journal soon has no room. Files that the run store has made are not that large yet.
limited() (
    trap '' XFSZ
    ulimit -f "$1"
    shift
    exec "$@"
)
expect 1 "where nothing can be written down, a run does not begin" limited 16 "$allot" apply job.csv --yes
says err "make room" "it says what to do"
same "$(writes)" "$written" "nothing was written to the tenant"
rm -rf "$ALLOT_STATE_DIR"
"$allot" runs >/dev/null
limited 320 "$allot" apply job.csv --yes --write-limit 100/8s >run.out 2>run.err </dev/null
status=$?
after=$(writes)
same "$status" 1 "where the journal cannot grow any more, the run ends with 1"
says run.err "make room" "it says what to do"
says run.err "allot resume $(the_run run)" "and what goes on then"
same "$((after > written && after < written + 300))" 1 "it was stopped in its middle ($((after - written)) writes)"
sleep 1
same "$(writes)" "$after" "nothing is written after its end"
expect 0 "where it can grow again, resume finishes it" "$allot" resume --write-limit 100/8s
check_whole "files that may not grow"

echo "-- a full disk"
mkdir disk
if [ "$(id -u)" != 0 ] || ! mount -t tmpfs -o size=32m tmpfs disk 2>mount.err; then
    echo "skipped: a small file system cannot be mounted here: needs root, and may not be permitted"
    exit 0
fi
trap 'umount -l "$work/disk"; finish' EXIT
export ALLOT_STATE_DIR=$work/disk/state
reports=$work/disk/reports
fill() { head -c 64M /dev/zero >disk/ballast 2>/dev/null; }
make_job 400 900

fill
expect 1 "a run does not begin on a full disk" "$allot" apply job.csv --yes --report-dir disk/reports
says err "make room" "it says what to do"
same "$(writes)" "$written" "nothing was written to the tenant"
rm disk/ballast
"$allot" apply job.csv --yes --report-dir disk/reports --write-limit 100/8s >run.out 2>run.err </dev/null &
run_pid=$!
await has_begun
fill
at=$(writes)
status=0
wait "$run_pid" || status=$?
same "$status" 1 "when the disk fills, the run ends with 1"
says run.err "make room" "it says what to do"
check_resumed "a full disk" "$at"
expect 1 "resume on a full disk" "$allot" resume
check_resumed "resume on a full disk" "$(writes)"
rm disk/ballast
says run.err "allot resume $(the_run run)" "it had said what goes on"
expect 0 "after making room resume finishes it" "$allot" resume --write-limit 100/8s
check_whole "a full disk"

make_job 1000 1050
mount -o remount,ro disk
expect 1 "a disk that is for reading only" "$allot" apply job.csv --yes --report-dir disk/reports
says err "$ALLOT_STATE_DIR" "it names the folder"
same "$(writes)" "$written" "nothing was written to the tenant"
