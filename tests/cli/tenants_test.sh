#!/usr/bin/env bash
# Many tenants: two profiles of one configuration file side by side, and the examples for systemd and Kubernetes, whose
# own command lines are carried out with the folders and variables that systemd and Kubernetes would give them.
. "$(dirname "$0")/lib.sh" "$1"
examples=$(realpath "$samples/../config")

# tenant NAME: another tenant, with ids, domain, certificate and server of its own.
tenant() {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.crt" -days 90 -subj "/CN=$1" 2>/dev/null
    (umask 077 && cat "$1.crt" "$1.key" >"$1.pem")
    token=$1.jwt
    printf '%s.%s.c2ln\n' "$(encoded '{"alg":"RS256","typ":"JWT"}')" \
        "$(encoded "{\"iss\":\"https://issuer.example\",\"sub\":\"$1\",\"aud\":\"api://AzureADTokenExchange\",\"exp\":4102444800}")" >"$token"
    sed "s/contoso.example/$1.example/g; s/\"44444444-/\"$2-/; s/\"88888888-/\"$3-/" made_up.json >"$1.json"
    serve --tenant-file "$1.json" --client-certificate "$1.crt" --federated-token-file "$token" \
        --write-limit 40/4s --latency 50ms
    cp served/ca.pem "$1.ca"
    cat >>etc/allot.conf <<CONF
[$1]
tenant = $1.example
client-id = $ALLOT_CLIENT_ID
graph-url = $ALLOT_GRAPH_URL
login-url = $ALLOT_LOGIN_URL
ca-file = $work/$1.ca
CONF
    urls[$1]=$ALLOT_GRAPH_URL
    job "etc/jobs/$1.csv" 20 99
    sed -i "s/contoso.example/$1.example/" "etc/jobs/$1.csv"
    for variable in "${!ALLOT_@}"; do unset "$variable"; done
    export ALLOT_CONFIG=$work/etc/allot.conf ALLOT_STATE_DIR=$work/state
}
encoded() { printf '%s' "$1" | openssl base64 -A | tr '+/' '-_' | tr -d '='; }
# of TENANT COUNT: one of its server's counts.
of() { ALLOT_GRAPH_URL=${urls[$1]} count_now "$2"; }
declare -A urls

mkdir -p etc/jobs
printf 'write-limit = 40/4s\nverify-timeout = 2m\n' >etc/allot.conf
serve --users 300
look state >made_up.json
stop_server
tenant tenant-0 55555555 66666666
tenant tenant-1 77777777 99999999
same "$(sed -n 's/^tenant = //p' etc/allot.conf | tr '\n' ' ')" "tenant-0.example tenant-1.example " "there are two tenants"

echo "-- two profiles at once, with one state folder"
for name in tenant-0 tenant-1; do
    ALLOT_CLIENT_CERTIFICATE_FILE=$name.pem "$allot" apply "etc/jobs/$name.csv" --profile $name --yes \
        --report-dir "reports/$name" >"$name.out" 2>"$name.err" </dev/null &
    pids[${name#tenant-}]=$!
done
for _ in $(seq 600); do
    [ "$(of tenant-0 writesAccepted)" -gt 0 ] && [ "$(of tenant-1 writesAccepted)" -gt 0 ] && break
    sleep 0.1
done
expect 6 "a second run for one of them is refused by that tenant.s lock" env \
    ALLOT_CLIENT_CERTIFICATE_FILE=tenant-1.pem "$allot" apply etc/jobs/tenant-1.csv --profile tenant-1 --yes
same "$(find state/locks -name 'tenant-*.lock' | wc -l)" 2 "each tenant has its lock"
for name in tenant-0 tenant-1; do
    status=0
    wait "${pids[${name#tenant-}]}" || status=$?
    same "$status" 0 "$name: the run ends with 0"
    [ "$status" = 0 ] || sed 's/^/    /' "$name.err"
    same "$(cat reports/$name/*/report.csv | grep -c ",verified,\|,already,")" 80 "$name: everybody is served"
    same "$(grep -h "@" reports/$name/*/report.csv | grep -vc "@$name.example")" 0 "$name: its report has nobody else's people"
    same "$(of $name usersTouched)" "$(cat reports/$name/*/report.csv | grep -c ",verified,")" "$name: and so it is in the tenant"
    says <("$allot" runs -o csv) ",$name.example," "$name: its run is in the history"
done
expect 0 "resume of one tenant has nothing to do with the other's runs" env \
    ALLOT_CLIENT_CERTIFICATE_FILE=tenant-0.pem "$allot" resume --profile tenant-0
expect 7 "one tenant's certificate does not open the other" env \
    ALLOT_CLIENT_CERTIFICATE_FILE=tenant-1.pem "$allot" skus --profile tenant-0

echo "-- the systemd unit"
unit=$examples/systemd/allot@.service
# As systemd does it for the instance tenant-0: specifiers, credential and state folder.
command=$(sed -n 's/^ExecStart=//p' "$unit" |
    sed "s|/usr/bin/allot|$allot|; s|/etc/allot|$work/etc|; s|%i|tenant-0|g; s|%S|$work/var/lib|; s|%%|%|g")
credential=$(sed -n 's/^LoadCredential=\([^:]*\):.*/\1/p' "$unit")
source=$(sed -n 's/^LoadCredential=[^:]*:\(.*\)/\1/p' "$unit" | sed "s|/etc/allot|$work|; s|%i|tenant-0|")
mkdir -p credentials "var/lib/$(sed -n 's/^StateDirectory=//p' "$unit" | sed 's|%i|tenant-0|')"
cp "$source" "credentials/$credential"
unset ALLOT_STATE_DIR
# shellcheck disable=SC2086
expect 0 "its command line is one that allot carries out" env STATE_DIRECTORY="$work/var/lib/allot/tenant-0" \
    CREDENTIALS_DIRECTORY="$work/credentials" $command
same "$(cat var/lib/allot/tenant-0/reports/*/report.csv | grep -c ',already,')" 80 "with a report in the state folder"
same "$(find var/lib/allot/tenant-0 -name runs.db | wc -l)" 1 "and a history of its own"
says "$examples/systemd/allot@.timer" "OnCalendar=" "the timer says when"
if command -v systemd-analyze >/dev/null; then
    mkdir -p units
    sed "s|/usr/bin/allot|$allot|" "$unit" >units/allot@tenant-0.service
    cp "$examples/systemd/allot@.timer" units/allot@tenant-0.timer
    systemd-analyze verify --man=no units/allot@tenant-0.service units/allot@tenant-0.timer >verified 2>&1
    same "$(grep -c 'allot@' verified)" 0 "systemd has nothing to say against service and timer"
    # 0 is nothing exposed, 10 everything; what is left is the network.
    expect 0 "and little against what the service may do" \
        systemd-analyze security --offline=true --threshold=20 units/allot@tenant-0.service
fi

echo "-- the Kubernetes jobs"
# value FILE NAME: what the manifest sets a variable to.
value() { sed -n "/- name: $2\$/{n;s/.*value: //p}" "$1" | head -n 1; }
for manifest in allot-job allot-cronjob; do
    file=$examples/kubernetes/$manifest.yaml
    for index in 0 1; do
        profile=$(value "$file" ALLOT_PROFILE | sed "s/\$(JOB_COMPLETION_INDEX)/$index/")
        same "$profile" "tenant-$index" "$manifest: index $index is a profile"
        arguments=$(sed -n 's/^ *args: \[\(.*\)\]/\1/p' "$file" | tr -d '",' |
            sed "s|\$(ALLOT_PROFILE)|$profile|; s|/jobs|$work/etc/jobs|; s|/state|$work/$manifest/$index|")
        # shellcheck disable=SC2086
        expect 0 "$manifest: the command line of index $index is one that allot carries out" env ALLOT_AUTH=federated \
            ALLOT_PROFILE="$profile" ALLOT_STATE_DIR="$work/$manifest/$index" \
            ALLOT_FEDERATED_TOKEN_FILE="$work/$profile.jwt" "$allot" $arguments
        same "$(cat "$manifest/$index"/reports/*/report.csv | grep -c ',already,')" 80 "$manifest: with its own report"
    done
done
# The profiles of the example are ones that allot takes: with a secret that is wrong, it is the service that says no.
sed -n '/allot.conf: |/,/^---/{/allot.conf: |/d;/^---/d;s/^    //p}' "$examples/kubernetes/allot-job.yaml" >k8s.conf
for index in 0 1; do
    refused=0
    ALLOT_CONFIG=k8s.conf ALLOT_STATE_DIR=$work/k8s ALLOT_PROFILE=tenant-$index ALLOT_FEDERATED_TOKEN_FILE=$work/tenant-0.jwt \
        ALLOT_GRAPH_URL=${urls[tenant-0]} ALLOT_LOGIN_URL=${urls[tenant-0]} ALLOT_CA_FILE=$work/tenant-0.ca \
        "$allot" skus >out 2>err </dev/null || refused=$?
    same "$refused" 7 "the profile of index $index is read, and asks the service"
    says err "there is no such tenant" "which does not know the example's tenant"
done
