"""requirements.txt brings everything; the slimmer sets in requirements/ have the same versions."""

import pytest

from deploy import wheels
from deploy.package import PYTHON, ROOT

EVERYTHING = wheels.pinned([ROOT / "requirements.txt"], PYTHON)


NAMES = [
    "django",
    "gunicorn",
    "django-storages",
    "boto3",
    "mysqlclient",
    "pillow",
    "google-generativeai",
    "pytest-django",
    "moto",
]


def test_it_works() -> None:
    assert set(NAMES) <= EVERYTHING.keys()


@pytest.mark.parametrize("name", ["site", "one-machine", "thumbnail", "annotation", "functions", "operator"])
def test_what_is_tested_is_what_is_deployed(name: str) -> None:
    assert wheels.pinned([ROOT / "requirements" / f"{name}.txt"], PYTHON).items() <= EVERYTHING.items()
