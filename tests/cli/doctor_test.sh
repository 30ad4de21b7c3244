#!/usr/bin/env bash
# `allot doctor`: one thing wrong at a time, and it must be the one that is named, with its mend and its exit status.
. "$(dirname "$0")/lib.sh" "$1"
for variable in https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY; do unset "$variable"; done

# line STANDING STEP WHAT: doctor's output has that step so.
line() {
    if grep -qE "^$1 +$2" out; then
        echo "ok: $3"
    else
        echo "not ok: $3: no \"$1 $2\""
        sed 's/^/    /' out err
    fi
}
# serve_again FLAGS...: another simulated tenant in place of the last one.
serve_again() {
    stop_server
    serve --users 50 "$@"
}

serve --users 50
expect 0 "all is well" "$allot" doctor
for step in configuration "state folder" "run store" lock name "route to" "TLS 127" clock sign-in "permission to assign licences" \
    subscriptions users; do
    line ok "$step" "$step"
done
same "$(grep -cE '^(FAIL|skipped|warn)' out)" 0 "nothing else is said"
says out "issued by" "who signed the certificate"
says out "ALLOT_CLIENT_SECRET_FILE" "where the credential is from"
same "$(grep -c "$(cat "$ALLOT_CLIENT_SECRET_FILE")" out)" 0 "the secret is not shown"
expect 0 "as JSON" "$allot" doctor -o json
says out '{"step":"clock","status":"ok",' "an object to a step"
expect 0 "as CSV" "$allot" doctor -o csv
says out 'step,status,detail,mend' "with a header"
expect 0 "the tenant in this process" "$allot" doctor --profile simulated
expect 0 "a run" "$allot" skus

echo "what can be wrong"
printf 'wrong\n' >wrong
expect 7 "a wrong secret" env ALLOT_CLIENT_SECRET_FILE="$work/wrong" "$allot" doctor
line FAIL sign-in "the sign-in is named"
line skipped permissions "the permissions wait for it"
expect 1 "nobody at that port" env ALLOT_GRAPH_URL=https://127.0.0.1:1 ALLOT_LOGIN_URL=https://127.0.0.1:1 "$allot" doctor
line FAIL "route to 127.0.0.1:1: .*Connection refused" "the route is named"
line skipped "TLS 127.0.0.1:1" "TLS waits for it"
line skipped sign-in "and the sign-in"
expect 1 "a name that nobody knows" env ALLOT_GRAPH_URL=https://graph.invalid "$allot" doctor
line FAIL "name graph.invalid" "the name is named"
expect 1 "an authority that is not known" env ALLOT_CA_FILE= "$allot" doctor
line FAIL "TLS 127.*issued by" "TLS is named"
says out "ALLOT_CA_FILE" "with the mend"
expect 5 "a CA file that is none" env ALLOT_CA_FILE=/dev/null "$allot" doctor
line FAIL "CA file" "it is named"
expect 1 "a proxy that is not there" "$allot" doctor --proxy http://127.0.0.1:1
line FAIL "route to .*the proxy from --proxy" "the proxy is named"
touch file
expect 1 "a state folder that cannot be" "$allot" doctor --state-dir "$work/file/state"
line FAIL "state folder" "it is named"
line skipped lock "the lock waits for it"
line ok sign-in "what does not need it is still tried"
mkdir -p damaged && printf 'this is no database, and long enough to be seen as none\n' >damaged/runs.db
expect 1 "a run store that is damaged" "$allot" doctor --state-dir damaged
line FAIL "run store" "it is named"
mkdir -m 755 open
expect 0 "a state folder that others can enter" "$allot" doctor --state-dir open
line warn "state folder" "is worth a word"
says out "chmod 700" "with the mend"
(unset ALLOT_TENANT && expect 5 "no configuration" "$allot" doctor)
line FAIL "configuration: .*cannot sign in, not given: tenant" "it is named"
(unset ALLOT_TENANT && expect 5 "and as JSON" "$allot" doctor -o json)
says out '"status":"fail"' "in that form"

echo "a run holds the lock"
serve_again --latency 400ms --write-limit none
job wave.csv 5 45
"$allot" apply wave.csv --yes --batch-size 1 --connections 1 >apply.out 2>&1 </dev/null &
run_pid=$!
for _ in $(seq 100); do
    grep -q . "$ALLOT_STATE_DIR"/locks/*.lock 2>/dev/null && [ "$(count_now writesAccepted)" -gt 0 ] 2>/dev/null && break
    sleep 0.1
done
expect 6 "it is said" "$allot" doctor
line FAIL "lock: .*apply" "who holds it"
line ok sign-in "what does not need it is still tried"
kill -TERM "$run_pid"
wait "$run_pid"

echo "permissions"
serve_again --roles User.Read.All,Organization.Read.All
expect 7 "none to assign licences" "$allot" doctor
line FAIL "permission to assign licences: missing" "it is named"
line ok "permission to read users: User.Read.All" "another is there"
line ok users "and proved"
says out "admin consent" "with the mend"
serve_again --roles LicenseAssignment.ReadWrite.All,User.Read.All
expect 0 "the least that is needed" "$allot" doctor
line warn "permission to set usage locations" "what only some jobs need is worth a word"
job located.csv 5 10
expect 3 "the service refuses the locations, as doctor foretold" "$allot" apply located.csv --yes --set-usage-location always
says out "permission_refused" "with that reason"
serve_again --roles none
expect 7 "none at all" "$allot" doctor
line FAIL "users" "a page of users is refused too"

echo "the clock"
serve_again --date-shift 2m
expect 0 "two minutes off" "$allot" doctor
line warn "clock: .*behind" "is worth a word"
serve_again --date-shift 10m
expect 1 "ten minutes off" "$allot" doctor
line FAIL clock "is too much"
says out "timedatectl" "with the mend"
stop_server
