#!/usr/bin/env bash
# tidy.sh [SECONDS]: clang-tidy, as .clang-tidy says, over every .cpp of the program and the fuzz targets; those that changed last come
# first. What was found sound is remembered under .build/fuzz/tidy by the contents of the file, its headers and .clang-tidy, and is
# not looked at again. A file takes some ten seconds, so .ci/run gives a time after which no more files are begun; what was left out is
# said. Fails when something was found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. samples/prepare.sh

seconds=${1:-}
[[ $seconds =~ ^[0-9]*$ ]] || fail "tests/tidy.sh takes a number of seconds, or nothing"
install_needed clang clang-tidy libclang-rt-dev
[ -f .build/fuzz/compile_commands.json ] || cmake --preset fuzz

remembered=$PWD/.build/fuzz/tidy
mkdir -p "$remembered"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Which headers of ours each file includes, as the last build saw it: `FILE HEADER` to a line.
ninja -C .build/fuzz -t deps | awk -v root="$PWD/" '
    /^[^ ].*: #deps/ { file = ""; next }
    NF {
        path = $1
        sub(/^\.\.\/\.\.\//, "", path)
        if (index(path, root) == 1) path = substr(path, length(root) + 1)
        if (path ~ /^\//) next
        sub(/^include\/[^\/]*\//, "", path)
        sub(/^\.build\/fuzz\/include\/[^\/]*\//, "", path)
        if (file == "") file = path
        print file, path
    }' >"$work/includes"

tidy_version=$(clang-tidy --version)
# key_of FILE: the name under which it is remembered; of one that was never built the headers are not known, and it is always looked at.
key_of() {
    local file=$1 files
    files=$(awk -v file="$file" '$1 == file && !seen[$2]++ { print $2 }' "$work/includes")
    if [ -z "$files" ]; then
        echo "never"
        return
    fi
    # shellcheck disable=SC2086
    { echo "$tidy_version" && cat .clang-tidy $files; } | sha256sum | cut -d ' ' -f 1
}

{
    git diff --name-only HEAD
    git log --format= --name-only
    find connectors config engine tests/fuzz -name '*.cpp'
} 2>/dev/null | grep -E '^(connectors|config|engine|tests/fuzz)/.*\.cpp$' | awk '!seen[$0]++' >"$work/files"

all=0
while read -r file; do
    [ -f "$file" ] || continue
    all=$((all + 1))
    key=$(key_of "$file")
    [ -f "$remembered/$key" ] || printf '%s %s\n' "$key" "$file"
done <"$work/files" >"$work/due"
due=$(wc -l <"$work/due")
say "$due of $all files are to be looked at"

end=$(($(date +%s) + ${seconds:-1000000}))
# one END WORK REMEMBERED KEY FILE
one() {
    local end=$1 work=$2 remembered=$3 key=$4 file=$5 output
    output=$work/${file//\//_}.out
    if [ "$(date +%s)" -ge "$end" ]; then
        echo "$file" >>"$work/left"
    elif clang-tidy -p .build/fuzz --quiet "$file" >"$output" 2>/dev/null; then
        [ "$key" = never ] || echo "$file" >"$remembered/$key"
    else
        echo "$file" >>"$work/bad"
        printf 'not ok: %s\n' "$file"
        grep -v '^$' "$output"
    fi
}
export -f one
touch "$work/left" "$work/bad"
xargs -P "$(nproc)" -L 1 bash -c 'one "$@"' run "$end" "$work" "$remembered" <"$work/due"
left=$(wc -l <"$work/left")
bad=$(wc -l <"$work/bad")
[ "$left" = 0 ] || say "no time was left for $left files: tests/tidy.sh without a number looks at all"
[ "$bad" = 0 ] || fail "clang-tidy found something in $bad files: see above"
say "clang-tidy found nothing in $((due - left)) files"
