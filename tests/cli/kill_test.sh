#!/usr/bin/env bash
# Kills the program at random moments, with SIGKILL, again and again, and goes on with `allot resume`, killed as well;
# then `allot undo`, killed as well. Several tenants at once: an assignment with a bit of everything, a swap with hardly
# a free seat, users without a usage location, and a service that fails. What each run reports is held against what the
# tenant truly is by auditor/, which shares no code with the program.
# SEED=N repeats the moments of an earlier try; its number is printed. KILLS=N: so many in all.
. "$(dirname "$0")/lib.sh" "$1"
SEED=${SEED:-$((RANDOM * 32768 + RANDOM))}
KILLS=${KILLS:-56}
echo "killing at the moments of SEED=$SEED"

job_assign() {
    people none | rows 110 POWER_BI_PRO,assign,,NL
    people none | tail -n 40 | rows 20 SPE_E3,assign,'TEAMS1;INTUNE_A',
    people POWER_BI_PRO | rows 20 POWER_BI_PRO,remove,,
    people POWER_BI_PRO | tail -n 4 | rows 4 POWER_BI_PRO,assign,,
    people POWER_BI_STANDARD | rows 20 POWER_BI_STANDARD,assign,PURVIEW_DISCOVERY,
}
job_swap() {
    people SPE_E5 | rows 45 SPE_E3,assign,,
    people SPE_E5 | rows 45 SPE_E5,remove,,
    people SPE_E3 | rows 60 SPE_E5,assign,,
    people SPE_E3 | rows 60 SPE_E3,remove,,
}
job_locations() { people lost | rows 60 POWER_BI_PRO,assign,,DE; }
job_faults() { people none | rows 120 POWER_BI_PRO,assign,,FR; }

# flags_of NAME: the flags of `allot simulate` for it.
flags_of() {
    # Of these few have no usage location.
    [ "$1" = locations ] && echo --users 3000 || echo --users 1000
    echo --latency 30ms --lag 1s --write-limit 40/5s
    case $1 in
        # Five free seats of SPE_E5, so that most of the swap waits for the seats that it gives back.
        swap)
            "$allot" simulate --users 1000 --credentials-dir unused --state-file small.json >/dev/null &
            local pid=$!
            for _ in $(seq 100); do
                [ -s unused/allot.env ] && break
                sleep 0.1
            done
            kill -TERM "$pid"
            wait "$pid"
            awk '/"skuPartNumber":"SPE_E5"/ {
                match($0, /"consumed":[0-9]+/)
                used = substr($0, RSTART + 11, RLENGTH - 11)
                sub(/"enabled":[0-9]+/, "\"enabled\":" used + 5)
            } { print }' small.json >small_e5.json
            echo --tenant-file small_e5.json
            ;;
        faults)
            echo --faults 8% --seed 7 --token-lifetime 5s --fault-kinds
            echo throttled_integer,throttled_absent,error_500,error_502,error_503,error_504,concurrency,part_missing,reset_before,reset_during,reply_lost,not_json,truncated,connection_close
            ;;
    esac
}

# attempt COMMAND...: runs it; while there are kills left, kills it at a random moment.
attempt() {
    "$allot" "$@" --write-limit 40/5s >>out 2>err </dev/null &
    local pid=$! from_its_work=$((RANDOM % 3)) moment=$((300 + RANDOM % 1200))
    running=("$pid")
    if [ "$kills" -lt "$kills_wanted" ]; then
        # Most moments count from where it has begun to work, however slow this computer is.
        if [ "$from_its_work" != 0 ]; then
            while kill -0 "$pid" 2>/dev/null && ! grep -q '^Plan: \|going on with' err; do sleep 0.1; done
        fi
        sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
        kill -KILL "$pid" 2>/dev/null
    fi
    status=0
    { wait "$pid"; } 2>/dev/null || status=$?
    running=()
    cat err >>errors
    [ "$status" = 137 ] && kills=$((kills + 1))
}

# through COMMAND...: a run from its beginning to its end, through all kills.
through() {
    local before
    before=$("$allot" runs -o csv | wc -l)
    while [ "$("$allot" runs -o csv | wc -l)" = "$before" ]; do
        attempt "$@"
        # It ended by itself, and wrote no run down: refused, or nothing to do.
        [ "$status" = 137 ] || [ "$("$allot" runs -o csv | wc -l)" != "$before" ] || break
    done
    while [ "$(the_run state)" != finished ]; do
        if [ $((RANDOM % 2)) = 0 ]; then attempt resume; else attempt resume "$(the_run run)"; fi
        [ "$status" = 137 ] || [ "$(the_run state)" = finished ] || break
    done
    status=$(the_run exit_code)
}

audit() {
    local what=$1
    shift
    if awk -f "$auditor/tenant.awk" -f "$@" >audit.out; then
        echo "ok: $what: $(tail -n 1 audit.out)"
    else
        echo "not ok: $what"
        head -n 12 audit.out
        tail -n 8 errors
    fi
}

# scenario NAME NUMBER EXIT: applies the tenant's job and undoes it, until enough was killed.
scenario() {
    local name=$1 for_undo=4 kills=0 kills_wanted status run
    RANDOM=$((SEED + $2))
    trap 'kill "${server_pids[@]}" "${running[@]}" 2>/dev/null; wait' EXIT
    mkdir "$work/$name" && cd "$work/$name" || exit 1
    export ALLOT_STATE_DIR=$PWD/state
    # shellcheck disable=SC2046
    serve $(flags_of "$name")
    look state >before.json
    { echo user,sku,action,disabled_plans,usage_location && "job_$name"; } >job.csv
    # One of its kills may cost a wait of 45 seconds; two tenants with them will do.
    case $name in swap | faults) for_undo=0 ;; esac
    while :; do
        kills_wanted=$((KILLS / 4 - for_undo))
        through apply job.csv --yes
        run=$(the_run run)
        if [ -z "$run" ]; then
            echo "not ok: $name: there is no run"
            cat errors
            break
        fi
        same "$status" "$3" "$name: run $run ends with $3 after $kills kills"
        look state >after.json
        audit "$name: the report is true" "$auditor/run.awk" before.json after.json job.csv "allot-report/$run/report.csv"
        kills_wanted=$((KILLS / 4))
        through undo "$run" --yes
        same "$status $(the_run undoes)" "0 $run" "$name: it is undone after $kills kills"
        look state >undone.json
        audit "$name: the tenant is as it was" "$auditor/undone.awk" before.json undone.json
        [ "$kills" -lt "$kills_wanted" ] || break
        cp undone.json before.json
    done
    same "$(count_now overlappingWrites)" 0 "$name: no two writes for one user were under way"
    # What the service refuses for lack of seats was tried too early.
    [ "$name" = faults ] || same "$(count_now refusals)" 0 "$name: nothing was refused"
    echo "$kills" >killed
}

number=0
scenarios=()
for name in assign swap locations faults; do
    ended=0
    [ "$name" = swap ] && ended=3
    number=$((number + 1))
    (scenario "$name" "$number" "$ended") >"$work/$name.log" 2>&1 &
    scenarios+=("$!")
done
server_pids+=("${scenarios[@]}")
wait "${scenarios[@]}"
cat "$work"/*.log
killed=$(cat "$work"/*/killed | awk '{ all += $1 } END { print all + 0 }')
if [ "$killed" -ge "$((KILLS / 4 * 4))" ]; then
    echo "ok: the program was killed $killed times"
else
    echo "not ok: it was killed only $killed times"
fi
