"""deploy/user_data.sh and the units, read: what can be known without running them."""

import base64
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import package
from tests.deploy.template import FILE, render

UNITS = ("image_app.service", "image_app_worker.service", "image_app_proxy.service")
ALL = (*UNITS, "image_app_one_machine.service")  # the last with docs/one-machine.md
EXPOSURE = 16  # tenths: what systemd still counts is the network, and what decoding and gunicorn's socket take
SITE, DROP_IN = FILE.with_name(UNITS[0]).read_text(), FILE.with_name("image_app.conf")
# Of the fork server and its children (processors/images), beside what every Python calls.
DECODING = {"alarm", "flock", "memfd_create", "pidfd_open", "prlimit64", "setrlimit", "setsid", "socketpair", "wait4"}
VARIABLES = {
    "region": "eu-central-1", "artifact_bucket": "artifacts-123456789012", "app_key": "app.zip",
    "app_version_id": "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY", "log_group": "/image_app/web", "group": "t-web",
    "metrics_namespace": "ImageAnnotations/t",
}  # fmt: skip
RELEASES = {"t-annotation": "12", "t-thumbnail": "3"}
ENVIRONMENT = {"BIND": "unix:/run/image_app/gunicorn.sock", "ODD": "a ${b} `c` \"d\" \\ 'e' $f %{g}"}
LIMIT = 16_384  # bytes of user data that EC2 takes, before base64


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / "user_data.sh").write_text(render(ENVIRONMENT, RELEASES, **VARIABLES))
    return tmp_path / "user_data.sh"


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """As on an instance, with programs that are there."""
    for name in ALL:
        (tmp_path / f"{name}.d").mkdir()
        shutil.copy(DROP_IN, tmp_path / f"{name}.d")
        text = FILE.with_name(name).read_text().replace("/var/www/app/.venv/bin", str(Path(sys.executable).parent))
        (tmp_path / name).write_text(text)
    return [tmp_path / name for name in ALL]


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
    assert set(re.findall(r"\$\{(\w+)", text)) - {"name", "replace", "value", "version"} == set(VARIABLES)


def test_terraform_renders_the_same(script: Path, tmp_path: Path) -> None:
    """Where terraform is there; `make test-terraform` renders it in any case."""
    if not shutil.which("terraform"):
        pytest.skip("terraform is not installed; make test-terraform renders the template")
    quote = lambda text: re.sub(r'(["\\])', r"\\\1", text).replace("${", "$${").replace("%{", "%%{")  # noqa: E731
    pairs = lambda values: ", ".join(f'{name} = "{quote(value)}"' for name, value in values.items())  # noqa: E731
    maps = f"environment = {{ {pairs(ENVIRONMENT)} }}, releases = {{ {pairs(RELEASES)} }}"
    call = f'base64encode(templatefile("{FILE}", {{ {pairs(VARIABLES)}, {maps} }}))'
    done = subprocess.run(["terraform", "console"], cwd=tmp_path, input=call, capture_output=True, text=True)
    assert base64.b64decode(done.stdout.split('"')[1]).decode() == script.read_text()


def test_units_are_understood(units: list[Path]) -> None:
    assert run("systemd-analyze", "verify", "--man=no", *units) == ""


@pytest.mark.parametrize("name", ALL)
def test_units_may_do_little(name: str, units: list[Path]) -> None:
    """All take the drop-in: without it the exposure is 9.6 of 10, and without most of its lines alone above this."""
    security = ("systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={EXPOSURE}")
    report = run(*security, units[0].with_name(name))
    assert "OK" in report.splitlines()[-1]


def test_units_may_decode_pictures() -> None:
    (group,) = re.findall(r"^SystemCallFilter=(\S+)$", DROP_IN.read_text(), re.MULTILINE)
    assert system_calls(group) >= DECODING


def system_calls(group: str) -> set[str]:
    """Those that a group of systemd's stands for, other groups within it included."""
    words = run("systemd-analyze", "syscall-filter", "--no-pager", group).split()
    inner = [system_calls(word) for word in words if word.startswith("@") and word != group]
    return set(words).union(*inner)


def test_out_of_memory_ends_one_child_and_not_the_site() -> None:
    """What decodes asks to be the first that the kernel ends; by default systemd would then stop the unit."""
    assert "\nOOMPolicy=continue\n" in SITE


def test_every_unit_is_installed_with_its_drop_in() -> None:
    assert f"for unit in {' '.join(UNITS)}; do" in FILE.read_text()
    assert f"systemctl enable --now {' '.join(UNITS)}" in FILE.read_text()
    assert set(package.DEPLOY_FILES) >= {*UNITS, DROP_IN.name}


def test_stop_fits_between_gunicorn_and_the_load_balancer() -> None:
    """gunicorn's patience < systemd's <= the target group's deregistration delay (30 s, set by Terraform)."""
    patience = runpy.run_path(str(FILE.with_name("gunicorn.conf.py")))["graceful_timeout"]
    assert patience < int(re.search(r"^TimeoutStopSec=(\d+)$", SITE, re.MULTILINE)[1]) <= 30  # type: ignore[index]
    assert "\nKillMode=mixed\n" in SITE
