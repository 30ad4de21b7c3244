#!/usr/bin/env bash
# Builds the program twice, of two copies of these sources in two folders, and says whether it came out the same.
#   config/package/same_bytes.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. samples/prepare.sh
install_needed
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for copy in one another/folder; do
    mkdir -p "$work/$copy"
    git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- --create | tar --extract --directory="$work/$copy"
    say "building in $work/$copy"
    (cd "$work/$copy" && cmake --preset release && cmake --build --preset release --target allot --parallel "$(nproc)") >"$work/log" 2>&1 ||
        { tail -n 20 "$work/log"; exit 1; }
done
sha256sum "$work/one/.build/release/engine/commands/allot" "$work/another/folder/.build/release/engine/commands/allot"
cmp "$work/one/.build/release/engine/commands/allot" "$work/another/folder/.build/release/engine/commands/allot" && say "the same bytes"
