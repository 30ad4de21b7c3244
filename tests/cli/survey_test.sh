#!/usr/bin/env bash
# How the tenant is read: by name, from pages, or from what has changed since last time; against `allot simulate`, over TLS.
. "$(dirname "$0")/lib.sh" "$1"

# plan FLAGS...: what the plan says of the way, in $work/out; the requests it took in $took.
plan() {
    local before
    before=$(count_now requests)
    expect 0 "a plan${*:+ with $*}" "$allot" plan nightly.csv "$@"
    took=$(($(count_now requests) - before))
}
# write METHOD PATH BODY: somebody else changes the tenant.
write() {
    local token
    token=$(printf 'POST /contoso.example/oauth2/v2.0/token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s' \
        "${#sign_in}" "$sign_in" | over_tls | sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p')
    printf '%s /v1.0%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' \
        "$1" "$2" "$token" "${#3}" "$3" | over_tls | sed -n '1s/.* \([0-9]*\) .*/\1/p'
}
over_tls() { openssl s_client -quiet -connect "${ALLOT_GRAPH_URL#https://}" 2>/dev/null; }

serve --users 5000 --unit-limit none --write-limit none
sign_in="grant_type=client_credentials&client_id=$ALLOT_CLIENT_ID&client_secret=$(cat "$ALLOT_CLIENT_SECRET_FILE")&scope=$(printf %s "$ALLOT_GRAPH_URL" | sed "s#:#%3A#g; s#/#%2F#g")%2F.default"
job nightly.csv 1000 3999

plan
says out "read 5 pages of the tenant's users: 5 requests, against 150 for asking by name" "the first night reads pages"
# Without being told to, the first survey that is older than five minutes begins to keep.
expect 0 "the wave is applied" "$allot" apply nightly.csv --yes --survey delta --report-dir applied
expect 0 "again: nothing to do" "$allot" apply nightly.csv --yes --report-dir applied
says out "3000 targets: 3000 already" "everybody has it"
expect 0 "and once more, because reads may lag behind what it wrote" "$allot" apply nightly.csv --yes --report-dir applied
before=$(count_now requests)
expect 0 "a nightly apply of an unchanged job" "$allot" apply nightly.csv --yes --report-dir applied
took=$(($(count_now requests) - before))
says out "3000 targets: 3000 already" "finds it so"
if [ "$took" -le 4 ]; then echo "ok: for $took requests"; else echo "not ok: for $took requests, not 4"; fi
plan
says out "took 3000 users from the survey of" "the plan says that it went by what was kept"
says out "1 request, against 6 for all pages" "and what that cost"
before=$(count_now requests)
expect 0 "verify looks at everybody all the same" "$allot" verify nightly.csv
if [ $(($(count_now requests) - before)) -gt 5 ]; then echo "ok: it asked"; else echo "not ok: it did not ask"; fi

bi=f8a1db68-be16-40ed-86d5-cb42ce701560
same "$(write POST /users/user01500@contoso.example/assignLicense "{\"addLicenses\":[],\"removeLicenses\":[\"$bi\"]}")" 200 \
    "somebody else takes a licence away"
same "$(write DELETE /users/user01501@contoso.example '')" 204 "somebody else deletes an account"
expect 0 "the next plan" "$allot" plan nightly.csv -o csv
same "$(grep -c '^[0-9]*,user01500@contoso.example,[^,]*,POWER_BI_PRO,assign,would_change' out)" 1 "gives it back"
says out "user01501@contoso.example,,POWER_BI_PRO,assign,blocked,user_not_found" "and misses the account"
plan
says out "asked for 2 by name, who may have changed" "only these two are asked for"
expect 3 "apply mends it" "$allot" apply nightly.csv --yes --report-dir mended
same "$(cut -d, -f6 mended/*/report.csv | sort | uniq -c | tr -s ' ' | tr '\n' ';')" \
    " 2998 already; 1 blocked; 1 verdict; 1 verified;" "and nothing else is written"

cp nightly.csv as-it-was.csv
echo user01600@contoso.example,EXCHANGESTANDARD,NL >>nightly.csv
plan
says out "looked again at 1 before changing them" "no change is planned on what was only remembered"
mv as-it-was.csv nightly.csv

plan --survey by-name
says out "asked for 3000 users by name, in batches of 20" "who must can ask by name"
plan --survey pages
says out "pages of the tenant's users" "or read pages"
export ALLOT_STATE_DIR=$work/other
plan --survey delta
says out "read the list of changes from its beginning: 2" "or begin with the list of changes"
plan
says out "took" "and go on from it the next night"
expect 5 "another word is no way" "$allot" plan nightly.csv --survey guess
says err "by-name" "and the ways are named"
stop_server

serve --users 1000 --delta-lifetime 1s --delta-page 50
job nightly.csv 100 699
export ALLOT_STATE_DIR=$work/third
plan --survey delta
sleep 2
plan
says out "the service had forgotten the last survey" "a link that is too old leads to a full survey"
says out "of the tenant's users: " "which is read anew"
stop_server
