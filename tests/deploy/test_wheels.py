"""Which requirements hold for the place where they will run."""

from pathlib import Path

import pytest

from deploy import package, wheels

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


@pytest.mark.package
@pytest.mark.parametrize("python", ["3.11", "3.13"])
def test_wheels_are_for_the_python_that_was_asked_for(python: str, tmp_path: Path) -> None:
    pins = wheels.pinned([package.ROOT / "requirements" / "site.txt"], python)
    folder = wheels.download({"pi-heif": pins["pi-heif"]}, python, tmp_path, "this test")
    (wheel,) = folder.glob("*.whl")
    assert f"-cp{python.replace('.', '')}-" in wheel.name


def test_python_that_builds_does_not_matter(lock: Path) -> None:
    assert wheels.pinned([lock], "3.11")["a"] == "a==1.0 --hash=sha256:aa --hash=sha256:ab"


def test_two_builds_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The later one takes what the other has kept."""

    def pip(folder: Path, requirements: dict[str, str], options: list[str]) -> None:
        (folder / "a.whl").touch()
        if not kept:
            kept.append(folder)
            kept.append(wheels.download({"a": "a==1.0"}, "3.13", tmp_path, "the other build"))

    kept: list[Path] = []
    monkeypatch.setattr(wheels, "_pip", pip)
    mine = wheels.download({"a": "a==1.0"}, "3.13", tmp_path, "this test")
    assert mine == kept[1]
    assert [each.name for each in tmp_path.iterdir()] == [mine.name]
    assert (mine / "a.whl").exists()
