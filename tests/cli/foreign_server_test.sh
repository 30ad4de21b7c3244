#!/usr/bin/env bash
# Through a server that nobody here wrote: nginx in front of the simulated tenant, with a certificate of its own, chunked
# bodies, gzip for who asks, lower-case header names, and connections that it closes when it likes.
. "$(dirname "$0")/lib.sh" "$1"
nginx=$(command -v nginx || echo /usr/sbin/nginx)

serve --users 400 --write-limit none --unit-limit none
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -keyout key.pem -out cert.pem -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>openssl.log
port=$((20000 + RANDOM % 20000))
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
