#!/usr/bin/env bash
# `allot verify` of a whole tenant in which there is nothing to change, by pages, over TLS on loopback against the
# simulated server without limits: requests, CPU per user and memory of the client process alone.
#   bench/audit.sh [USERS]      default 1000000
set -euo pipefail
users=${1:-1000000}
. "$(dirname "$0")/served.sh"
install_needed time >&2
serve_tenant "$users" --write-limit none --unit-limit none

# Everybody as he is: who has the licence is to have it, who has not is not to.
"$allot" export --inherited -o csv >"$work/all.csv"
awk -F , -v users="$users" '
    BEGIN { print "user,sku,action" }
    $2 == "POWER_BI_PRO" { has[$1] = 1 }
    END {
        for (n = 8; n <= users; ++n) {
            name = sprintf("user%05d@contoso.example", n)
            print name ",POWER_BI_PRO," (name in has ? "assign" : "remove")
        }
    }' "$work/all.csv" >"$work/job.csv"
/usr/bin/time -o "$work/time" -f '%e %U %S %M' "$allot" verify "$work/job.csv" --quiet >"$work/verify.out" || true
tail -n 1 "$work/verify.out"
requests=$(sed -n 's/.*users: \([0-9]*\) requests,.*/\1/p' "$work/verify.out")
awk -v n="$users" -v r="$requests" 'END {
    printf "%d users: %d requests, %.2f s, %.2f us CPU a user, %.0f MB\n",
        n, r, $1, ($2 + $3) * 1e6 / n, $4 / 1024 }' "$work/time"
