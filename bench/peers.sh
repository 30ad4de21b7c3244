# shellcheck shell=bash
# Read in by the benchmarks that compare with others, who come from Debian or npm when they are asked for.

# have_packages PACKAGE…: installs them; says so and fails when they are not to be had.
have_packages() {
    local missing
    # shellcheck disable=SC2034
    missing=("$@")
    for package; do
        is_installed "$package" && continue
        apt_install "$package" >&2 && continue
        say "without $package: it is not to be had here" >&2
        return 1
    done
}

# have_node PACKAGE…: a folder $node_peers with bench/peers/*.mjs and these packages beside them, to be run by `node`.
have_node() {
    node_peers=$PWD/.build/peers
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
        have_packages nodejs npm || return 1
    fi
    mkdir -p "$node_peers"
    cp bench/peers/*.mjs "$node_peers"
    [ -f "$node_peers/package.json" ] || echo '{"private":true,"type":"module"}' >"$node_peers/package.json"
    (cd "$node_peers" && npm install --no-audit --no-fund --silent "$@" >&2) && return
    say "without $*: npm cannot bring it here" >&2
    return 1
}
