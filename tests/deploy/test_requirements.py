"""requirements.txt brings everything; the slimmer sets in requirements/ have the same versions."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy import wheels
from deploy.package import PYTHON, ROOT

EVERYTHING = wheels.pinned([ROOT / "requirements.txt"], PYTHON)
SETS = ["site", "one-machine", "thumbnail", "annotation", "functions", "operator"]
SETS += ["captioner-gemini", "captioner-genai", "captioner-openai"]
NAMES = [
    "django",
    "gunicorn",
    "django-storages",
    "boto3",
    "mysqlclient",
    "pillow",
    "google-generativeai",
    "google-genai",
    "urllib3",
    "pytest-django",
    "moto",
]


def test_it_works() -> None:
    assert set(NAMES) <= EVERYTHING.keys()


@pytest.mark.parametrize("name", SETS)
def test_what_is_tested_is_what_is_deployed(name: str) -> None:
    assert wheels.pinned([ROOT / "requirements" / f"{name}.txt"], PYTHON).items() <= EVERYTHING.items()


def test_protobuf_is_what_google_generativeai_takes() -> None:
    assert EVERYTHING["protobuf"].startswith("protobuf==5.")


def test_one_machine_needs_nothing_more_for_a_server_of_its_own() -> None:
    (client,) = wheels.pinned([ROOT / "requirements" / "captioner-openai.txt"], PYTHON).items()
    assert client in wheels.pinned([ROOT / "requirements" / "one-machine.txt"], PYTHON).items()


@pytest.mark.parametrize(
    ("chosen", "installed"),
    [
        ([], []),
        (["GEMINI_API_KEY=AIza-any"], ["captioner-gemini"]),
        (["GEMINI_API_KEY=AIza-any", "CAPTIONER=genai"], ["captioner-genai"]),
        (["GEMINI_API_KEY=AIza-any", "CAPTIONER=openai"], []),
        (["CAPTION_URL=http://127.0.0.1:11434/v1"], []),
    ],
)
def test_make_run_installs_the_chosen_client(tmp_path: Path, chosen: list[str], installed: list[str]) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements").mkdir()
    for name in SETS:
        (tmp_path / "requirements" / f"{name}.txt").touch()
    command = ["make", "--no-print-directory", "-n", "run", *chosen]
    done = subprocess.run(command, cwd=tmp_path, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)
    assert re.findall(r"-r requirements/([\w-]+)\.txt", done.stdout) == ["one-machine", *installed]
