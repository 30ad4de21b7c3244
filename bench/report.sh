#!/usr/bin/env bash
# The rows of a report as CSV and as JSON lines, to nowhere: CPU.
#   bench/report.sh [ROWS]      default 1000000
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. samples/prepare.sh
install_needed >&2
cmake --preset release >&2
cmake --build --preset release --target bench_report >&2
.build/release/bench/bench_report "${1:-1000000}"
