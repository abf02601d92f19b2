"""Where a Python 3.13 is, the version that Lambda and the instances run."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

SAY = "import sys; print(sys.executable, *sys.version_info[:2])"


@cache
def find() -> str | None:
    """The path of a Python 3.13 that really runs, from PATH or pyenv; None where there is none."""
    for candidate in _candidates():
        try:
            done = subprocess.run([candidate, "-ISc", SAY], capture_output=True, text=True, timeout=20)
        except OSError:
            continue
        # pyenv's shim is on PATH even where the version is not chosen; it then only prints a hint
        if done.returncode == 0 and done.stdout.split()[1:] == ["3", "13"]:
            return done.stdout.split()[0]
    return None


def here() -> tuple[str, str]:
    """Path and version of the Python that runs packages on this machine: 3.13, else the one that runs this (its base,
    without .venv)."""
    if found := find():
        return found, "3.13"
    return str(getattr(sys, "_base_executable", sys.executable)), f"{sys.version_info.major}.{sys.version_info.minor}"


def _candidates() -> Iterator[str]:
    yield sys.executable
    if found := shutil.which("python3.13"):
        yield found
    root = os.environ.get("PYENV_ROOT") or _pyenv_root()
    if root:
        yield from map(str, sorted(Path(root).glob("versions/3.13*/bin/python3.13"), reverse=True))


def _pyenv_root() -> str:
    if not shutil.which("pyenv"):
        return ""
    return subprocess.run(["pyenv", "root"], capture_output=True, text=True).stdout.strip()
