#!/usr/bin/env bash
# Through an HTTP proxy that nobody here wrote (tinyproxy): open, with a password, refusing, dying in the middle of a run.
. "$(dirname "$0")/lib.sh" "$1"
tinyproxy=$(command -v tinyproxy || echo /usr/bin/tinyproxy)
for variable in https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY; do unset "$variable"; done

# wait_for PORT: until somebody listens there.
wait_for() {
    for _ in $(seq 100); do
        (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
        sleep 0.1
    done
}
# start_proxy NAME PORT LINES...: tinyproxy with these lines in its configuration; its pid in $proxy_pid.
start_proxy() {
    local name=$1 port=$2
    shift 2
    {
        printf 'Port %s\nListen 127.0.0.1\nTimeout 60\nMaxClients 200\nLogFile "%s/%s.log"\nLogLevel Connect\n' "$port" "$work" "$name"
        printf '%s\n' "$@"
    } >"$name.conf"
    "$tinyproxy" -d -c "$name.conf" >"$name.out" 2>&1 &
    proxy_pid=$!
    server_pids+=("$proxy_pid")
    wait_for "$port"
}

# through: how many targets the run had, when each of them is as it should be.
through() { sed -n 's/^Run .*: \([0-9]*\) targets: [0-9]* already, [0-9]* verified\.$/\1/p' out; }

base=$((20000 + RANDOM % 20000))
serve --users 1200 --write-limit none --unit-limit none
start_proxy open "$base"
start_proxy closed "$((base + 1))" 'BasicAuth ada s3cret'
start_proxy picky "$((base + 2))" 'ConnectPort 443'
# tunnels NAME: how many it was asked for.
tunnels() { grep -c 'CONNECT localhost' "$1.log"; }

# It takes a name that is not this machine's to show that the environment counts: nobody but the proxy is asked for it.
as_elsewhere() { env ALLOT_GRAPH_URL=https://graph.example.invalid ALLOT_LOGIN_URL=https://login.example.invalid "$@"; }
export ALLOT_GRAPH_URL=${ALLOT_GRAPH_URL/127.0.0.1/localhost} ALLOT_LOGIN_URL=${ALLOT_LOGIN_URL/127.0.0.1/localhost}

expect 0 "without a proxy" "$allot" skus
expect 0 "through one that --proxy names" "$allot" skus --proxy "http://127.0.0.1:$base"
same "$([ "$(tunnels open)" -ge 1 ] && echo some)" some "it saw the tunnels"
before=$(tunnels open)
expect 0 "what is on this machine does not go through HTTPS_PROXY" env HTTPS_PROXY=http://127.0.0.1:1 "$allot" skus
expect 0 "but through ALLOT_PROXY" env ALLOT_PROXY="127.0.0.1:$base" "$allot" skus
same "$([ "$(tunnels open)" -gt "$before" ] && echo more)" more "it saw those too"
before=$(tunnels open)
expect 0 "and not where NO_PROXY excepts it" env NO_PROXY=localhost ALLOT_PROXY="127.0.0.1:$base" "$allot" skus
expect 0 "nor where --proxy none takes it back" env ALLOT_PROXY="127.0.0.1:$base" "$allot" skus --proxy none
same "$(tunnels open)" "$before" "neither was seen there"
expect 124 "HTTPS_PROXY counts for all else" as_elsewhere timeout 4 env HTTPS_PROXY="http://127.0.0.1:$base" "$allot" skus
says err "(from HTTPS_PROXY) does not connect to login.example.invalid:443: 500" "the proxy's words are handed on"
expect 0 "the tenant in this process through a proxy" "$allot" skus --profile simulated --proxy "http://127.0.0.1:$base"

# soon WHAT COMMAND...: it fails in a way that passes by itself, so it tries again and again; its first words are enough.
soon() {
    local what=$1
    shift
    expect 124 "$what" timeout 4 "$@"
}
echo "with a password"
locked=127.0.0.1:$((base + 1))
expect 1 "none given" "$allot" skus --proxy "http://$locked"
says err "http://USER@$locked" "it says how to name the user"
says err "ALLOT_PROXY_PASSWORD" "and where to put the password"
expect 1 "a wrong one" env ALLOT_PROXY_PASSWORD=wr0ng "$allot" skus --proxy "http://ada@$locked"
says err "does not accept this user name and password" "it says so"
same "$(grep -c 'wr0ng' err)" 0 "without showing it"
expect 0 "the right one" env ALLOT_PROXY_PASSWORD=s3cret "$allot" skus --proxy "http://ada@$locked"
printf 's3cret\n' >password
expect 0 "from a file" env ALLOT_PROXY_PASSWORD_FILE="$work/password" "$allot" skus --proxy "http://ada@$locked"
expect 0 "in the variable's URL, percent-encoded" env ALLOT_PROXY="http://ada:s3%63ret@$locked" "$allot" skus
expect 5 "in a flag" "$allot" skus --proxy "http://ada:s3cret@$locked"
same "$(grep -c 's3cret' err)" 0 "it is refused without being shown"
printf 'proxy = http://ada:s3cret@%s\n' "$locked" >proxy.conf
expect 0 "in a profile" "$allot" skus --config proxy.conf

echo "what can be wrong with a proxy"
expect 1 "it forbids the port" "$allot" skus --proxy "http://127.0.0.1:$((base + 2))"
says err "403" "and says so"
soon "nobody is there" "$allot" skus --proxy "http://127.0.0.1:1"
says err "the proxy from --proxy: Connection refused" "it says who"
soon "it does not speak HTTP" "$allot" skus --proxy "http://${ALLOT_GRAPH_URL#https://}"
says err "is that the port of an HTTP proxy?" "it asks"
expect 5 "it is of another kind" env ALL_PROXY=socks5://127.0.0.1:1080 "$allot" skus
says err "ALL_PROXY" "it says where that is set"

echo "a wave through it"
job wave.csv 20 519
expect 0 "500 people through a proxy with a password" \
    env ALLOT_PROXY_PASSWORD=s3cret "$allot" apply wave.csv --yes --write-limit none --proxy "http://ada@$locked"
same "$(through)" 500 "all are verified"
expect 0 "and it is so" "$allot" verify wave.csv

echo "the proxy dies in the middle of a run, and comes back"
stop_server
serve --users 1200 --write-limit none --unit-limit none --latency 40ms
export ALLOT_GRAPH_URL=${ALLOT_GRAPH_URL/127.0.0.1/localhost} ALLOT_LOGIN_URL=${ALLOT_LOGIN_URL/127.0.0.1/localhost}
start_proxy mortal "$((base + 3))"
job second.csv 20 819
"$allot" apply second.csv --yes --write-limit none --batch-size 1 --connections 8 --proxy "http://127.0.0.1:$((base + 3))" \
    >out 2>err </dev/null &
run_pid=$!
for _ in $(seq 200); do
    [ "$(count_now writesAccepted)" -gt 50 ] 2>/dev/null && break
    sleep 0.1
done
kill -9 "$proxy_pid"
wait "$proxy_pid" 2>wait.err
sleep 1
start_proxy mortal "$((base + 3))"
status=0
wait "$run_pid" || status=$?
same "$status" 0 "the run goes on when the proxy is back"
same "$(through)" 800 "and all are verified"
[ "$status" = 0 ] || tail -n 20 out err
expect 0 "and it is so" "$allot" verify second.csv
stop_server
