"""The packages, built once for the whole run."""

from types import SimpleNamespace
from typing import Any

import pytest

from deploy import package, python313

_, PYTHON = python313.here()


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """app, thumbnail and annotation (the default captioner's): the zips, for the Python that can run them here.
    captioners: the annotation's of each."""
    folder = tmp_path_factory.mktemp("packages")
    app, thumbnail = package.app(folder, PYTHON), package.function(folder, "thumbnail", PYTHON)
    captioners = {name: package.function(folder, f"annotation-{name}", PYTHON) for name in package.CAPTIONERS}
    return SimpleNamespace(
        app=app, thumbnail=thumbnail, annotation=captioners["gemini"], captioners=captioners,
        functions=[thumbnail, *captioners.values()], all=[app, thumbnail, *captioners.values()],
    )  # fmt: skip
