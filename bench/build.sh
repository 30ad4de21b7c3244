#!/usr/bin/env bash
# A clean build of everything with two compilers at a time (preset dev), and what it takes after touching one pure file to
# build and run its tests. No compiler cache is used.
#   bench/build.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. samples/prepare.sh
install_needed >&2
export CCACHE_DISABLE=1
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
cmake --preset dev -B "$build" >&2
TIMEFORMAT='%R %U'
clean=$({ time cmake --build "$build" --parallel 2 >&2; } 2>&1 >/dev/null | tail -n 1)
touch engine/plan/diff.cpp
again=$({ time { cmake --build "$build" --target test_engine_plan --parallel 2 >&2 && "$build/tests/test_engine_plan" >&2; }; } 2>&1 >/dev/null | tail -n 1)
echo "a clean build: $clean s (wall, user); one pure file and its tests: $again s"
