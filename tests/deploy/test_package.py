"""What `make package` writes: the right things, always the same, and not too large."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from deploy import package, terraform
from tests.deploy.conftest import PYTHON

pytestmark = pytest.mark.package

PROCESSORS = package.ROOT / "processors"
# MB, a tenth above the first good build. Lambda takes 250 MB unpacked.
BUDGET = {"app": 46, "thumbnail": 16, "annotation-gemini": 41, "annotation-genai": 32}
UNPACKED_BUDGET = {"app": 52, "thumbnail": 45, "annotation-gemini": 118, "annotation-genai": 93}
# What a captioner brings along that the others do not.
OWN = {"gemini": {"grpc", "googleapiclient"}, "genai": {"httpx2", "websockets"}}


def names(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as source:
        return source.namelist()


def test_it_works(packages: Any) -> None:
    assert {"manage.py", "site/config/settings.py", *(f"deploy/{name}" for name in package.DEPLOY_FILES)} <= {
        *names(packages.app)
    }
    for file in packages.functions:
        handler = f"processors/{file.stem.split('-')[0]}.py"
        assert {handler, "rds-ca.pem", "PIL/Image.py", "pymysql/connections.py"} <= {*names(file)}


def test_functions_hold_the_processors_and_nothing_of_the_site(packages: Any) -> None:
    """The same code in both: what only the other needs is a few kilobytes. Of site/ and deploy/ nothing."""
    ours = {f"processors/{path.relative_to(PROCESSORS)}" for path in PROCESSORS.rglob("*.py")}
    assert ours > {"processors/aws/s3.py", "processors/images/sandbox.py"}
    for file in packages.functions:
        python = {name for name in names(file) if name.startswith("processors/") and name.endswith(".py")}
        assert python == ours
        assert not {"django", "gallery", "site", "deploy"} & tops(file)


def tops(file: Path) -> set[str]:
    return {name.split("/")[0] for name in names(file)}


@pytest.mark.parametrize("captioner", package.CAPTIONERS)
def test_a_captioner_has_its_own_client_and_no_other(packages: Any, captioner: str) -> None:
    found, others = tops(packages.captioners[captioner]), {name: OWN[name] for name in OWN if name != captioner}
    assert OWN.get(captioner, {"urllib3"}) <= found
    assert not found & set().union(*others.values())
    assert ("google" in found) == (captioner in OWN)
    assert not {"google", "requests", *set().union(*OWN.values())} & tops(packages.thumbnail)


def test_sizes(packages: Any, measured: list[str]) -> None:
    for file in packages.all:
        with zipfile.ZipFile(file) as source:
            unpacked = sum(entry.file_size for entry in source.infolist()) / 1e6
        measured.append(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB, unpacked {unpacked:.1f} MB")
        most, most_unpacked = (kind.get(file.stem, kind["thumbnail"]) for kind in (BUDGET, UNPACKED_BUDGET))
        assert file.stat().st_size / 1e6 < most, f"{file.name} has grown: what came in, and is it needed?"
        assert unpacked < most_unpacked, file.name


def test_second_build_has_the_same_bytes(packages: Any, tmp_path: Path) -> None:
    os.utime(package.ROOT / "manage.py")  # as after a fresh checkout
    for captioner in ("gemini", "genai"):
        package.function(tmp_path, f"annotation-{captioner}", PYTHON)
    again = [package.app(tmp_path, PYTHON), package.function(tmp_path, "thumbnail", PYTHON)]
    for second in [*again, *tmp_path.glob("annotation-*.zip")]:
        first = packages.app.with_name(second.name)
        assert first.read_bytes() == second.read_bytes(), first.name


def test_entries_depend_on_nothing_of_this_machine(packages: Any) -> None:
    for file in packages.all:
        with zipfile.ZipFile(file) as source:
            entries = source.infolist()
        assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
        assert {(entry.date_time, entry.external_attr >> 16) for entry in entries} == {
            ((1980, 1, 1, 0, 0, 0), 0o100644)
        }


def test_what_is_never_loaded_is_left_out(packages: Any) -> None:
    for name in [name for file in packages.functions for name in names(file)]:
        assert not name.endswith((".pyi", ".exe")), name
        assert not {"tests", "bin", "documents", "examples", "_gaos"} & set(name.split("/")), name
    assert not [name for name in names(packages.app) if "__pycache__" in name or name.startswith("tests/")]


def test_functions_carry_the_sdk_for_what_they_call(packages: Any) -> None:
    """Pinned, so that what was tested is what runs; the runtime's own changes when AWS says so."""
    for file in packages.functions:
        found = set(names(file))
        assert {"boto3/session.py", "botocore/client.py", "botocore/data/endpoints.json"} <= found
        services = {name.split("/")[2] for name in found if name.startswith("botocore/data/") and name.count("/") > 2}
        assert services == package.SERVICES_CALLED


def test_functions_are_compiled_ahead(packages: Any) -> None:
    """With unchecked hashes (flags 1 in the header, PEP 552), so that the times in the zip do not matter."""
    with zipfile.ZipFile(packages.annotation) as source:
        compiled = [name for name in source.namelist() if name.endswith(".pyc")]
        headers = {source.read(name)[4:8] for name in compiled}
        code = source.read(next(name for name in compiled if name.startswith("processors/__pycache__/job.")))
    assert len(compiled) > 1000
    assert headers == {b"\x01\x00\x00\x00"}
    assert b"/var/task/processors/job.py" in code


def test_wheelhouse_is_for_one_python(packages: Any) -> None:
    wheels = [name for name in names(packages.app) if name.endswith(".whl")]
    abi = f"cp{PYTHON.replace('.', '')}"
    assert {name.split("-")[-2] for name in wheels} <= {"none", "abi3", abi}
    sources = [name for name in names(packages.app) if name.endswith(".tar.gz")]
    assert [name.split("-")[0] for name in sources] == ["wheelhouse/mysqlclient"]


def test_without_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with pytest.raises(SystemExit, match="Is a package index reachable from here"):
        package.build(tmp_path / "out", PYTHON, "offline", tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize(("chosen", "file"), [("", "annotation-gemini.zip"), ("openai", "annotation-openai.zip")])
def test_only_the_chosen_captioner_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: str, file: str
) -> None:
    """As terraform.tfvars says, else by the default of Terraform's variable."""
    (tmp_path / "variables.tf").write_text('variable "captioner" {\n  default     = "gemini"\n}\n')
    if chosen:
        (tmp_path / "terraform.tfvars").write_text(f'captioner = "{chosen}"\n')
    monkeypatch.setattr(terraform, "FOLDER", tmp_path)
    for step in ("_app", "_function"):
        monkeypatch.setattr(package, step, lambda *_: None)
    assert [each.name for each in package.build(tmp_path / "build")] == ["app.zip", "thumbnail.zip", file]


def test_a_captioner_that_there_is_not() -> None:
    command = [sys.executable, "-m", "deploy.package", "--captioner", "claude"]
    done = subprocess.run(command, cwd=package.ROOT, capture_output=True, text=True)
    assert (done.returncode, "choose from" in done.stderr) == (2, True)
