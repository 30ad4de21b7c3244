#!/usr/bin/env bash
# Against `allot simulate` in a process of its own: sign-in, certificates, limits, faults, an interrupted run.
. "$(dirname "$0")/lib.sh" "$1"

serve --users 400 --write-limit none --unit-limit none
job wave.csv 20 320
ALLOT_CA_FILE='' expect 1 "an unknown certificate authority is refused" "$allot" plan wave.csv
says err "certificate" "it says that it is the certificate"
echo wrong >wrong_secret
ALLOT_CLIENT_SECRET_FILE=wrong_secret expect 7 "a wrong secret is refused" "$allot" plan wave.csv
says err "secret" "it says that it is the secret"
ALLOT_GRAPH_URL=https://127.0.0.1:1 expect 124 "a service that is not there is asked again" \
    timeout 5 "$allot" skus
says err "Trying again in" "and that is said"
expect 0 "a wave of 301 people" "$allot" apply wave.csv --yes --write-limit none
expect 0 "the same wave again" "$allot" apply wave.csv --yes
stop_server
same "$(count usersTouched)" "$(grep -c ,verified, allot-report/*/report.csv | sed -n 's/.*://p' | head -n 1)" \
    "as many people were touched as are verified"
same "$(count writesThrottled)" 0 "nothing was refused"

serve --users 400 --write-limit 100/5s --faults 6% --lag 3s --token-lifetime 8s \
    --fault-kinds throttled_integer,throttled_decimal,throttled_dated,throttled_absent,error_500,error_502,error_503,error_504,concurrency,part_missing,reset_before,reset_during,reply_lost,not_json,truncated,connection_close,empty_page
job wave.csv 20 319
expect 0 "a wave through every kind of fault" \
    "$allot" apply wave.csv --yes --write-limit 100/5s --report-dir faulty
same "$(grep -c ',POWER_BI_PRO,assign,\(verified\|already\),' faulty/*/report.csv)" 300 "everybody has a good verdict"
expect 0 "and it is so" "$allot" verify wave.csv
expect 0 "once more" "$allot" apply wave.csv --yes --report-dir faulty2
same "$(grep -c ',already,' faulty2/*/report.csv)" 300 "nothing was left to do"
stop_server
same "$(count earlyReturns)" 0 "no request came before its Retry-After"
same "$(count overlappingWrites)" 0 "no two writes for one person were under way"

serve --users 400 --write-limit 50/10s
job wave.csv 20 319
"$allot" apply wave.csv --yes --write-limit 50/10s --report-dir stopped >out 2>err </dev/null &
run=$!
sleep 3
kill -INT "$run"
status=0
wait "$run" || status=$?
same "$status" 4 "an interrupted run ends with 4"
same "$(tail -n +2 stopped/*/report.csv | wc -l)" 300 "its report has every target"
says stopped/*/report.csv ",cancelled,interrupted," "what was not tried is cancelled"
stop_server
