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
# A header that is the first one of its source is compiled alone with it; the others are here.
alone=()
for header in $(git ls-files 'connectors/*.hpp' 'engine/*.hpp' 'config/*.hpp' 2>/dev/null || find connectors engine config -name '*.hpp'); do
    source=${header%.hpp}.cpp
    if [ ! -f "$source" ]; then
        alone+=("$header")
    elif [ "$(grep -m 1 '^#include' "$source")" != "#include \"$header\"" ]; then
        echo "not ok: $source must include $header before all others"
        status=1
    fi
done
if printf '%s\n' "${alone[@]}" | xargs -P "$(nproc)" -I {} "${CXX:-g++}" -std=c++20 -fsyntax-only -x c++ -w \
    -DBOOST_ASIO_SEPARATE_COMPILATION -I. {}; then
    echo "ok: every header compiles alone"
else
    echo "not ok: the above headers do not compile alone"
    status=1
fi
exit "$status"
