"""Servers that this machine's own release does not have, from another release of Debian: their packages, with all that
they need down to the C library, unpacked into a folder and started from there. Nothing is installed.

The mirror is the one that this machine's apt has, and what it signs is checked with the same keys.
"""

import os
import platform
import subprocess
from pathlib import Path

SUITE = "sid"  # the only one that has a real MySQL server


class NotHere(Exception):
    """The packages can't be had, in one line."""


def unpack(folder: Path, *packages: str) -> None:
    """Into `folder`/root, unless it is there. Downloads are kept: the suite moves on. Raises NotHere."""
    if (folder / "root").exists():
        return
    for part in ("lists/partial", "cache/archives/partial", "unpacked"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()  # nothing is installed, so everything is needed
    (folder / "sources.list").write_text(f"deb {_mirror()} {SUITE} main\n")
    _apt(folder, "update", "-qq", "-o", "Acquire::Languages=none")
    _apt(folder, "install", "-qq", "-y", "--download-only", "--no-install-recommends", *packages)
    for archive in sorted((folder / "cache/archives").glob("*.deb")):
        subprocess.run(["dpkg-deb", "--extract", archive, folder / "unpacked"], check=True)
    (folder / "unpacked").rename(folder / "root")


def program(folder: Path, path: str) -> list[str]:
    """The command of a program that was unpacked, such as usr/sbin/mysqld, with its own C library."""
    root = folder.absolute() / "root"
    libraries = root / "usr/lib" / f"{platform.machine()}-linux-gnu"
    (loader,) = libraries.glob("ld-linux-*.so.*")
    return [str(loader), "--library-path", f"{libraries}:{libraries}/private:{libraries}/ceph", str(root / path)]


def _mirror() -> str:
    """Where this machine's apt has its own release from."""
    name = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    wanted = ["--format", "$(REPO_URI)", "Created-By: Packages", f"Release: {name.get('VERSION_CODENAME', '')}"]
    try:
        found = subprocess.run(["apt-get", "indextargets", *wanted], capture_output=True, text=True, check=True)
        return found.stdout.split()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        raise NotHere("apt-get knows no mirror of Debian here.") from None


def _apt(folder: Path, *arguments: str) -> None:
    places = {"State": ".", "State::Lists": "lists", "State::Status": "status", "Cache": "cache"}
    places |= {"Etc::SourceList": "sources.list", "Etc::SourceParts": "-"}
    where = [f"-oDir::{name}={folder.absolute() / place}" for name, place in places.items()]
    command = ["apt-get", *where, "-oDebug::NoLocking=true", "-oAPT::Sandbox::User=root", *arguments]
    env = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    if done.returncode:
        raise NotHere(f"apt-get {arguments[0]}: {(done.stderr.splitlines() or ['failed'])[-1]}")
