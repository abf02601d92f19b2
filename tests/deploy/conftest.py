"""The packages, built once for the whole run."""

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from deploy import package, python313

PYTHON = package.PYTHON if python313.find() else f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """app, thumbnail and annotation: the zips, for the Python that can run them here."""
    files = package.build(tmp_path_factory.mktemp("packages"), PYTHON)
    return SimpleNamespace(**{file.stem: file for file in files}, all=files)
