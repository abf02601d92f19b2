"""deploy/user_data.sh and image_app.service, read: what can be known without running them."""

import base64
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.template import FILE, render

UNIT = FILE.with_name("image_app.service")
VARIABLES = {
    "region": "eu-central-1", "artifact_bucket": "artifacts-123456789012", "app_key": "app.zip",
    "app_version_id": "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY", "log_group": "/image_app/web", "group": "t-web",
}  # fmt: skip
ENVIRONMENT = {"BIND": "0.0.0.0:5000", "ODD": "a ${b} `c` \"d\" \\ 'e' $f %{g}"}
LIMIT = 16_384  # bytes of user data that EC2 takes, before base64


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / "user_data.sh").write_text(render(ENVIRONMENT, **VARIABLES))
    return tmp_path / "user_data.sh"


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """With a gunicorn that is there."""
    gunicorn = Path(sys.executable).with_name("gunicorn")
    (tmp_path / UNIT.name).write_text(UNIT.read_text().replace("/var/www/app/.venv/bin/gunicorn", str(gunicorn)))
    return tmp_path / UNIT.name


def run(*command: str | Path) -> str:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_it_works(script: Path) -> None:
    """bash and shellcheck have nothing to say, and there is room for a larger environment."""
    run("bash", "-n", script)
    run(Path(sys.executable).with_name("shellcheck"), script)
    assert script.stat().st_size < LIMIT * 0.6


def test_variables_are_the_agreed_ones() -> None:
    text = re.sub(r"%\{.*", "", FILE.read_text().replace("$${", ""))
    assert set(re.findall(r"\$\{(\w+)", text)) - {"name", "replace"} == set(VARIABLES)


def test_terraform_renders_the_same(script: Path, tmp_path: Path) -> None:
    """Where terraform is there; `make test-terraform` renders it in any case."""
    if not shutil.which("terraform"):
        pytest.skip("terraform is not installed; make test-terraform renders the template")
    quote = lambda text: re.sub(r'(["\\])', r"\\\1", text).replace("${", "$${").replace("%{", "%%{")  # noqa: E731
    pairs = lambda values: ", ".join(f'{name} = "{quote(value)}"' for name, value in values.items())  # noqa: E731
    call = f'base64encode(templatefile("{FILE}", {{ {pairs(VARIABLES)}, environment = {{ {pairs(ENVIRONMENT)} }} }}))'
    done = subprocess.run(["terraform", "console"], cwd=tmp_path, input=call, capture_output=True, text=True)
    assert base64.b64decode(done.stdout.split('"')[1]).decode() == script.read_text()


def test_unit_is_understood(unit: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed: the unit was not checked")
    assert run("systemd-analyze", "verify", "--man=no", unit) == ""
    report = run("systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", unit)
    assert "OK" in report.splitlines()[-1]


def test_stop_fits_between_gunicorn_and_the_load_balancer() -> None:
    """gunicorn's patience < systemd's <= the target group's deregistration delay (30 s, set by Terraform)."""
    patience = runpy.run_path(str(FILE.with_name("gunicorn.conf.py")))["graceful_timeout"]
    assert patience < int(re.search(r"^TimeoutStopSec=(\d+)$", UNIT.read_text(), re.MULTILINE)[1]) <= 30  # type: ignore[index]
    assert "\nKillMode=mixed\n" in UNIT.read_text()
