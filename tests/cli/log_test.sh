#!/usr/bin/env bash
# The log: levels, forms, a file, journald; and at no level a secret or a token.
. "$(dirname "$0")/lib.sh" "$1"

serve --users 1300 --claims-challenge once
secret=${ALLOT_CLIENT_SECRET:-}
[ -n "$secret" ] || secret=$(cat "$ALLOT_CLIENT_SECRET_FILE")

# secretive FILE WHAT: neither the client's secret nor a token (all begin with eyJ), nor a header that carries one.
secretive() {
    if grep -qF -e "$secret" -e eyJ "$1" || grep -qiE 'bearer +[a-z0-9]|client_secret=|client_assertion=' "$1"; then
        echo "not ok: $2: there is a secret in it"
    else
        echo "ok: $2: no secret in it"
    fi
}
# objects FILE: how many lines are whole JSON objects.
objects() { jq -cR 'fromjson? | objects' "$1" | wc -l; }

job one.csv 20 39
expect 0 "a log file" "$allot" apply one.csv --yes --log-file run.log
run=$(the_run run)
says run.log "info: the run begins run=$run command=apply" "it says what run begins"
says run.log "verified run=$run exit_code=0" "and how it ended"
says err "reading 20 users" "standard error has the remarks as before"
same "$(grep -c 'the run begins' err)" 0 "and the rest is the file's alone"
same "$(stat -c %a run.log)" 600 "the file is its owner's alone"
expect 0 "a second run" "$allot" verify one.csv --log-file run.log --quiet
same "$(wc -c <err)" 0 "--quiet is about standard error"
same "$(grep -c 'reading 20 users' run.log)" 2 "the log goes on where it was"
same "$(grep -cvE '^(20[0-9-]+T[0-9:.]+Z (error|warning|info|debug): |    )' run.log)" 0 "each line has time and level"

job two.csv 40 59
from=60
for form in text json; do
    for level in error warning info debug; do
        rm -f at.log
        expect 0 "$form, $level" "$allot" apply two.csv --yes --log-file at.log --log-format $form --log-level $level
        secretive at.log "$form, $level"
    done
    says at.log /v1.0/subscribedSkus "$form, debug: every exchange is in it"
    says at.log oauth2/v2.0/token "$form, debug: sign-ins too"
    # shellcheck disable=SC2016
    same "$(grep -c 'contoso.example' at.log)" 0 "$form, debug: but no names of people"
    rm -f http.log
    job "three-$form.csv" "$from" $((from + 19))
    from=$((from + 20))
    expect 0 "$form, --debug-http" "$allot" apply "three-$form.csv" --yes --debug-http --log-file http.log --log-format $form
    secretive http.log "$form, --debug-http"
    says http.log addLicenses "$form, --debug-http: bodies are in it"
    says http.log 'authorization: (not shown)' "$form, --debug-http: and headers, but for their secrets"
    says http.log 'bytes of a sign-in, not shown' "$form, --debug-http: sign-ins without their bodies"
done
same "$(objects http.log)" "$(wc -l <http.log)" "every line of a JSON log is an object"
says http.log '"event":"run_begun"' "events have names"
same "$(grep -c '"level":"info".*"event":"run_ended".*"run":"'"$(the_run run)"'"' http.log)" 1 "and the run's"

expect 0 "JSON on standard error" "$allot" verify one.csv --log-format json
same "$(objects err)" "$(wc -l <err)" "is nothing but objects"
expect 5 "also for what is wrong" "$allot" verify missing-column.csv --log-format json
printf 'name,sku\nx,y\n' >missing-column.csv
expect 5 "a broken job" "$allot" verify missing-column.csv --log-format json
secretive err "a broken job"

# A wrong secret is refused, and is as secret.
printf 'wrong-%s' "$secret" >wrong
expect 7 "a refused sign-in" env -u ALLOT_CLIENT_SECRET ALLOT_CLIENT_SECRET_FILE=wrong \
    "$allot" verify one.csv --debug-http --log-file refused.log
secretive refused.log "a refused sign-in"
secretive err "a refused sign-in, standard error"

expect 0 "doctor with --debug-http" "$allot" doctor --debug-http --log-file doctor.log
secretive doctor.log "doctor with --debug-http"
says doctor.log /v1.0/subscribedSkus "doctor with --debug-http: shows what it asked"

# journald names its stream by device and inode.
: >journal
JOURNAL_STREAM=$(stat -L -c %d:%i journal) "$allot" apply one.csv --yes --log-level debug 2>journal >out
says journal '<6>reading 20 users' "journald gets the level of a remark"
says journal '<7>allot: debug: exchange method=' "and of an exchange, without a time"
same "$(grep -cv '^<[3467]>' journal)" 0 "on every line"
: >journal
JOURNAL_STREAM=$(stat -L -c %d:%i journal) "$allot" apply nowhere.csv --yes 2>journal
says journal '<3>allot: ' "and of what is wrong"
JOURNAL_STREAM=1:2 "$allot" verify one.csv 2>err >out
says err 'reading 20 users' "standard error that is another file than the journal's"
same "$(grep -c '^<' err)" 0 "gets no levels"

# What matters is found by its level.
: >journal
JOURNAL_STREAM=$(stat -L -c %d:%i journal) "$allot" apply one.csv --yes --log-level warning 2>journal >out
same "$(wc -c <journal)" 0 "--log-level warning: a run that goes well says nothing"

expect 1 "a log file that cannot be" "$allot" verify one.csv --log-file nowhere/run.log
says err "cannot write the log file nowhere/run.log: No such file or directory" "says why"
