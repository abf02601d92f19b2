"""Which requirements hold for the place where they will run."""

from pathlib import Path

import pytest

from deploy import wheels

LOCK = """\
a==1.0 ; python_full_version < '3.12' \\
    --hash=sha256:aa \\
    --hash=sha256:ab
    # via b
a==2.0 ; python_full_version >= '3.12' \\
    --hash=sha256:ac
b[extra]==3.1 \\
    --hash=sha256:ba
    # via -r x.in
c==1.0 ; sys_platform == 'win32' \\
    --hash=sha256:ca
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    (tmp_path / "x.txt").write_text(LOCK)
    return tmp_path / "x.txt"


def test_it_works(lock: Path) -> None:
    assert wheels.pinned([lock], "3.13") == {"a": "a==2.0 --hash=sha256:ac", "b": "b==3.1 --hash=sha256:ba"}


def test_python_that_builds_does_not_matter(lock: Path) -> None:
    assert wheels.pinned([lock], "3.11")["a"] == "a==1.0 --hash=sha256:aa --hash=sha256:ab"
