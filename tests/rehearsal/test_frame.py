"""What the rehearsal reads and prints, without a rehearsal."""

import base64
import sys
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from gallery.work import housekeeping
from tests.rehearsal.deployment import package
from tests.rehearsal.fault_delivery import ROUND_SECONDS
from tests.rehearsal.instances import environment_of
from tests.rehearsal.report import Report
from tests.rehearsal.uploads import LATE_MINUTES, sentence

SCRIPT = (Path(__file__).resolve().parents[2] / "deploy" / "user_data.sh").read_text()
VARIABLES = 'S3_BUCKET="pictures"\nSITE_URL="http://a.example"\nODD="a \\"b\\" c"'


def user_data(script: str) -> str:
    return base64.b64encode(script.encode()).decode()


def test_it_works() -> None:
    """The variables of the real script, where Terraform has put them in."""
    begin = SCRIPT.index("%{ for name, value in environment ~}")
    end = SCRIPT.index("%{ endfor ~}") + len("%{ endfor ~}")
    found = environment_of(user_data(SCRIPT[:begin] + VARIABLES + SCRIPT[end:]))
    assert found == {"S3_BUCKET": "pictures", "SITE_URL": "http://a.example", "ODD": 'a "b" c'}


def test_another_script_is_not_misread() -> None:
    with pytest.raises(ValueError, match="adapt this"):
        environment_of(user_data("#!/bin/sh\nS3_BUCKET=pictures\n"))


def test_packages_are_built_for_the_python_that_runs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine may have no Python 3.13: Debian 12 has 3.11."""
    ours = ".".join(map(str, sys.version_info[:2]))
    for found, version in (("/usr/bin/python3.13", "3.13"), (None, ours)):
        run = Mock(return_value=Mock(returncode=0))
        monkeypatch.setattr("deploy.python313.find", Mock(return_value=found))
        monkeypatch.setattr("subprocess.run", run)
        words = package()
        assert run.call_args.args[0][-2:] == ["--python", version]
        assert (f"for Python {version}, as there is no 3.13 here" in words) == (found is None)


def test_what_is_said_of_housekeeping() -> None:
    """The rehearsal does without Django, so it has the figures a second time."""
    assert housekeeping.EVERY_SECONDS == ROUND_SECONDS
    assert timedelta(minutes=LATE_MINUTES) > housekeeping.LATE


def test_report(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report()
    with report.step("first") as step:
        step.result = "3 resources"
    with pytest.raises(KeyError), report.step("second"):
        raise KeyError("gone")
    assert report.failed
    assert "first: 3 resources" in capsys.readouterr().out
    assert "FAILED: KeyError: 'gone'" in report.table().splitlines()[-1]


def test_sentence() -> None:
    assert sentence('<span class="outcome">It is\n  empty.</span>') == "It is empty."
    assert sentence("<h1>Too many uploads</h1>") == "Too many uploads"
