# shellcheck shell=bash
# Read in by the scripts here. The program under test is the script's first argument.
set -uo pipefail
allot=$(realpath "$1")
samples=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../../samples")
auditor=$(realpath "$(dirname "${BASH_SOURCE[0]}")/auditor")
work=$(mktemp -d)
server_pids=()
for variable in "${!ALLOT_@}" "${!AZURE_@}"; do unset "$variable"; done
export ALLOT_CONFIG=/dev/null ALLOT_STATE_DIR=$work/state
cd "$work" || exit 1

finish() {
    local pid
    for pid in "${server_pids[@]}"; do kill "$pid" 2>/dev/null; done
    wait
    rm -rf "$work"
}
trap finish EXIT

# expect STATUS WHAT COMMAND...: output goes to $work/out and $work/err.
expect() {
    local wanted=$1 what=$2 status=0
    shift 2
    "$@" >out 2>err </dev/null || status=$?
    if [ "$status" = "$wanted" ]; then
        echo "ok: $what"
    else
        echo "not ok: $what: exit status $status, not $wanted"
        sed 's/^/    /' out err | tail -n 20
    fi
}

# says FILE TEXT WHAT: the file has the text.
says() {
    if grep -qF -- "$2" "$1"; then
        echo "ok: $3"
    else
        echo "not ok: $3: no \"$2\" in $1"
        sed 's/^/    /' "$1" | head -n 20
    fi
}

# same A B WHAT
same() {
    if [ "$1" = "$2" ]; then echo "ok: $3"; else echo "not ok: $3: \"$1\" is not \"$2\""; fi
}

# serve FLAGS...: starts `allot simulate` and points the ALLOT_* variables at it.
serve() {
    rm -rf served server.out
    "$allot" simulate --credentials-dir served "$@" >server.out 2>&1 &
    server_pid=$!
    server_pids+=("$server_pid")
    for _ in $(seq 100); do
        grep -q 'to use it' server.out && break
        sleep 0.1
    done
    # shellcheck source=/dev/null
    . served/allot.env
}

# count NAME: one of the server's counts, after it was stopped.
stop_server() {
    kill -TERM "$server_pid"
    wait "$server_pid"
}
count() { tail -n 1 server.out | sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p"; }

# look NAME: what the server says of its simulation while it runs: `counts`, or `state` (a user to a line).
look() {
    printf 'GET /simulated/%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$1" |
        openssl s_client -quiet -connect "${ALLOT_GRAPH_URL#https://}" 2>/dev/null | sed '1,/^\r$/d'
}
# count_now NAME: one of the server's counts, while it runs.
count_now() { look counts | sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p"; }

# the_run FIELD [NTH]: of the newest run, or the one so many before it: run, state, exit_code …, as `allot runs` has them.
the_run() {
    "$allot" runs -o csv | awk -F , -v field="$1" -v nth="${2:-0}" '
        NR == 1 { for (at = 1; at <= NF; ++at) if ($at == field) column = at }
        NR == 2 + nth { print $column }'
}

# job FILE FROM TO: Power BI Pro for users FROM to TO of a made-up tenant.
job() {
    {
        echo user,sku,usage_location
        for n in $(seq "$2" "$3"); do printf 'user%05d@contoso.example,POWER_BI_PRO,NL\n' "$n"; done
    } >"$1"
}

# people WHICH: from the tenant's state in before.json, the UPNs of users whom nothing makes special and who hold only
# that SKU, as their own; `none` for those who hold nothing; `lost` for those who hold nothing and have no usage location.
people() {
    awk -f "$auditor/tenant.awk" -f <(echo 'BEGIN {
        read_tenant("before", ARGV[1])
        for (at = 1; at <= users; ++at) {
            upn = upns[at]
            if (upn !~ /^user[0-9]/ || line_of["before", upn] ~ /assignedByGroup/) continue
            has = direct["before", upn]
            is = has == "" ? "none" : has == " " sku_of[ARGV[2]] "()" ? ARGV[2] : "mixed"
            if (location_of["before", upn] == "") is = is == "none" ? "lost" : "mixed"
            if (is == ARGV[2]) print upn
        }
        exit
    }') before.json "$1"
}
# rows COUNT CELLS: the first so many users of stdin, each with these cells after the name.
rows() { head -n "$1" | sed "s/\$/,$2/"; }
