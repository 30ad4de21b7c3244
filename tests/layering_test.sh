#!/usr/bin/env bash
# The pure parts see no sockets, no clock, no files: neither directly nor by way of the asynchronous seams.
set -euo pipefail
cd "$(dirname "$0")/.."
pure=(engine/jobs engine/plan engine/documents engine/throttle engine/limits engine/schedule engine/reconcile engine/doctor engine/progress engine/logging
    connectors/graph/wire connectors/simulated/model)
banned='boost/asio|boost/beast|openssl/|sqlite3|<thread>|<mutex>|<iostream>|<fstream>|<filesystem>|<random>|directory\.hpp|clock\.hpp|system_clock::now|steady_clock::now|random_device'
status=0
for folder in "${pure[@]}"; do
    if grep -nE "$banned" "$folder"/*.[ch]pp; then
        echo "not ok: $folder is pure and must not use the above"
        status=1
    fi
done
for port in connectors/port/*.[ch]pp; do
    case "$port" in */directory.hpp | */clock.hpp) continue ;; esac
    if grep -nE "$banned" "$port"; then
        echo "not ok: $port is pure and must not use the above"
        status=1
    fi
done
[ "$status" = 0 ] && echo "ok: the pure parts are pure"
# g++ 12 destroys a temporary twice that lives in a statement with co_await: braces and capturing lambdas are named first.
if grep -rnE 'co_await.*(\{|\[[a-z=&])' --include=*.cpp --include=*.hpp connectors engine |
    grep -vE '(if|while|for) \(.*\) \{$'; then
    echo "not ok: the above makes a temporary in a statement with co_await"
    status=1
else
    echo "ok: no temporary is made in a statement with co_await"
fi
exit "$status"
