#!/usr/bin/env bash
# What is kept of runs, and what goes on with them: history, reports written again, undo and its undo, saved plans, the
# lock, shrunken jobs, how long runs are kept, and a run store that is not usable.
. "$(dirname "$0")/lib.sh" "$1"

# targets FILE SKU FROM TO: users FROM to TO get the SKU.
targets() {
    echo user,sku >"$1"
    for n in $(seq "$3" "$4"); do printf 'user%05d@contoso.example,%s\n' "$n" "$2" >>"$1"; done
}
writes() { count_now writesAccepted; }

serve --users 400 --write-limit none --unit-limit none
token='eyJ'
expect 0 "runs before there are any" "$allot" runs
says out "no runs yet" "it says that there are none"
expect 5 "report of a run that is not there" "$allot" report 20260101-000000-0000
expect 5 "resume of a run that is not there" "$allot" resume 20260101-000000-0000
says err "allot runs" "it says where runs are listed"
expect 0 "resume when nothing was interrupted" "$allot" resume
says err "nothing to resume" "it says so"

echo "-- history and reports"
job wave.csv 20 60
look state >before.json
expect 0 "a run" "$allot" apply wave.csv --yes --report-dir first
run=$(the_run run)
expect 0 "a run in CSV" "$allot" apply wave.csv --yes -o csv --report-dir again
expect 0 "the history" "$allot" runs
says out "$run" "it names the run"
same "$(the_run seconds 1 | grep -c '^[0-9]*\.[0-9][0-9][0-9]$')" 1 "it says to the millisecond how long a run took"
expect 0 "the history as JSON" "$allot" runs -o json
says out "\"run\":\"$run\",\"command\":\"apply\"" "it names the run too"
expect 0 "report writes the run's report again" "$allot" report "$run" --report-dir copy
expect 0 "all three files are the same, byte by byte" diff -r "first/$run" "copy/$run"
expect 0 "report as CSV" "$allot" report "$run" -o csv
cp out report.csv
expect 0 "it is the same too" cmp report.csv "first/$run/report.csv"
expect 0 "report as JSON" "$allot" report "$run" -o json
cp out report.json
expect 0 "it has every line of report.jsonl" bash -c "sed 's/^,//' report.json | grep -Fxf - first/$run/report.jsonl | cmp - first/$run/report.jsonl"
rm -r "first/$run"
expect 0 "report in the run's own folder" "$allot" report "$run"
expect 0 "it is the same there" diff -r "first/$run" "copy/$run"
same "$(find copy first state -type f -perm /077 | wc -l)" 0 "reports and the run store are for their owner only"

echo "-- undo"
expect 6 "undo wants --yes" "$allot" undo "$run"
expect 6 "undo is capped as every run is" "$allot" undo "$run" --yes --max-removals 3
says err "raise --max-removals; without --yes the plan is shown, and you are asked" "and where to see what it would do, which is not plan"
expect 0 "undo" "$allot" undo "$run" --yes
undo=$(the_run run)
same "$(the_run undoes)" "$run" "the history says what it undoes"
look state >undone.json
expect 0 "the tenant is as it was" awk -f "$auditor/tenant.awk" -f "$auditor/undone.awk" before.json undone.json
written=$(writes)
expect 0 "undo once more" "$allot" undo "$run" --yes
says err "$undo has undone it already" "it says that it was undone"
same "$(writes)" "$written" "and writes nothing"
expect 0 "resume of a run that has ended" "$allot" resume "$run"
says err "run $run has finished" "it says so"
expect 0 "undo of the undo" "$allot" undo "$undo" --yes
expect 0 "then all is as the job says" "$allot" verify wave.csv

echo "-- saved plans"
targets standard.csv POWER_BI_STANDARD 100 120
expect 0 "a plan is saved" "$allot" plan standard.csv --out plan.json
same "$(stat -c %a plan.json)" 600 "for its owner only"
says plan.json '"no_changes":false' "it says that there are changes"
sed 's/user00105/user00106/' plan.json >altered.json
head -c 2000 plan.json >cut.json
written=$(writes)
expect 6 "an altered plan is refused" "$allot" apply altered.json --yes
says err "altered" "it says that it was"
expect 6 "half a plan is refused" "$allot" apply cut.json --yes
ALLOT_TENANT=55555555-aaaa-4bbb-8ccc-000000000005 \
    expect 6 "a plan for another tenant is refused" "$allot" apply plan.json --yes
says err "44444444-aaaa-4bbb-8ccc-000000000004" "it says which tenant it is for"
expect 6 "a plan too wants --yes" "$allot" apply plan.json
for command in plan verify check; do
    expect 5 "$command of a saved plan" "$allot" "$command" plan.json
    says err "allot apply plan.json" "it says what to do with it"
done
same "$(writes)" "$written" "nothing of this wrote to the tenant"
# Two of the plan's users change behind its back.
"$allot" plan standard.csv -o csv 2>/dev/null | awk -F , '$6 == "would_change" { print $2 }' >changing
{ echo user,sku && head -n 2 changing | sed 's/$/,PBI_PREMIUM_PER_USER/'; } >meanwhile.csv
expect 0 "two of its users change meanwhile" "$allot" apply meanwhile.csv --yes --default-usage-location NL
expect 3 "the plan is applied" "$allot" apply plan.json --yes --report-dir saved
same "$(cat saved/*/report.csv | grep -c ',blocked,stale_plan,')" 2 "to all but these two"
same "$(cat saved/*/report.csv | grep -c ',verified,')" "$(($(wc -l <changing) - 2))" "the others have what it says"
expect 6 "a second time it is refused" "$allot" apply plan.json --yes
says err "has applied this plan" "it says which run did"
expect 0 "what is left is done by the job" "$allot" apply standard.csv --yes
expect 0 "a plan with nothing to do" "$allot" plan standard.csv --out nothing.json
says nothing.json '"no_changes":true' "says so"

echo "-- the lock"
# A state directory of its own: what this slow service teaches of its limits is not for the other.
export ALLOT_STATE_DIR=$work/slow_state
"$allot" simulate --credentials-dir slow --users 400 --write-limit 30/10s >slow.out 2>&1 &
server_pids+=("$!")
for _ in $(seq 100); do
    grep -q 'to use it' slow.out && break
    sleep 0.1
done
job long.csv 20 99
slow() { (. slow/allot.env && "$@"); }
slow "$allot" apply long.csv --yes --write-limit 30/10s --report-dir long >long.out 2>long.err </dev/null &
first=$!
for _ in $(seq 300); do
    grep -q '^Plan: ' long.err && break
    sleep 0.1
done
for _ in $(seq 300); do
    [ "$(the_run state)" = going ] && break
    sleep 0.1
done
name=$(the_run run)
expect 6 "a second run in the same tenant is refused" slow "$allot" apply long.csv --yes
says err "apply $name, process " "it names the first"
expect 6 "resume too, while its process is there" slow "$allot" resume "$name"
expect 6 "and undo" slow "$allot" undo "$name" --yes
expect 6 "its report is not there yet" "$allot" report "$name"
expect 0 "plan needs no lock" slow "$allot" plan long.csv
same "$(the_run state)" going "the history says that it is going"
expect 0 "who waits for the lock gets it" slow "$allot" apply long.csv --yes --lock-timeout 10m --report-dir waited
status=0
wait "$first" || status=$?
same "$status" 0 "the first has ended well"
same "$(cat waited/*/report.csv | grep -c ,already,)" 80 "the second found everything done"

export ALLOT_STATE_DIR=$work/state

echo "-- a job that has shrunk"
written=$(writes)
cp standard.csv full.csv
head -n 12 full.csv >standard.csv
expect 6 "half a job is refused" "$allot" apply standard.csv --yes --max-shrink 10%
says err "has 11 targets, and had 21" "it says by how much it has shrunk"
mkdir elsewhere
expect 0 "such a job can be planned" "$allot" plan standard.csv --out shrunk.plan
expect 6 "but not applied as a plan, from whatever folder" env -C elsewhere "$allot" apply ../shrunk.plan --yes --max-shrink 10%
expect 0 "not where so much was allowed" "$allot" apply standard.csv --yes --max-shrink 50%
same "$(writes)" "$written" "nothing was written"

echo "-- how long runs are kept"
before=$("$allot" runs -o csv | wc -l)
expect 0 "runs are kept" "$allot" apply standard.csv --yes --keep-runs 1d
same "$("$allot" runs -o csv | wc -l)" $((before + 1)) "for as long as was said"
expect 0 "a run that keeps none" "$allot" apply standard.csv --yes --keep-runs 0
same "$("$allot" runs -o csv | grep -c "$ALLOT_TENANT.*standard.csv")" 1 "it is the last of its tenant's"
expect 5 "a forgotten run has no report" "$allot" report "$run"

echo "-- no secret is kept"
secret=$(cat served/client_secret)
same "$(grep -rlF -e "$secret" -e "$token" -e "$(cat slow/client_secret)" state slow_state copy first saved long plan.json | wc -l)" 0 \
    "neither the client secret nor a token is in the store, a report or a plan"

echo "-- a run store that is not usable"
mkdir newer damaged nothing
cp state/runs.db newer/
# SQLite's user_version: 4 bytes at 60, the highest first.
printf '\0\0\0\143' | dd of=newer/runs.db bs=1 seek=60 conv=notrunc status=none
written=$(writes)
expect 1 "a store of a newer program is left alone" "$allot" apply full.csv --yes --state-dir newer
says err "newer allot (version 99" "it says so"
expect 1 "its history too" "$allot" runs --state-dir newer
expect 0 "plan does without" "$allot" plan full.csv --state-dir newer
says err "newer allot" "and says so"
cp state/runs.db damaged/
size=$(stat -c %s damaged/runs.db)
for at in $(seq 4096 4096 $((size - 1))); do
    printf 'damaged' | dd of=damaged/runs.db bs=1 seek="$at" conv=notrunc status=none
done
expect 1 "a damaged store stops a run before it writes" "$allot" apply full.csv --yes --state-dir damaged
says err "is damaged: move it away" "it says what to do"
printf 'a letter to a friend, about something else altogether' >nothing/runs.db
expect 1 "a file of something else too" "$allot" apply full.csv --yes --state-dir nothing
same "$(head -c 8 nothing/runs.db)" "a letter" "it is not overwritten"
same "$(writes)" "$written" "nothing of this wrote to the tenant"
