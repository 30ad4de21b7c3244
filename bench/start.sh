#!/usr/bin/env bash
# How long the program takes to start and end: `allot --version`, a hundred times, one after another.
#   bench/start.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. samples/prepare.sh
install_needed >&2
cmake --preset release >&2
cmake --build --preset release --target allot >&2
allot=.build/release/engine/commands/allot
"$allot" --version >/dev/null
TIMEFORMAT=%R
took=$({ time for _ in $(seq 100); do "$allot" --version >/dev/null; done; } 2>&1)
awk -v t="$took" 'BEGIN { printf "allot --version: %.1f ms, with the shell making the process\n", t * 10 }'
