# shellcheck shell=bash
# Read in by demo.sh and tests/run.sh: sees to it that what a build needs is installed.

say() { printf '== %s\n' "$*"; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# The packages that a build needs on this system, one a line.
packages_needed() {
    printf '%s\n' g++ cmake ninja-build libsimdjson-dev libfmt-dev libssl-dev libsqlite3-dev catch2 ca-certificates
    # shellcheck source=/dev/null
    if [ "$(. /etc/os-release && printf '%s-%s' "${ID:-}" "${VERSION_ID:-}")" = debian-12 ]; then
        # The default Boost of Debian 12 is 1.74: too old.
        printf '%s\n' libboost1.81-dev libboost-program-options1.81-dev
    else
        printf '%s\n' libboost-dev libboost-program-options-dev
    fi
}

is_installed() {
    [ "$(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "installing packages needs root: run this script as root, or install sudo. Missing: ${missing[*]}"
    fi
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"
}

# install_needed PACKAGE...: installs what a build needs and these, if missing; does nothing, and needs neither root nor network, when all is there.
install_needed() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        say "not a Debian system: if the build misses something, install what is called here:" \
            "$(packages_needed | tr '\n' ' ')"
        return
    fi
    local package
    missing=()
    while read -r package; do
        is_installed "$package" || missing+=("$package")
    done < <(packages_needed && { [ $# = 0 ] || printf '%s\n' "$@"; })
    if [ ${#missing[@]} = 0 ]; then
        say "all that is needed is installed"
        return
    fi
    say "installing ${missing[*]}"
    as_root apt-get update ||
        fail "apt-get update failed: check the network, the proxy and /etc/apt/sources.list, then run this again"
    apt_install "${missing[@]}" && return
    # All at once did not work: one by one tells which one it is.
    for package in "${missing[@]}"; do
        apt_install "$package" ||
            fail "package $package could not be installed: see what apt-get says above, mend it (often: sources.list" \
                "without this release's main section), or install $package yourself, then run this again"
    done
}
