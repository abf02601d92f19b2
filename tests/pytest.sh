#!/bin/sh
# pytest, with a folder of its own for what is temporary. Runs side by side would share the system's, where the
# functions' decoders take turns.
set -eu
unset MAKEFLAGS MAKELEVEL # of the make that runs several: a test that asks make must find none
TMPDIR=$(mktemp -d)
export TMPDIR
chmod 1777 "$TMPDIR" # as the system's: MariaDB and nginx run as other users
trap 'rm -rf "$TMPDIR"' EXIT
trap 'exit 130' INT TERM
"$(dirname "$0")/../.venv/bin/python" -m pytest "$@"
