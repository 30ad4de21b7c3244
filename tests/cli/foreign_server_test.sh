#!/usr/bin/env bash
# Through a server that nobody here wrote: nginx in front of the simulated tenant, with a certificate of its own, chunked
# bodies, gzip for who asks, lower-case header names, and connections that it closes when it likes.
. "$(dirname "$0")/lib.sh" "$1"
nginx=$(command -v nginx || echo /usr/sbin/nginx)

serve --users 400 --write-limit none --unit-limit none
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -keyout key.pem -out cert.pem -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>openssl.log
# sign NAME SUBJECT BY EXTENSIONS: a key and a certificate for it.
sign() {
    openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$2" 2>>openssl.log
    printf '%s\n' "$4" >"$1.ext"
    openssl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" -CAcreateserial -days 1 -extfile "$1.ext" -out "$1.pem" 2>>openssl.log
}
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -keyout root.key -out root.pem -subj "/CN=Corp Root" 2>>openssl.log
sign between "Corp Between" root "basicConstraints=critical,CA:TRUE"
sign leaf localhost between "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1"
cat leaf.pem between.pem >chain.pem
port=$((20000 + RANDOM % 20000))
listen_ipv6=
if grep -q ' lo$' /proc/net/if_inet6 2>/dev/null; then listen_ipv6="        listen [::1]:$((port + 2)) ssl;"; fi
cat >nginx.conf <<CONF
daemon off;
worker_processes 1;
pid $work/nginx.pid;
error_log $work/nginx.log;
events { worker_connections 256; }
http {
    access_log off;
    client_body_temp_path $work; proxy_temp_path $work; fastcgi_temp_path $work; uwsgi_temp_path $work; scgi_temp_path $work;
    server {
        listen 127.0.0.1:$port ssl;
        listen 127.0.0.2:$port ssl;
        ssl_certificate $work/cert.pem;
        ssl_certificate_key $work/key.pem;
        keepalive_requests 7;
        gzip on; gzip_types application/json; gzip_proxied any; gzip_min_length 1;
        location / {
            proxy_pass $ALLOT_GRAPH_URL;
            proxy_ssl_verify off;
            proxy_http_version 1.1;
            proxy_set_header Host \$http_host;
            proxy_hide_header Content-Length;
        }
    }
    # Its certificate is signed by one that is signed by the authority; it ends connections that are idle for a second.
    server {
        listen 127.0.0.1:$((port + 2)) ssl;
$listen_ipv6
        ssl_certificate $work/chain.pem;
        ssl_certificate_key $work/leaf.key;
        keepalive_timeout 1s;
        location / {
            proxy_pass $ALLOT_GRAPH_URL;
            proxy_ssl_verify off;
            proxy_http_version 1.1;
            proxy_set_header Host \$http_host;
        }
    }
    # The same, but it forgets to send who signed its certificate.
    server {
        listen 127.0.0.1:$((port + 3)) ssl;
        ssl_certificate $work/leaf.pem;
        ssl_certificate_key $work/leaf.key;
        location / { return 400; }
    }
    # A gateway that knows nothing of batches.
    server {
        listen 127.0.0.1:$((port + 1)) ssl;
        ssl_certificate $work/cert.pem;
        ssl_certificate_key $work/key.pem;
        location = /v1.0/\$batch { return 400; }
        location / {
            proxy_pass $ALLOT_GRAPH_URL;
            proxy_ssl_verify off;
            proxy_http_version 1.1;
            proxy_set_header Host \$http_host;
        }
    }
}
CONF
"$nginx" -c "$work/nginx.conf" -p "$work" 2>nginx.err &
server_pids+=($!)
for _ in $(seq 50); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
    sleep 0.1
done
export ALLOT_GRAPH_URL=https://localhost:$port ALLOT_LOGIN_URL=https://localhost:$port
expect 1 "its certificate is not trusted without being told" "$allot" skus
export ALLOT_CA_FILE=$work/cert.pem
expect 0 "with ALLOT_CA_FILE it is" "$allot" skus
job wave.csv 20 319
expect 0 "a wave through it" "$allot" apply wave.csv --yes --write-limit none
expect 0 "and it is so" "$allot" verify wave.csv
export ALLOT_GRAPH_URL=https://localhost:$((port + 1))
job few.csv 320 349
expect 0 "who takes no batches gets everything one by one" "$allot" apply few.csv --yes
expect 0 "and that is so too" "$allot" verify few.csv
export ALLOT_GRAPH_URL=https://127.0.0.2:$port
expect 1 "a host that the certificate does not name is refused" "$allot" skus
says err "certificate" "because of its certificate"

echo "authorities"
export ALLOT_GRAPH_URL=https://localhost:$((port + 2)) ALLOT_LOGIN_URL=https://localhost:$((port + 2))
expect 1 "an authority that is not trusted" "$allot" skus
says err 'issued by "Corp Between"' "it says who signed"
says err "--ca-file" "and what to do"
export ALLOT_CA_FILE=$work/root.pem
expect 0 "a certificate that is signed by way of another" "$allot" skus
expect 1 "unless the server does not send that one" \
    env ALLOT_GRAPH_URL=https://localhost:$((port + 3)) ALLOT_LOGIN_URL=https://localhost:$((port + 3)) "$allot" skus
says err "unable to get local issuer certificate" "it says what is missing"
unset ALLOT_CA_FILE
expect 0 "SSL_CERT_FILE does for ALLOT_CA_FILE" env SSL_CERT_FILE="$work/root.pem" "$allot" skus
expect 0 "and counts beside it" env SSL_CERT_FILE="$work/root.pem" ALLOT_CA_FILE="$work/cert.pem" "$allot" skus
expect 5 "a SSL_CERT_FILE that is not there is no silence" env SSL_CERT_FILE="$work/none.pem" "$allot" skus
says err "$work/none.pem" "it is named"
export ALLOT_CA_FILE=$work/root.pem

echo "connections that the server ends while they are idle"
job waves.csv 20 139
sed -i 's/NL$/DE/; s/POWER_BI_PRO/POWER_BI_STANDARD/' waves.csv
expect 0 "waves with pauses longer than it waits" "$allot" apply waves.csv --yes --wave-size 40 --wave-pause 2s --write-limit none
expect 0 "and it is so" "$allot" verify waves.csv
if [ -n "$listen_ipv6" ]; then
    export ALLOT_GRAPH_URL=https://[::1]:$((port + 2)) ALLOT_LOGIN_URL=https://[::1]:$((port + 2))
    expect 0 "over IPv6, by address" "$allot" skus
fi
