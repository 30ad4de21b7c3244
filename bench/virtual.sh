#!/usr/bin/env bash
# An apply of many users under the published limits, in virtual time: CPU and memory of the whole engine, and of the
# simulated tenant in the same process. The run store is left out: bench/journal.sh measures it.
#   bench/virtual.sh [USERS]      default 1000000
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. samples/prepare.sh
install_needed >&2
cmake --preset release >&2
cmake --build --preset release --target bench_virtual >&2
.build/release/bench/bench_virtual "${1:-1000000}"
