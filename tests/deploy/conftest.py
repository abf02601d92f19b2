"""The packages, built once for the whole run."""

from types import SimpleNamespace
from typing import Any

import pytest

from deploy import package, python313

_, PYTHON = python313.here()


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """app, thumbnail and annotation: the zips, for the Python that can run them here."""
    files = package.build(tmp_path_factory.mktemp("packages"), PYTHON)
    return SimpleNamespace(**{file.stem: file for file in files}, all=files)
