"""Where the packages of a server can't be had, its target says so in one line, and fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import debian

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("server", ["mysql", "radosgw"])
def test_machine_without_apt(server: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", f"tests.servers.{server}", str(tmp_path / "server")]
    done = subprocess.run(command, cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "can't be had here (apt-get knows no mirror of Debian here.)" in done.stderr


def test_mirror_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "_mirror", lambda: "http://127.0.0.1:9/debian")
    with pytest.raises(debian.NotHere, match=r"^apt-get (update|install): [^\n]+$"):
        debian.unpack(tmp_path / "server", "mysql-server-core")
    assert not (tmp_path / "server" / "root").exists()


def test_what_is_there_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "root").mkdir()
    monkeypatch.setattr(debian, "_apt", None)
    debian.unpack(tmp_path, "mysql-server-core")
    assert os.listdir(tmp_path) == ["root"]
