#!/usr/bin/env bash
# Job files that are no job, or too much of one: refused in words, with the place, in little memory and bounded time;
# every error is told, counted and listed.
. "$(dirname "$0")/lib.sh" "$1"

# within KIB COMMAND...: with so much address space, of which the program and its libraries take about 50,000.
within() (
    ulimit -v "$1"
    shift
    exec timeout 100 "$@"
)

echo "-- what is no file"
mkdir folder
mkfifo pipe
: >empty.csv
echo user,sku >header.csv
printf 'user,sku\nann@contoso.example,POWER_BI_PRO\n' >good.csv
expect 5 "a folder" "$allot" check folder
says err "folder: cannot be read: Is a directory" "is called one"
expect 5 "a device without end" timeout 10 "$allot" check /dev/zero
says err "/dev/zero: this is a device" "is called one"
status=0
timeout 10 "$allot" check - </dev/zero >out 2>err || status=$?
same "$status" 5 "also as standard input"
expect 5 "/dev/null" "$allot" check /dev/null
says err "the file is empty" "is an empty file"
expect 5 "a file that is not there" "$allot" check nowhere.csv
says err "nowhere.csv: cannot be read: No such file or directory" "is named"
expect 5 "an empty file" "$allot" check empty.csv
says err "the first line names the columns" "says what is to be in it"
expect 5 "a header alone" "$allot" check header.csv
says err "the file has no targets" "is no job"
expect 124 "a named pipe that nobody writes to" timeout 1 "$allot" check pipe
says err "pipe is a named pipe: waiting" "says what it waits for"
cat good.csv >pipe &
expect 0 "a named pipe that somebody writes to" "$allot" check pipe
expect 0 "what the shell makes of <(…)" "$allot" check <(cat good.csv)
says out "1 target for" "is read from its first byte on"
if [ "$(id -u)" != 0 ]; then
    install -m 0 good.csv locked.csv
    expect 5 "a file that may not be read" "$allot" check locked.csv
    says err "Permission denied" "says why"
fi

status=0
"$allot" check - <good.csv >out 2>err || status=$?
same "$status" 0 "standard input that is a file"
python3 - good.csv "$allot" >out 2>err <<'P'
import os, subprocess, sys
text = open(sys.argv[1], "rb").read()
with open("offset.csv", "wb") as made: made.write(b"not for allot\n" + text)
part = os.open("offset.csv", os.O_RDONLY)
os.lseek(part, 14, os.SEEK_SET)
sys.exit(subprocess.call([sys.argv[2], "check", "-"], stdin=part))
P
same "$?" 0 "and that was read in part before"
for flag in "export --users" "skus --product-names" "skus --simulated-tenant"; do
    # shellcheck disable=SC2086
    expect 5 "$flag: a device" timeout 20 "$allot" $flag /dev/zero --profile simulated
    says err "/dev/zero: cannot be read: it is a device" "$flag: says so"
done

echo "-- what is no job"
printf 'user,sku\nann@contoso.example,POWER\0BI\n' >nul.csv
expect 5 "a NUL byte" "$allot" check nul.csv
says err "nul.csv:2:26: a NUL byte" "has its place"
head -c 100000 /dev/zero >zeros.csv
expect 5 "nothing but NUL bytes" "$allot" check zeros.csv
says err "zeros.csv:1:1: a cell of more than 64 KiB" "is given up soon"
cat good.csv good.csv >twice.csv
expect 5 "two files put together" "$allot" check twice.csv
says err "twice.csv:3: the header once more: take this line out" "are told apart"
same "$(grep -c 'the same user and SKU' err)" 1 "and what stands in both is told too"
printf 'user,sku\n%s\n' "$(head -c 3000 /dev/urandom | base64 -w0)" >noise.csv
expect 5 "noise" "$allot" check noise.csv
for n in 1 2 3 4 5 6 7 8; do
    head -c 20000 /dev/urandom >noise
    status=0
    timeout 20 "$allot" check noise >out 2>err || status=$?
    [ "$status" = 5 ] || echo "not ok: noise $n: exit status $status"
done
echo "ok: noise is refused, whatever it is"
(
    printf 'user,sku\n'
    head -c 200M /dev/zero | tr '\0' a
    printf '\nann@contoso.example,POWER_BI_PRO\n'
) >line.csv
expect 5 "a line of 200 MB" within 100000 "$allot" check line.csv
says err "line.csv:2:1: a cell of more than 64 KiB" "has its place"
same "$(grep -c '^line.csv' err)" 1 "and the next line is read as usual"
sed -i '2s/^/"/' line.csv
expect 5 "the same after a quote" within 100000 "$allot" check line.csv
says err "line.csv:2:1: a quote that is not closed" "has its place"
rm line.csv
(
    printf '[{"user":"'
    head -c 50M /dev/zero | tr '\0' a
    printf '","sku":"S"}]'
) >line.json
expect 5 "a long string in JSON" within 100000 "$allot" check line.json
says err "line.json:1:2: a target of more than 1024 KiB" "has its place"
rm line.json
expect 5 "a header of commas" within 100000 "$allot" check <(head -c 20M /dev/zero | tr '\0' ,)
says err "more than 1000 cells in a row" "is given up"

echo "-- what changes while it is read"
seq -f 'user%.0f@contoso.example,POWER_BI_PRO' 1000000 | sed '1i user,sku' >large.csv
expect 0 "a million rows" within 250000 "$allot" check large.csv
says out "large.csv: 1000000 targets for 1000000 users" "all are read"
# changing FILE COMMAND...: the command is done to the file again and again; reading it takes many times as long.
changing() {
    local file=$1
    shift
    cp large.csv "$file"
    : >on
    while [ -e on ]; do
        "$@" "$file"
        sleep 0.02
    done &
    expect 5 "a file that is changed by $1" timeout 60 "$allot" check "$file"
    rm on
    wait $!
    rm "$file"
    says err "$file: it was changed while it was read, so nothing was done" "is not half a job"
}
append() { echo 'more@contoso.example,POWER_BI_PRO' >>"$1"; }
changing growing.csv append
changing shrinking.csv truncate -c -s -1
changing touched.csv touch -c
cp large.csv going.csv
status=0
{
    rm going.csv
    "$allot" check - >out 2>err
} <going.csv || status=$?
same "$status" 0 "a file that is deleted once it is open is read all the same"

echo "-- errors"
sed 's/@contoso.example//' large.csv >wrong.csv
expect 5 "a million errors" within 250000 "$allot" check wrong.csv --errors errors.csv
same "$(grep -c '^wrong.csv:' err)" 100 "the first hundred are shown"
says err "… and 999900 more (all are in errors.csv)" "the others are counted"
says err "wrong.csv: 1000000 errors; nothing was done" "so are all"
same "$(wc -l <errors.csv)" 1000001 "and all are in the file"
same "$(head -n 2 errors.csv)" "line,column,field,value,problem,mend
2,1,user,user1,neither a user principal name nor an id,write a user principal name (ann@contoso.com) or an object id" "with place, value and mend"
same "$(tail -n 1 errors.csv | cut -d , -f 1-4)" "1000001,1,user,user1000000" "to the last"
same "$(stat -c %a errors.csv)" 600 "for its owner only"
rm large.csv wrong.csv
printf 'user,sku,action\nann,S,asign\n=cmd|calc,S,assign\n' >bad.csv
expect 5 "as JSON" "$allot" check bad.csv -o json --errors errors.json
same "$(jq -r '"\(.line) \(.column) \(.field) \(.value)"' errors.json)" "2 1 user ann
2 7 action asign
3 1 user =cmd|calc" "one object to a line"
ALLOT_ERRORS=errors.csv expect 5 "by the variable" "$allot" check bad.csv
same "$(wc -l <errors.csv)" 4 "an older list is replaced"
says errors.csv "3,1,user,'=cmd|calc," "what a spreadsheet would run is not run"
expect 0 "without an error" "$allot" check good.csv --errors errors.csv
same "$(cat errors.csv)" "line,column,field,value,problem,mend" "the list is empty"
export ALLOT_PROFILE=simulated
printf 'user,sku\nana@contoso.example,POWER_BI_PR\n' >unknown.csv
for command in plan verify "apply --yes"; do
    # shellcheck disable=SC2086
    expect 5 "$command: a SKU that the tenant does not know" "$allot" $command unknown.csv --errors errors.csv --simulated-tenant "$samples/tenant.json"
    says errors.csv "2,21,sku,POWER_BI_PR,no such SKU" "$command: is in the list"
done
unset ALLOT_PROFILE

echo "-- where the list cannot be"
ln -s good.csv link
cp good.csv keep.csv
expect 5 "the job itself" "$allot" check bad.csv --errors ./bad.csv
says err "this is the job, which it would destroy" "is not overwritten"
same "$(wc -l <bad.csv)" 3 "the job is as it was"
expect 5 "a symbolic link" "$allot" check bad.csv --errors link
says err "--errors link: is a symbolic link" "is not written through"
expect 5 "a pipe" "$allot" check bad.csv --errors pipe
expect 5 "a folder" "$allot" check bad.csv --errors folder
expect 5 "a device" "$allot" check bad.csv --errors /dev/full
expect 1 "a folder that is not there" "$allot" check bad.csv --errors nowhere/errors.csv
same "$(cat good.csv)" "$(cat keep.csv)" "what the link leads to is as it was"
printf 'not-to-be-lost\n' >secret
chmod 600 secret
for flag in --errors --out --metrics-file --log-file; do
    expect 5 "$flag: the file of the client secret" env ALLOT_TENANT=contoso.example ALLOT_CLIENT_ID=00000000-0000-4000-8000-000000000001 \
        ALLOT_CLIENT_SECRET_FILE="$PWD/secret" "$allot" plan good.csv "$flag" secret
    says err "a file that the settings, or a secret, were read from" "$flag: is said"
done
same "$(cat secret)" "not-to-be-lost" "the secret is as it was"
cp bad.csv list.csv.part
expect 5 "a job that is called as a part of the list" "$allot" check list.csv.part --errors list.csv
same "$(cmp bad.csv list.csv.part && wc -l <list.csv)" 4 "is read, and is there afterwards"
if [ -c /dev/full ]; then
    status=0
    "$allot" check good.csv >/dev/full 2>err || status=$?
    same "$status" 1 "a result that cannot be written is no success"
    says err "standard output could not be written whole" "and is told"
fi
