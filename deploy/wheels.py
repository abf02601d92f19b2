"""The pinned dependencies as files, for CPython on x86-64 Linux, whatever Python and system this runs on."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement

# All three: pip takes each tag literally, so one alone hides wheels, or silently gives older versions.
PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")
SOURCES = {"mysqlclient"}  # no wheel for Linux: compiled where it is installed
UNREACHABLE = """
pip could not download what is needed for {what}. Is a package index reachable from here?
Behind a proxy set HTTPS_PROXY; for an index of your own set PIP_INDEX_URL. Then start it again: what is
downloaded already is kept below {cache}."""


def pinned(files: Iterable[Path], python: str) -> dict[str, str]:
    """The requirements of these lock files that hold for that Python, by name: "name==1.0 --hash=…", without markers.
    pip itself would judge the markers by the Python that it runs on."""
    found: dict[str, str] = {}
    for block in (block for file in files for block in re.split(r"^(?=\w)", file.read_text(), flags=re.MULTILINE)):
        if "==" not in block:
            continue
        requirement = Requirement(block.splitlines()[0].rstrip(" \\"))
        if requirement.marker is None or requirement.marker.evaluate(_target(python)):
            hashes = " ".join(re.findall(r"--hash=\S+", block))
            found[requirement.name] = f"{requirement.name}{requirement.specifier} {hashes}"
    return found


def _target(python: str) -> dict[str, str]:
    """PEP 508's environment markers of the place where it will run."""
    return {
        "python_version": python, "python_full_version": f"{python}.0", "implementation_name": "cpython",
        "platform_python_implementation": "CPython", "sys_platform": "linux", "platform_system": "Linux",
        "platform_machine": "x86_64", "os_name": "posix",
    }  # fmt: skip


def download(requirements: dict[str, str], python: str, cache: Path, what: str) -> Path:
    """A folder with the wheels (and the sources of `SOURCES`) of these requirements and with their
    requirements.txt; from the cache if they were downloaded before. Exits in words when pip can't."""
    text = "".join(f"{line}\n" for _, line in sorted(requirements.items()))
    folder = cache / f"{hashlib.sha256((text + python).encode()).hexdigest()[:16]}-{python}"
    if folder.exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=cache, prefix="new-"))
    sources = {name: line for name, line in requirements.items() if name in SOURCES}
    wheels = {name: line for name, line in requirements.items() if name not in SOURCES}
    options = ["--only-binary=:all:", "--implementation=cp", f"--python-version={python}"]
    try:
        _pip(fresh, wheels, [*options, *(f"--platform={tag}" for tag in PLATFORMS)])
        _pip(fresh, sources, ["--no-binary=:all:"])
    except subprocess.CalledProcessError:
        shutil.rmtree(fresh)
        sys.exit(UNREACHABLE.format(what=what, cache=cache))
    (fresh / "requirements.txt").write_text(text)
    fresh.chmod(0o755)
    _keep(fresh, folder)
    return folder


def _keep(fresh: Path, folder: Path) -> None:
    """As the cache's `folder`, unless a build beside this one was faster."""
    try:
        os.replace(fresh, folder)
    except OSError:
        if not folder.exists():
            raise
        shutil.rmtree(fresh)


def _pip(folder: Path, requirements: dict[str, str], options: list[str]) -> None:
    if not requirements:
        return
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(requirements.values()))
        file.flush()
        command = [sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", *options, "--dest", str(folder), "-r", file.name]
        # pip asks a source for its metadata; mysqlclient then looks for headers unless it is told of some
        environment = {**os.environ, "MYSQLCLIENT_CFLAGS": "-I.", "MYSQLCLIENT_LDFLAGS": "-lmariadb"}
        subprocess.run(command, check=True, env=environment)


def unpack(wheels: Path, target: Path) -> None:
    """Install wheels by unpacking them, without their scripts: pip would write this machine's paths into RECORD."""
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as source:
            for name in source.namelist():
                path = re.sub(r"^[^/]+\.data/(purelib|platlib)/", "", name)
                if name.endswith("/") or ".data/" in path:
                    continue
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                (target / path).write_bytes(source.read(name))
