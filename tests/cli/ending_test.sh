#!/usr/bin/env bash
# What happens when a command has ended, however it did: metrics for a monitor, and a command that is told.
. "$(dirname "$0")/lib.sh" "$1"

# metric NAME [LABEL]: its value in $work/allot.prom, of the command apply.
metric() { sed -n "s/^$1{command=\"apply\",tenant=\"[^\"]*\"${2:+,$2}} //p" allot.prom; }
# member NAME FILE: of the JSON object.
member() { jq -r ".$1 // \"\"" "$2"; }
# The command that is told keeps what it got.
cat >hook.sh <<'HOOK'
cat >"$1.json"
env | grep '^ALLOT_\|^AZURE_' | sort >"$1.env"
echo "from the hook"
HOOK
told() { printf 'sh %q %q' "$work/hook.sh" "$work/$1"; }

serve --users 1300 --write-limit 40/4s --latency 100ms
tenant=$ALLOT_TENANT
pace=(--write-limit 40/4s)

job one.csv 20 39
expect 0 "a run that goes well" "$allot" apply one.csv --yes --metrics-file allot.prom --on-finish "$(told good)"
same "$(metric allot_last_run_exit_code)" 0 "metrics: its exit status"
success=$(metric allot_last_success_timestamp_seconds)
same "$(($(date +%s) - ${success%.*} < 60))" 1 "metrics: when it succeeded"
verified=$(metric allot_targets 'verdict="verified"')
already=$(metric allot_targets 'verdict="already"')
same $((verified + already)) 20 "metrics: every target has a verdict"
free=$(metric allot_seats_free 'sku="POWER_BI_PRO"')
same "$free" "$("$allot" skus -o csv | awk -F , '$1 == "POWER_BI_PRO" { print $7 }')" "metrics: the seats that are left are the tenant's"
same "$(stat -c %a allot.prom)" 644 "metrics: whoever collects them may read them"
same "$(ls allot.prom*)" allot.prom "metrics: no other file is left"
if command -v promtool >/dev/null; then
    expect 0 "promtool accepts them" sh -c 'promtool check metrics <allot.prom'
fi
same "$(member exit_code good.json)" 0 "on-finish: gets the exit status"
same "$(member run_id good.json)" "$(the_run run)" "on-finish: the run"
same "$(member summary.targets good.json)" 20 "on-finish: the summary"
same "$(member error good.json)" "" "on-finish: no error"
says good.env ALLOT_EXIT_CODE=0 "on-finish: and the status in a variable"
says good.env "ALLOT_RUN_ID=$(the_run run)" "on-finish: the run too"
says err "from the hook" "on-finish: what it prints goes to standard error"
same "$(grep -c 'from the hook' out)" 0 "on-finish: not among the results"
expect 0 "with a proxy that has a login" env HTTPS_PROXY=http://joe:s3cret@127.0.0.1:9 NO_PROXY=127.0.0.1 EDITOR_MAIL=a@b \
    "$allot" apply one.csv --yes --on-finish "env >'$work/proxied.env'"
same "$(grep -c 's3cret' proxied.env),$(grep -c '^NO_PROXY\|^EDITOR_MAIL' proxied.env)" 0,2 "on-finish: the login is withheld, and nothing else"

expect 0 "JSON results" "$allot" apply one.csv --yes -o json --on-finish "$(told json)"
same "$(member 'summary.exit_code' out)" 0 "stay whole beside a command that prints"

# No secret gets to it.
ALLOT_CLIENT_SECRET=$(cat "$ALLOT_CLIENT_SECRET_FILE")
secret=$ALLOT_CLIENT_SECRET
expect 0 "with the secret in the environment" env -u ALLOT_CLIENT_SECRET_FILE ALLOT_CLIENT_SECRET="$secret" \
    ALLOT_ON_FINISH="$(told env)" "$allot" verify one.csv
same "$(grep -cF "$secret" env.env env.json | tr '\n' ' ')" "env.env:0 env.json:0 " "on-finish: no secret reaches it"
same "$(grep -c ALLOT_ON_FINISH env.env)" 0 "on-finish: nor itself"
same "$(member command env.json)" verify "on-finish: verify has an end too"
unset ALLOT_CLIENT_SECRET

expect 0 "a command that fails" "$allot" verify one.csv --on-finish 'exit 9'
says err "--on-finish: the command failed with exit status 9" "is told of, and changes nothing"
expect 0 "a command that reads nothing" "$allot" verify one.csv --on-finish true
expect 0 "a command that kills itself" "$allot" verify one.csv --on-finish 'kill -9 $$'
says err "ended by signal 9" "is told of"
expect 0 "metrics that cannot be written" "$allot" verify one.csv --metrics-file nowhere/x.prom
says err "the metrics are not written: nowhere/x.prom" "are told of, and change nothing"

# Ends that are none of success.
printf 'wrong' >wrong
expect 7 "a refused sign-in" env ALLOT_CLIENT_SECRET_FILE=wrong "$allot" apply one.csv --yes --metrics-file allot.prom \
    --on-finish "$(told refused)"
same "$(metric allot_last_run_exit_code)" 7 "metrics: say that it was refused"
same "$(metric allot_last_success_timestamp_seconds)" "$success" "metrics: and when it last succeeded"
same "$(metric allot_targets 'verdict="verified"')" "" "metrics: nothing of the earlier run is left"
same "$(metric allot_runs_total 'exit_code="0"') $(metric allot_runs_total 'exit_code="7"')" "1 1" "metrics: ends are counted"
same "$(member exit_code refused.json)" 7 "on-finish: a refused sign-in"
same "$(member tenant refused.json)" "$tenant" "on-finish: of which tenant"
same "$(member summary refused.json)" "" "on-finish: has no summary"
same "$(member error refused.json | grep -c .)" 1 "on-finish: and says what is wrong"
expect 5 "a broken job" "$allot" apply nowhere.csv --yes --on-finish "$(told broken)"
same "$(member exit_code broken.json)" 5 "on-finish: a broken job"

printf 'user,sku,usage_location\nx@y.example,POWER_BI_PRO,Nowhere\n' >wrong.csv
expect 5 "a job with errors" "$allot" apply wrong.csv --yes --on-finish "$(told wrong)"
same "$(member error wrong.json)" "wrong.csv: 1 error; nothing was done" "on-finish: a job with errors"
job two.csv 40 59
expect 6 "a cap" "$allot" apply two.csv --max-changes 0 --on-finish "$(told cap)" --yes
same "$(member exit_code cap.json)" 6 "on-finish: a cap"

# Signals.
job three.csv 60 259
interrupt() {
    "$allot" apply three.csv --yes "${pace[@]}" --metrics-file allot.prom --on-finish "$(told "$1")" >out 2>err </dev/null &
    local run=$! before
    before=$(count_now writesAccepted)
    until [ "$(count_now writesAccepted)" -gt "$before" ]; do sleep 0.1; done
    shift
    for signal in "$@"; do
        kill -s "$signal" "$run"
        [ $# = 1 ] || sleep 0.02
    done
    status=0
    wait "$run" || status=$?
}
interrupt stopped TERM
same "$status" 4 "SIGTERM"
same "$(member exit_code stopped.json) $(member run_id stopped.json)" "4 $(the_run run)" "on-finish: an interrupted run"
same "$(metric allot_last_run_exit_code)" 4 "metrics: an interrupted run"
same "$(metric allot_targets 'verdict="cancelled"' | grep -c '^[1-9]')" 1 "metrics: with what was not tried"
interrupt at_once INT INT
same "$status" 4 "SIGINT, twice"
same "$(member exit_code at_once.json)" 4 "on-finish: also when it ended at once"
expect 0 "resume" "$allot" resume "${pace[@]}" --metrics-file allot.prom --on-finish "$(told resumed)"
same "$(member command resumed.json) $(member exit_code resumed.json)" "apply 0" "on-finish: a resumed run is one of what began it"
same "$(metric allot_last_run_exit_code)" 0 "metrics: so is it there"

# The examples, as they are.
examples=$samples/on-finish
printf '#!/bin/sh\ncat >%q\n' "$work/mail" >sendmail
chmod +x sendmail
expect 0 "a mail for success" env SENDMAIL="$work/sendmail" "$allot" verify one.csv --on-finish "$examples/mail.sh a@contoso.example"
same "$(ls mail 2>/dev/null)" "" "is not sent"
job four.csv 300 303
expect 2 "a mail for drift" env SENDMAIL="$work/sendmail" "$allot" verify four.csv --on-finish "$examples/mail.sh a@contoso.example"
says mail "To: a@contoso.example" "is sent"
says mail "Subject: allot verify for $tenant: exit status 2" "says what it is about"
says mail " drifted" "and what was found"
expect 5 "a mail without a run" env SENDMAIL="$work/sendmail" "$allot" apply nowhere.csv --yes --on-finish "$examples/mail.sh a@contoso.example"
says mail "No run was begun." "says so"
says mail "nowhere.csv" "and why"

mkdir -p nginx
port=$((20000 + RANDOM % 20000))
cat >nginx/nginx.conf <<NGINX
daemon off;
pid $work/nginx/pid;
error_log $work/nginx/error.log;
events {}
http {
    access_log off;
    log_format body escape=none '\$request_body';
    client_body_temp_path $work/nginx; proxy_temp_path $work/nginx; fastcgi_temp_path $work/nginx;
    uwsgi_temp_path $work/nginx; scgi_temp_path $work/nginx;
    server { listen 127.0.0.1:$((port + 1)); return 202; }
    server {
        listen 127.0.0.1:$port;
        access_log $work/nginx/bodies body;
        location /hook { proxy_pass http://127.0.0.1:$((port + 1)); }
    }
}
NGINX
"$(command -v nginx || echo /usr/sbin/nginx)" -e "$work/nginx/error.log" -c "$work/nginx/nginx.conf" 2>/dev/null &
server_pids+=($!)
for _ in $(seq 50); do curl -s "http://127.0.0.1:$port/" >/dev/null && break; sleep 0.1; done
printf 'http://127.0.0.1:%s/hook' "$port" >webhook
expect 2 "Teams" "$allot" verify four.csv --on-finish "$examples/teams.sh $work/webhook"
same "$(grep -c 'on-finish' err)" 0 "takes the post"
tail -n 1 nginx/bodies >card.json
same "$(member attachments[0].content.body[0].text card.json)" "allot verify for $tenant: exit status 2" "which is a card that says it"
same "$(member attachments[0].content.body[0].color card.json)" Attention "in the colour for it"
printf 'http://127.0.0.1:%s/elsewhere' "$port" >webhook
expect 2 "a webhook that is gone" "$allot" verify four.csv --on-finish "$examples/teams.sh $work/webhook"
says err "--on-finish: the command failed" "is told of"
