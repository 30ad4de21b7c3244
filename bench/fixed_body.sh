# shellcheck shell=bash
# Read in by what needs a server that nobody here wrote: nginx over TLS on loopback, on the first core, with fixed bodies.
nginx=$(command -v nginx || echo /usr/sbin/nginx)
work=$(mktemp -d)
others=()
cleanup() {
    local pid
    for pid in "${others[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

# fixed_body BYTES…: serves that much at $url/1, $url/2 …, with the certificate $work/cert.pem.
fixed_body() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 1 -keyout "$work/key.pem" -out "$work/cert.pem" -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null
    mkdir -p "$work/www"
    local bytes number=0
    for bytes; do
        number=$((number + 1))
        head -c "$bytes" /dev/zero | tr '\0' x >"$work/www/$number"
    done
    local port=$((20000 + RANDOM % 20000))
    cat >"$work/nginx.conf" <<CONF
daemon off;
worker_processes 1;
pid $work/nginx.pid;
error_log $work/nginx.log;
events { worker_connections 512; }
http {
    access_log off;
    client_body_temp_path $work; proxy_temp_path $work; fastcgi_temp_path $work; uwsgi_temp_path $work; scgi_temp_path $work;
    keepalive_requests 100000000;
    open_file_cache max=10;
    server {
        listen 127.0.0.1:$port ssl;
        ssl_certificate $work/cert.pem;
        ssl_certificate_key $work/key.pem;
        root $work/www;
        default_type application/json;
    }
}
CONF
    chmod 755 "$work" "$work/www"
    chmod 644 "$work/www/"*
    taskset -c 0 "$nginx" -e "$work/nginx.log" -c "$work/nginx.conf" &
    others+=($!)
    url=https://127.0.0.1:$port
    for _ in $(seq 100); do
        openssl s_client -connect "127.0.0.1:$port" </dev/null >/dev/null 2>&1 && break
        sleep 0.1
    done
}
