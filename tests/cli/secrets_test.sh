#!/usr/bin/env bash
# Secrets, passwords, keys and tokens: signs in in every way, in runs that go well and that fail, with everything written
# that can be written, and looks for them in all files and in all that was said, as they are and encoded; then in what
# others can see of the process, in its memory, and in a core dump.
. "$(dirname "$0")/lib.sh" "$1"
for variable in IDENTITY_ENDPOINT IDENTITY_HEADER CREDENTIALS_DIRECTORY; do unset "$variable"; done
mkdir -m 700 own told
# What is known to be secret: one to a line.
: >own/secrets
secret() { printf '%s\n' "$1" >>own/secrets; }

# forms: each secret as it is, percent-encoded, as base64 at each of its three places, and in hex.
forms() {
    python3 - own/secrets <<'P'
import base64, sys, urllib.parse
for line in open(sys.argv[1]):
    text = line.rstrip("\n")
    raw = text.encode()
    made = {text, urllib.parse.quote(text, safe=""), urllib.parse.quote_plus(text), raw.hex(), raw.hex().upper()}
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        # Without the characters that the neighbours have a part in.
        whole = coded[[0, 2, 3][shift]:-1]
        made |= {whole, whole.replace("+", "-").replace("/", "_")}
    print("\n".join(sorted(made)))
P
}
# secretive WHAT: nothing that was written holds a secret, or a token (each begins with the same letters).
secretive() {
    forms >own/forms
    local found
    found=$(grep -rlFa -f own/forms . --exclude-dir own --exclude-dir served --exclude server.out)
    same "$found" "" "$1: no secret in any file or in what was said"
    found=$(grep -rlaE 'eyJ[A-Za-z0-9_-]{8}|[Bb]earer +[A-Za-z0-9]' . --exclude-dir own --exclude-dir served --exclude server.out)
    same "$found" "" "$1: nor a token"
}
number=0
# tried STATUS WHAT ARGUMENTS...: with all that a command can write; what it says is kept.
tried() {
    local status=$1 what=$2
    shift 2
    number=$((number + 1))
    mkdir "told/$number"
    expect "$status" "$what" "$allot" "$@" --debug-http --log-level debug --log-file "told/$number/log"
    cp out err "told/$number/"
}
# a_run WHAT: plan, apply, verify, undo with the credentials that are set.
a_run() {
    local all=(--metrics-file "told/$number-$1.prom" --on-finish "cat >>told/$number-hook; env >>told/$number-hook"
        --report-dir "told/$number-reports")
    job job.csv "$from" $((from + 4))
    from=$((from + 5))
    tried 0 "$1: plan" plan job.csv --out "told/$number-plan.json" "${all[@]}"
    tried 0 "$1: apply" apply job.csv --yes "${all[@]}"
    tried 0 "$1: verify, as JSON" verify job.csv -o json "${all[@]}" --log-format json
    tried 0 "$1: undo" undo "$(the_run run)" --yes "${all[@]}"
    tried 0 "$1: doctor" doctor
    tried 0 "$1: skus" skus
    secretive "$1"
}
from=20

echo "-- every way to sign in"
password='p4ss w0rd+"/%&=ü'
printf '%s\n' "$password" >own/password
openssl req -x509 -newkey rsa:2048 -nodes -keyout own/app.key -out own/app.pem -days 90 -subj /CN=app 2>/dev/null
openssl pkcs12 -export -in own/app.pem -inkey own/app.key -out own/app.pfx -passout file:own/password
chmod 600 own/*
secret "$password"
sed -n 2,5p own/app.key | while IFS= read -r line; do secret "$line"; done
encoded() { printf '%s' "$1" | openssl base64 -A | tr '+/' '-_' | tr -d '='; }
printf '%s.%s.%s\n' "$(encoded '{"alg":"RS256","typ":"JWT"}')" \
    "$(encoded '{"iss":"https://issuer.example","sub":"system:wave","aud":"api://AzureADTokenExchange","exp":4102444800}')" \
    "$(encoded "signature $(openssl rand -hex 12)")" >own/token
secret "$(cat own/token)"

serve --users 200 --claims-challenge once
secret "$(cat served/client_secret)"
a_run secret-file
file=$ALLOT_CLIENT_SECRET_FILE
ALLOT_CLIENT_SECRET=$(cat "$file")
unset ALLOT_CLIENT_SECRET_FILE
export ALLOT_CLIENT_SECRET
a_run secret-variable
# The hook's environment has everything but what it has no business with.
says told/0-hook ALLOT_EXIT_CODE "the command at the end has its variables"
unset ALLOT_CLIENT_SECRET
wrong="wrong-$(openssl rand -hex 12)+/="
secret "$wrong"
ALLOT_CLIENT_SECRET=$wrong tried 7 "a wrong secret" plan job.csv
ALLOT_CLIENT_SECRET=$wrong tried 7 "a wrong secret: doctor" doctor
tried 5 "a secret in a flag" plan job.csv --client-secret-file "$wrong"
tried 5 "a secret in a flag that is not there" plan job.csv --client-secret "$wrong"
tried 5 "a secret where an id is to be" plan job.csv --client-id "$wrong"
ALLOT_PROXY="http://user:$wrong@127.0.0.1:9" ALLOT_CLIENT_SECRET_FILE=$file tried 1 "a proxy's password" doctor
printf 'client-secret = %s\n' "$wrong" >own/allot.conf
tried 5 "a secret in the configuration file" skus --config own/allot.conf
secretive "what was refused"
stop_server

serve --users 200 --client-certificate own/app.pem
unset ALLOT_CLIENT_SECRET_FILE
export ALLOT_CLIENT_CERTIFICATE_FILE=own/app.pfx ALLOT_CLIENT_CERTIFICATE_PASSWORD_FILE=own/password
a_run certificate
stop_server
unset ALLOT_CLIENT_CERTIFICATE_FILE ALLOT_CLIENT_CERTIFICATE_PASSWORD_FILE

serve --users 200 --federated-token-file own/token
unset ALLOT_CLIENT_SECRET_FILE
export ALLOT_FEDERATED_TOKEN_FILE=own/token
a_run federated
stop_server
unset ALLOT_FEDERATED_TOKEN_FILE

serve --users 200 --managed-identity app-service
unset ALLOT_CLIENT_SECRET_FILE
secret "$(cat served/identity_header)"
a_run managed-identity
stop_server
unset ALLOT_AUTH IDENTITY_ENDPOINT IDENTITY_HEADER

echo "-- what can be seen of the process"
serve --users 200 --latency 20ms
held=$(cat served/client_secret)
secret "$held"
job slow.csv 100 190
run_slowly() { "$allot" apply slow.csv --yes --write-limit 4/1s --batch-size 1 >out 2>err </dev/null & }
until_it_writes() {
    local at
    at=$(count_now writesAccepted)
    for _ in $(seq 100); do
        [ "$(count_now writesAccepted)" -gt $((at + 6)) ] && break
        sleep 0.1
    done
}
run_slowly
pid=$!
until_it_writes
forms >own/forms
same "$(tr '\0' '\n' <"/proc/$pid/cmdline" | grep -cFa -f own/forms)" 0 "its command line has no secret"
if [ "$(id -u)" = 0 ]; then
    same "$(grep -cFa -f own/forms "/proc/$pid/environ")" 0 "nor its environment, where it came from a file"
    python3 - "$pid" served/client_secret >seen <<'P'
import re, sys, urllib.parse
secret = open(sys.argv[2]).read().strip().encode()
kept = forms = 0
with open(f"/proc/{sys.argv[1]}/mem", "rb", 0) as memory:
    for line in open(f"/proc/{sys.argv[1]}/maps"):
        start, end, mode = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
        if "rw" not in mode or "[v" in line:
            continue
        try:
            memory.seek(int(start, 16)); text = memory.read(int(end, 16) - int(start, 16))
        except OSError:
            continue
        kept += text.count(secret)
        forms += text.count(b"client_secret=" + secret[:8])
print(kept, forms)
P
    read -r kept bodies <seen
    same "$((kept >= 1 && kept <= 2))" 1 "in memory the secret is where it is kept for the next sign-in ($kept), and nowhere else"
    same "$bodies" 0 "of the sign-in that was sent nothing is left"
else
    same "$(cat "/proc/$pid/environ" 2>/dev/null | wc -c)" 0 "another process of the same user cannot look into it"
fi
kill -TERM "$pid"
wait "$pid"
python3 - "$allot" >core.out 2>&1 <<'P'
import os, resource, signal, subprocess, sys, time
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
run = subprocess.Popen([sys.argv[1], "check", "-"], stdin=subprocess.PIPE)
time.sleep(0.5)
os.kill(run.pid, signal.SIGABRT)
status = os.waitpid(run.pid, 0)[1]
print("signal", os.WTERMSIG(status), "core", os.WCOREDUMP(status))
P
same "$(tail -n 1 core.out)" "signal 6 core False" "a crash leaves no core dump"
same "$(find . -name 'core*' ! -name core.out | wc -l)" 0 "no file of one"

echo "-- what is written is its owner's alone"
same "$(find . -path ./server.out -prune -o -path './told/*.prom' -prune -o -path './state/*' -type f ! -perm 600 -print | wc -l)" 0 "the state folder's files"
same "$(find told -name log ! -perm 600 | wc -l)" 0 "logs"
same "$(find told -path '*reports*' -type f ! -perm 600 | wc -l)" 0 "reports"
same "$(find told -name '*plan.json' ! -perm 600 | wc -l)" 0 "saved plans"
same "$(find served -type f ! -perm 600 | wc -l)" 0 "credentials of the simulation"
secretive "in the end"
