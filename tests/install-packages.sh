#!/bin/sh
# What `make test` needs of the system and pip can't bring: a MariaDB server (its programs only: no service is
# started), Chromium, and what compiles mysqlclient. Installs what is missing with apt-get; silent when all is there.
# PYTHON names the interpreter that the tests run on (default python3), CHROMIUM a browser outside the path.
set -eu

python=${PYTHON:-python3}
missing=

has() { command -v "$1" >/dev/null 2>&1; }
need() { missing="$missing $*"; }

has_connector() { # by the same names that mysqlclient's own build asks for
    for name in mysqlclient mariadb libmariadb; do
        pkg-config --exists "$name" 2>/dev/null && return
    done
    return 1
}

has_browser() {
    for name in "${CHROMIUM:-chromium}" chromium-browser google-chrome google-chrome-stable; do
        has "$name" && return
    done
    return 1
}

has_python_headers() {
    "$python" -c 'import os, sysconfig; open(os.path.join(sysconfig.get_path("include"), "Python.h"))' 2>/dev/null
}

headers_package() {
    "$python" -c 'import sys; print("python%d.%d-dev" % sys.version_info[:2])' 2>/dev/null || echo python3-dev
}

browser_package() { # Ubuntu has Chromium as a snap, which does not run everywhere: Google Chrome serves as well
    if grep -q '^ID=ubuntu' /etc/os-release 2>/dev/null; then echo chromium-browser; else echo chromium; fi
}

can_sudo() { has sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }

# shellcheck disable=SC2086 # as_root may be empty, missing is a list of package names
install_missing() {
    $as_root apt-get update &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
}

{ has mariadbd && has mariadb-install-db; } || need mariadb-server-core
has mariadb || need mariadb-client-core
has gcc || need gcc libc6-dev
has pkg-config || need pkg-config
has_connector || need libmariadb-dev
has_python_headers || need "$(headers_package)"
has_browser || need "$(browser_package)" fonts-dejavu-core

[ -n "$missing" ] || exit 0

as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
by_hand="The tests need packages that are not installed. Install them and run again: apt-get install$missing"
if ! has apt-get || { [ -n "$as_root" ] && ! can_sudo; }; then
    echo "$by_hand" >&2
    exit 1
fi

echo "Installing what the tests need:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! install_missing >"$log" 2>&1; then
    cat "$log" >&2
    echo "apt-get failed, see above. $by_hand" >&2
    exit 1
fi
