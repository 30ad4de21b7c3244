# shellcheck shell=bash
# Read in by apply.sh and pace.sh: the program, a simulated server of its own, and a job for it.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. samples/prepare.sh
install_needed >&2
cmake --preset release >&2
cmake --build --preset release --target allot >&2
allot=.build/release/engine/commands/allot
work=$(mktemp -d)
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

# serve_tenant USERS FLAG...: a tenant of so many users; what its clients need is in the environment then.
serve_tenant() {
    "$allot" simulate --users "$1" "${@:2}" --credentials-dir "$work/sim" >"$work/server.out" &
    server=$!
    for _ in $(seq 600); do
        grep -q 'to use it' "$work/server.out" && break
        sleep 0.1
    done
    . "$work/sim/allot.env"
    # What is learned of this server's limits is nobody else's business.
    export ALLOT_STATE_DIR=$work/state
}

# serve USERS FLAG...: a tenant for a job of so many users, and the job.
serve() {
    # Half as many again, because some of a made-up tenant's users have the licence already.
    serve_tenant $(($1 * 3 / 2)) "${@:2}"
    {
        echo user,sku,usage_location
        for n in $(seq "$1"); do printf 'user%05d@contoso.example,POWER_BI_PRO,NL\n' "$n"; done
    } >"$work/job.csv"
}
