"""`make package`: build/app.zip for the instances, build/thumbnail.zip for its function, and for the other one
build/annotation-CAPTIONER.zip, with the libraries of the captioner that Terraform's variable `captioner` chooses.

The same sources and pins give the same bytes on every day. Downloads are kept in build/wheels. Where there is no
Python 3.13 to compile with, the functions carry no .pyc files: they work, and start slower.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from deploy import archive, choices, python313, wheels

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
PYTHON = "3.13"  # the newest that Lambda, the AWS provider and Amazon Linux 2023 share
CAPTIONERS = ("gemini", "genai", "openai", "offline")
TASK_ROOT = "/var/task"  # where Lambda unpacks the zip; it stands in the .pyc files for tracebacks
NOT_PACKED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
SERVICES = ("image_app.service", "image_app_worker.service", "image_app_proxy.service", "image_app.conf")
DEPLOY_FILES = ("gunicorn.conf.py", "nginx.conf", *SERVICES, "rds-ca.pem")
SERVICES_CALLED = {"s3", "secretsmanager"}  # by the functions; botocore describes 440, in 28 MB
# What a function never loads. The discovery documents of every Google API are 114 MB.
STRIPPED = (
    "googleapiclient/discovery_cache/documents",
    "google/ai/generativelanguage_v1", "google/ai/generativelanguage_v1alpha",
    "google/ai/generativelanguage_v1beta2", "google/ai/generativelanguage_v1beta3",
    "google/genai/_gaos",
    "boto3/data", "boto3/examples",
    "**/tests", "**/test", "**/*.pyi", "**/*.c", "**/*.h", "**/*.pyx", "**/*.pxd",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=BUILD, help="the folder of the zips")
    parser.add_argument("--python", default=PYTHON, help="the version of Python that they are for")
    parser.add_argument("--captioner", choices=CAPTIONERS, default="", help="instead of what Terraform chooses")
    chosen = parser.parse_args()
    for file in build(chosen.output.resolve(), chosen.python, chosen.captioner):
        print(f"{file.relative_to(ROOT)}  {file.stat().st_size / 1e6:.1f} MB")


def build(output: Path, python: str = PYTHON, captioner: str = "", cache: Path = BUILD / "wheels") -> list[Path]:
    """Write the three zips into `output`; `python` is the version whose wheels they hold. Exits in words when pip
    can't reach an index."""
    output.mkdir(parents=True, exist_ok=True)
    return [
        app(output, python, cache),
        function(output, "thumbnail", python, cache),
        function(output, f"annotation-{captioner or choices.choice('captioner')}", python, cache),
    ]


def app(output: Path, python: str = PYTHON, cache: Path = BUILD / "wheels") -> Path:
    """Write app.zip: what the instances run."""
    return _packed(output / "app.zip", python, lambda stage: _app(stage, python, cache))


def function(output: Path, name: str, python: str = PYTHON, cache: Path = BUILD / "wheels") -> Path:
    """Write a function's zip: "thumbnail", or "annotation-" and a captioner."""
    return _packed(output / f"{name}.zip", python, lambda stage: _function(stage, name, python, cache))


def _packed(file: Path, python: str, fill: Callable[[Path], None]) -> Path:
    print(f"Building {file.name} for CPython {python} on x86-64 Linux …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder))
        archive.write(file, Path(folder))
    return file


def _app(stage: Path, python: str, cache: Path) -> None:
    """The site, its static files collected and hashed, and a wheelhouse: a new instance needs no package index."""
    lists = [ROOT / "requirements" / f"{name}.txt" for name in ("site", "instance-build")]
    wheelhouse = wheels.download(wheels.pinned(lists, python), python, cache, "app.zip")
    shutil.copytree(wheelhouse, stage / "wheelhouse")
    for name in ("site", "processors"):
        shutil.copytree(ROOT / name, stage / name, ignore=NOT_PACKED)
    (stage / "deploy").mkdir()
    _copy(stage, ["manage.py", "LICENSE", *(f"deploy/{name}" for name in DEPLOY_FILES)])
    _collect_static(stage)


def _function(stage: Path, name: str, python: str, cache: Path) -> None:
    """processors/, the function's own dependencies, and whom it trusts as a database server."""
    kind, _, captioner = name.partition("-")
    names = [kind, "functions", *([f"captioner-{captioner}"] if captioner not in ("", "offline") else [])]
    lists = [ROOT / "requirements" / f"{each}.txt" for each in names]
    wheels.unpack(wheels.download(wheels.pinned(lists, python), python, cache, f"{name}.zip"), stage)
    _strip(stage)
    shutil.copytree(ROOT / "processors", stage / "processors", ignore=NOT_PACKED)
    shutil.copy(ROOT / "deploy" / "rds-ca.pem", stage / "rds-ca.pem")
    _compile(stage, python)


def _strip(stage: Path) -> None:
    services = [path for path in (stage / "botocore/data").iterdir() if path.is_dir()]
    others = [path for path in services if path.name not in SERVICES_CALLED]
    for path in [*others, *(path for pattern in STRIPPED for path in list(stage.glob(pattern)))]:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _copy(stage: Path, names: Iterable[str]) -> None:
    for name in names:
        shutil.copy(ROOT / name, stage / name)


def _collect_static(stage: Path) -> None:
    """Into static-collected/, where the settings look for it. No secret and no database is touched."""
    with tempfile.TemporaryDirectory() as var:
        environment = {"PATH": os.environ["PATH"], "VAR_DIR": var, "STATIC_ROOT": str(stage / "static-collected")}
        command = [sys.executable, str(ROOT / "manage.py"), "collectstatic", "--no-input", "-v0"]
        subprocess.run(command, check=True, env=environment)


def _compile(stage: Path, python: str) -> None:
    """Compile ahead, as /var/task is read-only: without this each cold start compiles everything anew. Unchecked
    hashes, because the times in a zip say nothing."""
    compiler = python313.find() if python == PYTHON else sys.executable
    if not compiler:
        print("  no Python 3.13 here: without .pyc files, so the function will start slower", file=sys.stderr)
        return
    command = [compiler, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(stage), "-p", TASK_ROOT, str(stage)]
    subprocess.run(command, check=True, env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0"})


if __name__ == "__main__":
    main()
