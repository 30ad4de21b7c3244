#!/usr/bin/env bash
# `allot apply` through a relay that damages every so manieth reply (broken/): whatever it does to them, every verdict is
# held against what the tenant truly is, by auditor/, and nobody is written to twice for it.
. "$(dirname "$0")/lib.sh" "$1"
relay=$(dirname "$allot")/../../tests/cli/broken/broken_relay
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -keyout key.pem -out cert.pem -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>openssl.log

# through NAME EXIT FLAGS -- RULE...: ends with that status after a job of assignments, removals and swaps on a tenant of its own, with that relay between.
through() {
    local name=$1 wanted=$2 flags=() status=0 graph ca run damaged
    shift 2
    while [ "$1" != -- ]; do flags+=("$1"); shift; done
    shift
    trap 'kill "${server_pids[@]}" 2>/dev/null; wait' EXIT
    mkdir "$work/$name" && cd "$work/$name" || exit 1
    export ALLOT_STATE_DIR=$PWD/state
    serve --users 300 --token-lifetime 1s --lag 200ms --write-limit none --unit-limit none
    look state >before.json
    {
        echo user,sku,action,disabled_plans,usage_location
        people none | rows 30 POWER_BI_PRO,assign,,NL
        people none | tail -n 20 | rows 10 SPE_E3,assign,TEAMS1,
        people POWER_BI_PRO | rows 8 POWER_BI_PRO,remove,,
        people SPE_E3 | rows 6 SPE_E5,assign,,
        people SPE_E3 | rows 6 SPE_E3,remove,,
    } >job.csv
    graph=$ALLOT_GRAPH_URL ca=$ALLOT_CA_FILE
    "$relay" "${graph##*:}" ../cert.pem ../key.pem relay.log "$@" >relay.out 2>&1 &
    server_pids+=($!)
    for _ in $(seq 100); do
        grep -q port relay.out && break
        sleep 0.02
    done
    cat "$ca" ../cert.pem >both.pem
    export ALLOT_CA_FILE=$PWD/both.pem
    ALLOT_GRAPH_URL=https://localhost:$(sed -n 's/port //p' relay.out)
    export ALLOT_LOGIN_URL=$ALLOT_GRAPH_URL
    timeout 200 "$allot" apply job.csv --yes --timeout 1s "${flags[@]}" >out 2>err </dev/null || status=$?
    export ALLOT_GRAPH_URL=$graph ALLOT_CA_FILE=$ca
    look state >after.json
    run=$(the_run run)
    damaged=$(grep -c '^damaged' relay.log)
    if [ "$status" != "$wanted" ] || [ "$damaged" = 0 ]; then
        echo "not ok: $name: exit status $status after $damaged damaged replies"
        tail -n 5 err
    else
        echo "ok: $name: exit status $status after $damaged damaged replies"
    fi
    if awk -f "$auditor/tenant.awk" -f "$auditor/run.awk" before.json after.json job.csv "allot-report/$run/report.csv" >audit.out; then
        echo "ok: $name: the report is true: $(tail -n 1 audit.out)"
    else
        echo "not ok: $name: the report is not true"
        head -n 6 audit.out
    fi
    same "$(count_now overlappingWrites)" 0 "$name: no two writes for one user were under way"
}
printf '<html>Welcome to the hotel</html>' >page
{ printf 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 33\r\n\r\n'; cat page; } >html.reply
{ printf 'HTTP/1.1 302 Found\r\nLocation: https://hotel.example/\r\nContent-Length: 33\r\n\r\n'; cat page; } >portal.reply
printf 'HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n{"responses":[%0100000d' 0 >flooding.reply

# Some at a time, since they mostly wait.
scenario() { (through "$@") >"$work/$1.told" 2>&1; }
{
    scenario half 0 --batch-size 4 -- '$batch:3:half' &
    scenario half_cut 0 --batch-size 4 -- '$batch:3:half-cut' &
    scenario endless 0 --batch-size 4 -- '$batch:3:endless' &
    scenario no_reply 0 --batch-size 4 -- '$batch:3:cut' &
    wait
    scenario silence 0 --batch-size 4 -- '$batch:5:silence' &
    scenario twice 0 --batch-size 4 -- '$batch:2:twice' &
    scenario stale 0 --batch-size 4 -- '$batch:4:stale' &
    scenario html 0 --batch-size 4 -- '$batch:3:raw:../html.reply' &
    wait
    scenario portal 3 --batch-size 4 -- 'POST /v1.0/$batch:3:raw:../portal.reply' &
    scenario flooded 0 --batch-size 4 -- '$batch:4:flood:../flooding.reply' &
    scenario foreign_ids 0 --batch-size 4 -- '$batch:3:replace:"id":"2"="id":"99"' &
    scenario repeated_ids 0 --batch-size 4 -- '$batch:3:replace:"id":"2"="id":"1"' &
    wait
    scenario number_ids 0 --batch-size 4 -- '$batch:3:replace:"id":"1"="id":1' &
    scenario status_zero 0 --batch-size 4 -- '$batch:3:replace:"status":200="status":0' &
    scenario status_text 0 --batch-size 4 -- '$batch:3:replace:"status":200="status":"200"' &
    scenario other_names 0 --batch-size 4 -- '$batch:3:replace:"userPrincipalName":"u="userPrincipalName":"x' &
    wait
    scenario all_half 0 --batch-size 1 -- 'assignLicense:1:half' &
    scenario singles_twice 0 --batch-size 1 --connections 2 -- 'assignLicense:3:twice' &
    scenario singles_silence 0 --batch-size 1 -- 'assignLicense:9:silence' &
    scenario token_half 0 --batch-size 4 -- '/token:2:half' &
    wait
}
cat "$work"/*.told
