#!/usr/bin/env bash
# Our engine and the schemes of others against the simulated service's limits, in virtual time: how much longer than
# any client would need at least, how much is refused, who is lost. Prints Markdown.
#   bench/throttle.sh [--users N] [--seeds N] [--scheme S] [--scenario S] [--batch-sizes] [--gate] [--verbose]
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset release >/dev/null
cmake --build --preset release --target bench_throttle >/dev/null
exec .build/release/bench/bench_throttle "$@"
