#!/usr/bin/env bash
# The program against servers that are broken or mean no good, over real TLS: a relay that damages what a simulated
# tenant says (broken/), with a bound on time and memory, what is said of it, and whether the token went astray.
. "$(dirname "$0")/lib.sh" "$1"
relay=$(dirname "$allot")/../../tests/cli/broken/broken_relay
# Without sanitizers, whose shadow memory counts.
memory_max_kib=${MEMORY_MAX_KIB:-300000} memory_seen=0

serve --users 300 --write-limit none --unit-limit none
behind=${ALLOT_GRAPH_URL##*:}
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -keyout key.pem -out cert.pem -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>openssl.log
cat "$ALLOT_CA_FILE" cert.pem >both.pem
export ALLOT_CA_FILE=$work/both.pem ALLOT_PATIENCE=1s ALLOT_TIMEOUT=1s
true_graph=$ALLOT_GRAPH_URL true_login=$ALLOT_LOGIN_URL
job people.csv 20 249
echo 'nobody@contoso.example,POWER_BI_PRO,NL' >>people.csv

# relay_to NAME PORT RULE...: starts a relay; its port goes to $port, its log to NAME.log.
relay_to() {
    local name=$1 to=$2
    shift 2
    rm -f "$name.out"
    "$relay" "$to" cert.pem key.pem "$name.log" "$@" >"$name.out" 2>&1 &
    server_pids+=($!)
    relay_pid=$!
    for _ in $(seq 100); do
        grep -qs port "$name.out" && break
        sleep 0.02
    done
    port=$(sed -n 's/port //p' "$name.out")
}
# Where links and redirects lead: it must never hear of the token.
relay_to other 0
other=https://localhost:$port

# meets STATUS SECONDS WORDS WHAT COMMAND... -- RULE...: the command with such a relay between. Ends within so many
# seconds, with no more memory than allowed, with that status, and with these words.
meets() {
    local wanted=$1 seconds=$2 words=$3 what=$4 status=0
    shift 4
    local command=()
    while [ "$1" != -- ]; do command+=("$1"); shift; done
    shift
    rm -f relay.log
    relay_to relay "$behind" "$@"
    export ALLOT_GRAPH_URL=https://localhost:$port ALLOT_LOGIN_URL=https://localhost:$port
    local began=$SECONDS
    /usr/bin/env time -f '%M' -o memory timeout -k 1 "$seconds" "${command[@]}" >out 2>err </dev/null || status=$?
    local took=$((SECONDS - began)) memory
    memory=$(tail -n 1 memory)
    [ "$memory" -gt "$memory_seen" ] && memory_seen=$memory
    kill "$relay_pid"
    wait "$relay_pid" 2>/dev/null
    if [ "$status" != "$wanted" ]; then
        echo "not ok: $what: exit status $status after $took s, not $wanted"
        sed 's/^/    /' out err | cut -c 1-300 | tail -n 12
    elif ! grep -qF -- "$words" out err; then
        echo "not ok: $what: it does not say \"$words\""
        sed 's/^/    /' out err | cut -c 1-300 | tail -n 12
    elif [ "$memory" -gt "$memory_max_kib" ]; then
        echo "not ok: $what: it took $memory KiB of memory"
    elif LC_ALL=C grep -qa $'[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]\\|\xc2[\x80-\x9f]' out err; then
        echo "not ok: $what: control characters reach the terminal"
        LC_ALL=C cat -v out err | tail -n 5
    else
        echo "ok: $what"
    fi
}
# reply FILE STATUS HEADERS BODY: a whole reply with its length.
reply() {
    printf 'HTTP/1.1 %s\r\n%bContent-Length: %s\r\n\r\n%s' "$2" "$3" "$(printf %s "$4" | wc -c)" "$4" >"$1"
}
json='Content-Type: application/json\r\n'

echo "connections that come to nothing"
printf 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n' >plain
head -c 5000 /dev/urandom | tr '\026' x >noise
printf '\x16\x03\x03\x40\x00\x02' >record
: >nothing
meets 1 20 "does not speak it: is that the address and port of an https service" "HTTP without TLS" "$allot" skus -- accept:1:raw:plain
meets 1 20 "no TLS with localhost" "noise" "$allot" skus -- accept:1:raw:noise
meets 1 20 "was ended in the middle of the handshake" "half a record of TLS, then the end" "$allot" skus -- accept:1:last:record
meets 1 20 "was ended in the middle of the handshake" "an end at once" "$allot" skus -- accept:1:last:nothing
meets 1 30 "no answer in time" "silence instead of TLS" "$allot" skus -- accept:1:silence

echo "replies that are none, to the sign-in and to a request"
head -c 200000 /dev/zero | tr '\0' x >xs
{ printf 'HTTP/1.1 200 OK\r\nX: '; cat xs; } >long_header
{ printf 'HTTP/1.1 200 OK\r\n'; for _ in $(seq 20000); do printf 'X: y\r\n'; done; } >fields
{ printf 'HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n{"value":["'; cat xs; } >gigabyte
{ printf 'HTTP/1.1 200 OK\r\n\r\n{"value":["'; cat xs; } >no_length
{
    printf 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n{"value":["\r\n'
    for _ in $(seq 100); do printf '400\r\n'; head -c 1024 xs; printf '\r\n'; done
} >chunks
printf 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n' >interim
reply version '200 OK' '' '{}' && sed -i 's,HTTP/1.1,HTTP/3.0,' version
printf 'HTTP/1.1 200 OK\r\nX: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy' >slow_header
printf 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"value":[                                            ' >slow_body
printf '{"value":[]}' | gzip -9 >packed
head -c 30000000 /dev/zero | gzip -9 >bomb
for of in packed bomb; do
    { printf 'HTTP/1.1 200 OK\r\n%bContent-Encoding: gzip\r\nContent-Length: %s\r\n\r\n' "$json" "$(stat -c %s $of)"; cat $of; } >$of.reply
done
printf 'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"value":[]}' >shorter
for where in /token /subscribedSkus; do
    meets 1 20 "has headers without end" "$where: a header without end" "$allot" skus -- $where:1:flood:long_header
    meets 1 20 "has headers without end" "$where: fields without end" "$allot" skus -- $where:1:flood:fields
    meets 1 20 "larger than the" "$where: a gigabyte, announced and sent" "$allot" skus -- $where:1:flood:gigabyte
    meets 1 20 "larger than the" "$where: a body without end" "$allot" skus -- $where:1:flood:no_length
    meets 1 20 "larger than the" "$where: chunks without end" "$allot" skus -- $where:1:flood:chunks
    meets 1 20 "only interim ones" "$where: interim replies without end" "$allot" skus -- $where:1:flood:interim
    meets 1 20 "it is no HTTP/1.1" "$where: another version of HTTP" "$allot" skus -- $where:1:raw:version
    meets 1 20 "no whole reply from localhost:" "$where: a header, a byte at a time" "$allot" skus -- $where:1:drip:slow_header
    meets 1 20 "no whole reply from localhost:" "$where: a body, a byte at a time" "$allot" skus -- $where:1:drip:slow_body
    meets 1 20 "no whole reply from localhost:" "$where: no reply at all" "$allot" skus -- $where:1:silence
    meets 1 20 "ended before the reply did" "$where: an end instead of a reply" "$allot" skus -- $where:1:cut
    meets 1 20 "ended before the reply did" "$where: half of the body" "$allot" skus -- $where:1:half
    meets 1 20 "ended before the reply did" "$where: half of a body of no length" "$allot" skus -- $where:1:endless
    meets 1 20 "ended before the reply did" "$where: a body shorter than it says" "$allot" skus -- $where:1:last:shorter
    meets 1 20 "is packed, though none was asked to be" "$where: a packed reply" "$allot" skus -- $where:1:raw:packed.reply
    meets 1 20 "is packed, though none was asked to be" "$where: a packed reply that would be 30 MB" "$allot" skus -- $where:1:raw:bomb.reply
done

echo "the same to a batch, and to the doctor"
# Nobody is taken to have nothing.
job few.csv 20 24
for what in flood:long_header flood:gigabyte flood:chunks drip:slow_body silence cut half endless raw:packed.reply; do
    meets 3 40 "5 unreadable" "\$batch, and one by one: $what" "$allot" plan few.csv --survey by-name -- "\$batch:1:$what" "/users/:1:$what"
done
job many.csv 20 219
meets 3 60 "200 unreadable" "bodies without end on every connection there is" "$allot" plan many.csv --survey by-name -- '$batch:1:flood:no_length' /users/:1:flood:no_length
for what in flood:long_header flood:gigabyte half raw:packed.reply raw:version; do
    meets 1 40 "FAIL    sign-in: " "the doctor, at the sign-in: $what" "$allot" doctor -- "/token:1:$what"
done
meets 1 40 "does not speak it" "the doctor, where there is no TLS" "$allot" doctor -- accept:1:raw:plain
meets 1 40 "FAIL    subscriptions: " "the doctor, at the subscriptions" "$allot" doctor -- /subscribedSkus:1:flood:gigabyte

echo "what a sign-in may not be"
# granted FILE PROPERTIES: a token and what else the reply says.
granted() { reply "$1" '200 OK' "$json" "{\"access_token\":$2}"; }
for lifetime in 0 -1 1e30 '"abc"' 9223372036854775808 null; do
    granted lifetime "\"a.b.c\",\"expires_in\":$lifetime"
    meets 1 20 "does not say how long its token holds" "expires_in: $lifetime" "$allot" skus -- /token:1:raw:lifetime
done
granted lifetime '"a.b.c","token_type":"Bearer"'
meets 1 20 "does not say how long its token holds" "no expires_in" "$allot" skus -- /token:1:raw:lifetime
granted token '"a\r\nX-Evil: yes\r\n\r\nGET / HTTP/1.1","expires_in":3600'
meets 1 20 "no usable token" "a token with a line break" "$allot" skus -- /token:1:raw:token
granted token '"a\u0007b","expires_in":3600'
meets 1 20 "no usable token" "a token with a control character" "$allot" skus -- /token:1:raw:token
granted token "\"$(head -c 100000 xs)\",\"expires_in\":3600"
meets 1 20 "no usable token" "a token of 100 KB" "$allot" skus -- /token:1:raw:token
{ printf 'HTTP/1.1 200 OK\r\n%bContent-Length: 10000043\r\n\r\n{"expires_in":3600,"access_token":"' "$json"; head -c 10000000 /dev/zero | tr '\0' x; printf '"}xxxxxxxxxx'; } >token
meets 1 20 "larger than the 256 KiB" "a token of 10 MB" "$allot" skus -- /token:1:raw:token
granted token '"a.b.c","expires_in":3600,"token_type":"pop"'
meets 7 20 'of the type "pop"' "a token that is not of the type Bearer" "$allot" skus -- /token:1:raw:token
reply token '401 No' "$json" '{"error":"x\u001b[2J","error_description":"\u001b]0;evil\u0007 no \u009b31m"}'
meets 7 20 'was refused' "a refusal that would steer the terminal" "$allot" skus -- /token:1:raw:token
reply token '503 Later' 'Retry-After: 31536000\r\n' ''
meets 1 20 'HTTP 503' "a sign-in that is to wait for a year" "$allot" skus -- /token:1:raw:token

echo "where else replies would have the program go"
for status in 301 302 303 307 308; do
    for place in "$other/x" "http://localhost:${other##*:}/x" "//localhost:${other##*:}/x"; do
        reply redirect "$status Elsewhere" "Location: $place\r\n" ''
        meets 1 20 "HTTP $status" "a sign-in that leads to $place with $status" "$allot" skus -- /token:1:raw:redirect
        meets 1 20 "HTTP $status: a redirect, which is not followed" "a request that does" "$allot" skus -- /subscribedSkus:1:raw:redirect
    done
done
reply redirect '308 Elsewhere' 'Location: /v1.0/subscribedSkus?again\r\n' ''
meets 1 20 "a redirect, which is not followed" "a redirect to the same host" "$allot" skus -- /subscribedSkus:1:raw:redirect
for link in "$other/v1.0/users" "http://localhost:${other##*:}/v1.0/users" "https://localhost:1/v1.0/users" "//localhost/users" \
    'https://localhost@evil.example/' 'javascript:alert(1)' '' '/v1.0/users'; do
    reply page '200 OK' "$json" "{\"value\":[],\"@odata.nextLink\":\"$link\"}"
    meets 1 20 "the next page is said to be on another host" "a next page at \"$link\"" "$allot" export -- /users:1:raw:page
    reply page '200 OK' "$json" "{\"value\":[],\"@odata.deltaLink\":\"$link\"}"
    meets 0 20 "what has changed in the tenant could not be read: the next page is said to be on another host" "changes at \"$link\"" "$allot" plan people.csv --survey delta -- /users/delta:1:raw:page
done
reply page '200 OK' "$json" '{"value":[],"@odata.nextLink":7}'
meets 1 20 "the address of the next page is no text" "a next page at a number" "$allot" export -- /users:1:raw:page
meets 1 30 "the service's list has no end: it begins again with a page that was there before" "the same page with ever new addresses" \
    "$allot" export -- '/users?:1:chain'
meets 1 30 "the service's list has no end" "likewise while planning" "$allot" plan people.csv --survey pages -- '/users?:1:chain'
meets 1 30 "the list of subscriptions has no last page" "subscriptions with ever new addresses" "$allot" skus -- '/subscribedSkus:1:chain'

echo "one person whose entry is not what it should be"
timeless() { sed 's/T[0-9:.]*Z//g' "$1"; }
odd='"userPrincipalName":"user00030@contoso.example"="userPrincipalName":7'
ALLOT_GRAPH_URL=$true_graph ALLOT_LOGIN_URL=$true_login "$allot" plan people.csv --survey pages -o csv >whole.csv 2>err
meets 0 20 "user00249@contoso.example" "the tenant's pages" "$allot" plan people.csv --survey pages -o csv -- "/users?:1:replace:$odd"
same "$(diff <(timeless out) <(timeless whole.csv) && echo same)" same "he is asked for by himself, and everybody is planned for"
meets 3 20 "1 failed: unreadable (line 12)" "his own reply as well" "$allot" plan people.csv --survey pages -- "/users?:1:replace:$odd" "\$batch:1:replace:$odd" "/users/:1:replace:$odd"
meets 3 20 "the user in the reply lacks part of what was asked" "told in his row" "$allot" plan people.csv --survey pages -o csv -- "/users?:1:replace:$odd" "\$batch:1:replace:$odd" "/users/:1:replace:$odd"
same "$(diff <(timeless out) <(timeless whole.csv) | grep -c '^<')" 1 "and in no other"
meets 1 20 "an entry of the page lacks part of what was asked" "a list of everybody, without him" "$allot" export -- "/users?:1:replace:$odd"
same "$(wc -l <out)" 0 "is not given"

echo "bodies that are not what they should be"
deep=$(printf '[%.0s' $(seq 100000))
id='"id":"11111111-aaaa-4bbb-8ccc-000000000001"'
# body_meets WHAT BODY COMMAND...: it could not be read, and nothing is believed of it.
body_meets() {
    local what=$1
    reply body '200 OK' "$json" "$2"
    shift 2
    meets 1 20 "$because" "$what" "$@" -- "$path:1:raw:body"
}
path=/subscribedSkus
because="not whole JSON"
body_meets "HTML" '<html><body>Welcome to the hotel</body></html>' "$allot" skus
body_meets "nothing" '' "$allot" skus
body_meets "a hundred thousand levels" "{\"value\":$deep" "$allot" skus
body_meets "broken UTF-8" $'{"value":[],"x":"\xc3("}' "$allot" skus
body_meets "half a surrogate pair" '{"value":[],"x":"\ud800"}' "$allot" skus
body_meets "a number beyond all numbers" '{"value":[],"x":1e400}' "$allot" skus
# sku ENABLED NAME
sku() {
    printf '{"value":[{"skuId":"f8a1db68-be16-40ed-86d5-cb42ce701560","skuPartNumber":"%s","capabilityStatus":"Enabled","appliesTo":"User","consumedUnits":1,"prepaidUnits":{"enabled":%s,"warning":0,"suspended":0},"servicePlans":[]}]}' "$2" "$1"
}
because="an entry of the page lacks part of what was asked"
for seats in 1e30 1.5 9223372036854775808 4294967296 '"7"'; do body_meets "$seats seats" "$(sku $seats PRO)" "$allot" skus; done
reply page '200 OK' "$json" "$(sku -5 PRO)"
meets 0 20 "-5" "-5 seats" "$allot" skus -- /subscribedSkus:1:raw:page
steering='\u001b]0;evil\u0007\u001b[2J\u0000\r\n\u009b31m\u202e,=x'
for form in text csv json; do
    reply page '200 OK' "$json" "$(sku 5 "$steering")"
    meets 0 20 "f8a1db68" "a SKU's name that would steer the terminal, as $form" "$allot" skus -o $form -- /subscribedSkus:1:raw:page
    same "$(grep -c f8a1db68 out)" 1 "it is one line"
done
{ printf 'HTTP/1.1 200 OK\r\n%bContent-Length: 20000014\r\n\r\n{"value":["' "$json"; head -c 20000000 /dev/zero | tr '\0' x; printf '"]}'; } >page
meets 1 20 "an entry of the page lacks part" "a string of 20 MB" "$allot" skus -- /subscribedSkus:1:raw:page
{ printf 'HTTP/1.1 200 OK\r\n%bContent-Length: 30000011\r\n\r\n{"value":[' "$json"; head -c 29999999 /dev/zero | sed 's/\x00/1,/g' | head -c 29999999; printf '1]'; } >page
meets 1 20 "not whole JSON" "fifteen million numbers, and then no end" "$allot" skus -- /subscribedSkus:1:raw:page
reply page '403 No' "$json" '{"error":{"code":"x\u001b[2J","message":"\u001b]0;evil\u0007 \u009b31m no\r\nand more"}}'
meets 1 20 "and more" "an error that would steer the terminal" "$allot" skus -- /subscribedSkus:1:raw:page
user="$id,\"accountEnabled\":true,\"usageLocation\":null,\"assignedLicenses\":[{\"skuId\":\"f8a1db68-be16-40ed-86d5-cb42ce701560\",\"disabledPlans\":[]}],\"licenseAssignmentStates\":[]"
reply page '200 OK' "$json" "{\"value\":[{\"userPrincipalName\":\"$steering\",$user}]}"
meets 0 20 "POWER_BI_PRO" "a person's name that would" "$allot" export -- '/users?:1:raw:page'
for seconds in 31536000 -1 soon 99999999999999999999 1e999 'Wed, 21 Oct 2099 07:28:00 GMT'; do
    reply later '429 Later' "Retry-After: $seconds\r\n" ''
    meets 1 20 "" "429 with Retry-After: $seconds" "$allot" skus -- /subscribedSkus:1:raw:later
done

echo "servers that repeat the token"
meets 1 20 "You sent Authorization: Bearer (withheld)" "in a refusal" "$allot" skus -- /subscribedSkus:1:echo
meets 1 20 "You sent Authorization: Bearer (withheld)" "likewise with --debug-http" "$allot" skus --debug-http -- /subscribedSkus:1:echo
same "$(grep -c 'Bearer [^(]' err)" 0 "it is not in the log"

echo "the other host"
same "$(wc -l <other.log)" 0 "it was never asked for anything, let alone with the token"
echo "at most $memory_seen KiB of memory were used"
