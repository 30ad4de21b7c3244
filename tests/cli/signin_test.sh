#!/usr/bin/env bash
# Signing in with a certificate, a federated token, a managed identity: each works over real TLS, and whatever is wrong
# with it has a sentence and the right exit status. Claims challenges; a sign-in that is refused in the middle of a run.
. "$(dirname "$0")/lib.sh" "$1"
for variable in IDENTITY_ENDPOINT IDENTITY_HEADER CREDENTIALS_DIRECTORY; do unset "$variable"; done

# refused STATUS WHAT TEXT COMMAND...: it ends with that status, and says that.
refused() {
    local status=$1 what=$2 text=$3
    shift 3
    expect "$status" "$what" "$@"
    says err "$text" "$what: it is said"
    cat out err >>said
}
# works WHAT COMMAND...: subscriptions are listed.
works() {
    expect 0 "$@"
    says out POWER_BI_PRO "$1: the subscriptions are there"
    cat out err >>said
}
# Only the credential that a check names counts.
without_secret() {
    secrets+=("$(cat served/client_secret)")
    unset ALLOT_CLIENT_SECRET_FILE
}
secrets=()
: >said

# certificate NAME DAYS: a self-signed one in NAME.pem, its key in NAME.key.
certificate() {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.pem" -days "$2" -subj "/CN=$1" 2>/dev/null
    chmod 600 "$1.key"
}
password="open sesame $RANDOM"
printf '%s\n' "$password" >password
certificate app 90
certificate other 90
certificate near 3
(umask 077 && cat app.pem app.key >both.pem && cat near.pem near.key >near_both.pem && cat app.pem other.key >mixed.pem)
openssl pkcs12 -export -in app.pem -inkey app.key -out app.pfx -passout file:password
openssl rsa -aes256 -in app.key -out locked.key -passout file:password 2>/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ec.key -out ec.pem -subj /CN=ec 2>/dev/null
openssl req -new -key app.key -subj /CN=app -out app.csr
at() { date -u -d "$1" +%Y%m%d%H%M%SZ; }
: >index.txt
# made FILE FROM TO: a certificate of the same key with other dates.
made() {
    rm -f serial index.txt*
    : >index.txt
    echo 01 >serial
    cat >ca.conf <<'CONF'
[ca]
default_ca = one
[one]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
[any]
commonName = supplied
CONF
    openssl ca -batch -config ca.conf -selfsign -keyfile app.key -in app.csr -out "$1" -startdate "$(at "$2")" \
        -enddate "$(at "$3")" -notext 2>/dev/null
}
made expired.pem "10 days ago" yesterday
made early.pem tomorrow "10 days"

echo "-- a certificate"
serve --users 50 --client-certificate app.pem
without_secret
works "certificate and key in one file" "$allot" skus --client-certificate-file both.pem
same "$(wc -c <err)" 0 "and nothing is said"
works "by a variable, with the key beside it" \
    env ALLOT_CLIENT_CERTIFICATE_FILE=app.pem ALLOT_CLIENT_KEY_FILE=app.key "$allot" skus
works "with RS256" "$allot" skus --client-certificate-file both.pem --assertion-algorithm RS256
works "as PFX, its password in a file" \
    "$allot" skus --client-certificate-file app.pfx --client-certificate-password-file password
works "a locked key, its password in a variable" env ALLOT_CLIENT_CERTIFICATE_PASSWORD="$password" \
    "$allot" skus --client-certificate-file app.pem --client-key-file locked.key
works "as the Azure tools name it" env AZURE_CLIENT_CERTIFICATE_PATH=app.pfx \
    AZURE_CLIENT_CERTIFICATE_PASSWORD="$password" "$allot" skus
mkdir handed && cp both.pem handed/client_certificate
works "as systemd hands it over" env CREDENTIALS_DIRECTORY="$work/handed" "$allot" skus
cat >tenants.conf <<CONF
[app]
client-certificate-file = app.pem
client-key-file = app.key
CONF
works "from a profile" "$allot" skus --config tenants.conf --profile app
chmod 644 both.pem
works "a key that others can read" "$allot" skus --client-certificate-file both.pem
says err "every user of this machine can use the file with the key" "that is warned about"
chmod 600 both.pem

refused 5 "a file that is not there" "the file cannot be read: No such file" "$allot" skus --client-certificate-file gone.pem
refused 5 "no password" "it is protected by a password, and none was given" "$allot" skus --client-certificate-file app.pfx
echo wrong >wrong_password
refused 5 "a wrong password" "the password does not open it" \
    "$allot" skus --client-certificate-file app.pfx --client-certificate-password-file wrong_password
refused 5 "no key" "there is no private key in it" "$allot" skus --client-certificate-file app.pem
refused 5 "no certificate" "there is no certificate in it" "$allot" skus --client-certificate-file app.key
refused 5 "a key of another certificate" "do not belong together" "$allot" skus --client-certificate-file mixed.pem
refused 5 "a key that is not RSA" "no RSA key" "$allot" skus --client-certificate-file ec.pem --client-key-file ec.key
refused 5 "an expired certificate" "the certificate has expired on $(date -u -d yesterday +%Y-%m)" \
    "$allot" skus --client-certificate-file expired.pem --client-key-file app.key
refused 5 "one that is not valid yet" "the certificate is not valid before" \
    "$allot" skus --client-certificate-file early.pem --client-key-file app.key
refused 7 "one that is not registered, and ends soon" "the sign-in with a certificate was refused: the signature" \
    "$allot" skus --client-certificate-file near_both.pem
says err "AADSTS700027" "with the service's number"
says err "the certificate ends on $(date -u -d '+3 days' +%Y-%m)" "the end of it is warned about"
refused 7 "a secret that was forgotten in the environment" "the client secret is wrong" \
    env AZURE_CLIENT_SECRET=forgotten "$allot" skus
says err "the credential is the one of AZURE_CLIENT_SECRET" "and where it comes from"
refused 7 "another client id" "the application is not known in this tenant" \
    "$allot" skus --client-certificate-file both.pem --client-id 99999999-aaaa-4bbb-8ccc-000000000008
refused 5 "two ways at once" "--client-secret-file and --client-certificate-file are two ways to sign in" \
    "$allot" skus --client-certificate-file both.pem --client-secret-file served/client_secret
refused 5 "a kind without what it needs" "not given: federated token" "$allot" skus --auth federated
refused 5 "a password as a flag" "no flag takes a password" "$allot" skus --client-certificate-password "$password"
stop_server

echo "-- a federated token"
encoded() { printf '%s' "$1" | openssl base64 -A | tr '+/' '-_' | tr -d '='; }
# token SUBJECT [ISSUER [AUDIENCE [EXPIRES]]]
token() {
    printf '%s.%s.%s\n' "$(encoded '{"alg":"RS256","typ":"JWT"}')" \
        "$(encoded "{\"iss\":\"${2:-https://issuer.example}\",\"sub\":\"$1\",\"aud\":\"${3:-api://AzureADTokenExchange}\",\"exp\":${4:-4102444800}}")" \
        "$(encoded "signature of $1")"
}
token system:wave >trusted.jwt
cp trusted.jwt mine.jwt
serve --users 400 --federated-token-file trusted.jwt --token-lifetime 4s --write-limit 40/4s
without_secret
secrets+=("$(cut -d . -f 3 trusted.jwt)")
works "a federated token" "$allot" skus --federated-token-file mine.jwt
works "as a workload identity in Kubernetes" \
    env AZURE_FEDERATED_TOKEN_FILE=mine.jwt AZURE_AUTHORITY_HOST=https://login.microsoftonline.com/ "$allot" skus
export ALLOT_FEDERATED_TOKEN_FILE=mine.jwt
token system:other >mine.jwt
refused 7 "another subject" "the sign-in with a federated token was refused: the application trusts no such subject" "$allot" skus
token system:wave https://other.example >mine.jwt
refused 7 "another issuer" "the application trusts no such issuer" "$allot" skus
token system:wave https://issuer.example api://other >mine.jwt
refused 7 "another audience" "the federated token is for another audience" "$allot" skus
token system:wave https://issuer.example api://AzureADTokenExchange 1700000000 >mine.jwt
refused 7 "a token that has ended" "the client assertion does not hold now" "$allot" skus
echo >mine.jwt
refused 5 "an empty file" "there is no secret in it" "$allot" skus
rm mine.jwt
refused 5 "no file" "the file that it names does not exist" "$allot" skus

echo "-- a sign-in that is refused in the middle of a run"
cp trusted.jwt mine.jwt
job wave.csv 20 179
"$allot" apply wave.csv --yes --write-limit 40/4s --report-dir reports >out 2>err </dev/null &
run=$!
for _ in $(seq 600); do
    [ "$(count_now writesAccepted)" -gt 0 ] && break
    sleep 0.1
done
# The service trusts another one now: the next renewal is refused.
token system:later >trusted.jwt
status=0
wait "$run" || status=$?
cat out err >>said
same "$status" 7 "the run ends with 7"
says err "the application trusts no such subject" "it says why"
says err "allot resume" "and how to go on"
says reports/*/report.csv ",cancelled,sign_in_refused," "what was not tried is in the report"
written=$(count_now writesAccepted)
same "$((written > 0 && written < 160))" 1 "a part was written ($written)"
expect 7 "resume is refused as well while it is so" "$allot" resume
cp trusted.jwt mine.jwt
expect 0 "with a good token resume finishes it" "$allot" resume --write-limit 40/4s
same "$(grep -c ',verified,\|,already,' reports/*/report.csv)" 160 "everybody has his licence"
same "$(count_now overlappingWrites)" 0 "no two writes for one person were under way"
same "$(($(count_now tokenRequests) > 8))" 1 "the token was renewed many times"
unset ALLOT_FEDERATED_TOKEN_FILE
stop_server

echo "-- a managed identity"
serve --users 50 --managed-identity imds
secrets+=("$(cat served/client_secret)")
works "the machine's identity, by its client id" "$allot" skus
works "its own, without an id" env ALLOT_CLIENT_ID= "$allot" skus
(
    unset ALLOT_CLIENT_SECRET_FILE ALLOT_AUTH
    works "chosen because its endpoint is announced" "$allot" skus
)
works "never by way of a proxy" env HTTP_PROXY=http://127.0.0.1:1 http_proxy=http://127.0.0.1:1 "$allot" skus
refused 7 "an identity that the machine does not have" "Identity not found" \
    "$allot" skus --client-id 99999999-aaaa-4bbb-8ccc-000000000008
refused 5 "an address that is none" "AZURE_POD_IDENTITY_AUTHORITY_HOST: it is no address" \
    env AZURE_POD_IDENTITY_AUTHORITY_HOST=127.0.0.1 "$allot" skus
job few.csv 20 30
expect 0 "a job with it" "$allot" apply few.csv --yes
stop_server
unset AZURE_POD_IDENTITY_AUTHORITY_HOST
serve --users 50 --managed-identity app-service
secrets+=("$(cat served/client_secret)" "$(cat served/identity_header)")
works "the identity of an app" "$allot" skus
refused 7 "with a wrong header" "the sign-in with a managed identity was refused" env IDENTITY_HEADER=wrong "$allot" skus
stop_server
unset IDENTITY_ENDPOINT IDENTITY_HEADER ALLOT_AUTH

echo "-- a claims challenge"
serve --users 50 --claims-challenge once
secrets+=("$(cat served/client_secret)")
works "a challenge is answered" "$allot" skus
same "$(count_now tokenRequests)" 2 "by one more sign-in"
expect 0 "in the middle of a job too" "$allot" apply few.csv --yes
stop_server
serve --users 50 --claims-challenge always
secrets+=("$(cat served/client_secret)")
refused 7 "a second one ends it" "a claims challenge" "$allot" skus
stop_server

echo "-- nothing secret is said or kept"
secrets+=("$password" "$(sed -n 2p app.key)")
found=0
for secret in "${secrets[@]}"; do
    grep -rlF -e "$secret" said state reports allot-report server.out && found=1
done
# The simulated tenant's tokens.
grep -rlE 'simulated\.[0-9a-f]{8}-' said state reports allot-report server.out && found=1
same "$found" 0 "of ${#secrets[@]} secrets and all tokens none was printed, stored or reported"
