#!/usr/bin/env bash
# Our engine and the schemes of others against the simulated service's limits, in virtual time: how much longer than
# any client would need at least, how much is refused, who is lost. Prints Markdown; what it builds goes to stderr.
#   bench/throttle.sh [--users N] [--seeds N] [--scheme S] [--scenario S] [--batch-sizes] [--gate] [--verbose] ...
set -euo pipefail
cd "$(dirname "$0")/.."
. samples/prepare.sh
install_needed >&2
cmake --preset release >&2
cmake --build --preset release --target bench_throttle >&2
exec .build/release/bench/bench_throttle "$@"
