#!/usr/bin/env bash
# The packages: a .deb that is installed and removed, and a tarball that runs where it is unpacked.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
build=$(dirname "$allot")/../..
project=$samples/..

# In a folder of its own: the machine is left as it is.
dpkg_there() { dpkg --root="$work/root" --force-not-root --force-depends --force-script-chrootless "$@"; }
files_in() { find "$1" -type f -o -type l 2>/dev/null | sort; }

expect 0 "the packages are made" bash -c "cd '$build' && cpack -G 'DEB;TGZ' -D CPACK_PACKAGE_DIRECTORY='$work/made'"
deb=$(echo made/*.deb)
dpkg-deb --info "$deb" >control
says control "Package: allot" "the package has its name"
for library in ca-certificates libssl3 libsqlite3-0 libstdc++6; do says control "$library" "it depends on $library"; done
mkdir -p root/var/lib/dpkg/{info,updates}
: >root/var/lib/dpkg/status
expect 0 "it is installed" dpkg_there --install "$deb"
for file in usr/bin/allot usr/lib/systemd/system/allot@.service usr/lib/systemd/system/allot@.timer \
    usr/share/doc/allot/{copyright,README.md,trust.md,allot.conf.example,samples/{wave.csv,recipes.md}} \
    usr/share/man/man1/allot.1 usr/share/bash-completion/completions/allot; do
    [ -s "root/$file" ] && echo "ok: /$file is there" || echo "not ok: /$file is missing"
done
same "$(root/usr/bin/allot --version)" "$("$allot" --version)" "the program runs"
says root/usr/lib/systemd/system/allot@.service "ExecStart=/usr/bin/allot " "the unit names the program where it is"
same "$(find root/usr -perm /022 -not -type l)" "" "nothing in it can be written by others"
expect 0 "it is removed" dpkg_there --purge allot
same "$(files_in root/usr)" "" "and leaves nothing behind"

mkdir unpacked
tar xf made/*.tar.gz -C unpacked
own=$(echo unpacked/*/bin/allot)
same "$("$own" --version)" "$("$allot" --version)" "the tarball's program runs where it was unpacked"
same "$(ldd "$own" | grep -cE ' /(usr/)?lib' || true)" "$(ldd "$own" | grep -cE ' /[^ ]*/(libc|libm|libdl|libpthread|libresolv|librt)\.so')" \
    "of the system's libraries it uses glibc alone"
for library in unpacked/*/lib/allot/*.so.*; do
    package=$(dpkg-query --search "*/$(basename "$library")" | sed 's/[:,].*//' | head -n 1)
    [ -s "$(echo unpacked/*/share/doc/allot/licences)/$package.txt" ] || echo "not ok: the licence of $library is missing"
done
same "$(find unpacked/*/share/doc/allot/licences -name 'Apache-2.0.txt' | wc -l)" 1 "the licences of its libraries are with them, whole"
expect 0 "and does what it is for" "$own" plan "$samples/power-bi.csv" --profile simulated --simulated-tenant "$samples/tenant.json"

# The container is made from files that are there, by steps that are there.
dockerfile=$project/config/docker/Dockerfile
says "$dockerfile" "install_needed dpkg-dev" "the container's build installs what the build scripts name"
says "$dockerfile" "cmake --preset release" "and builds what users run"
same "$(sed -n 's/^ENTRYPOINT \["\(.*\)"\]/\1/p' "$dockerfile")" "/usr/bin/allot" "it runs the packaged program"
for manifest in "$project"/config/kubernetes/*.yaml; do
    grep -q 'command:' "$manifest" && says "$manifest" "/usr/bin/allot" "$(basename "$manifest") names it where it is"
done
exit 0
