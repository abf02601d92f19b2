#!/bin/sh
# What the rehearsal needs beside what the tests need: haproxy, ApacheBench, and Terraform, which Debian has not.
set -eu

if ! command -v terraform >/dev/null; then
    echo "The rehearsal needs Terraform 1.11 or newer: https://developer.hashicorp.com/terraform/install" >&2
    exit 1
fi
missing=""
command -v haproxy >/dev/null || missing="$missing haproxy"
command -v ab >/dev/null || missing="$missing apache2-utils"

[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null; then
    echo "The rehearsal needs these Debian packages, or what your system calls them:$missing" >&2
    exit 1
fi
as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"
echo "Installing for the rehearsal:$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086  # a list of words is meant
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing
