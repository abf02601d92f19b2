#!/bin/sh
# What the tests need beside Python: a MariaDB server (no service is started), Chromium, nginx, systemd's own checks of the
# units, ab for the benchmarks, and what mysqlclient is compiled with. Installs only what is missing, and does nothing where all is there.
set -eu

missing=""
need() { missing="$missing $1"; }
[ -x /usr/sbin/mariadbd ] || need mariadb-server-core
command -v mariadb-install-db >/dev/null || need mariadb-server-core
{ command -v mariadb || command -v mysql; } >/dev/null || need mariadb-client-core
{ command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null || need chromium
command -v ab >/dev/null || need apache2-utils
command -v nginx >/dev/null || need nginx-light
command -v systemd-analyze >/dev/null || need systemd
command -v mariadb_config >/dev/null || need libmariadb-dev
command -v pkg-config >/dev/null || need pkg-config
command -v cc >/dev/null || need gcc
[ -n "$(python3-config --includes 2>/dev/null)" ] || need python3-dev

[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null; then
    echo "The tests need these Debian packages, or what your system calls them:$missing" >&2
    exit 1
fi
as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"
echo "Installing for the tests:$missing"
$as_root apt-get update -qq
# Debian starts a service when it is installed, unless this says no (invoke-rc.d(8)): nothing of ours needs it.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | $as_root tee $policy >/dev/null
    $as_root chmod +x $policy
    trap '$as_root rm -f $policy' EXIT
fi
# shellcheck disable=SC2086  # a list of words is meant
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing
