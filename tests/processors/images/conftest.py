import io

import pytest

from processors.images import asker, check, sandbox


@pytest.fixture
def limits(tmp_path):
    """Makes the limits of a test, with slots of its own."""
    return lambda **more: check.Limits(**{"folder": tmp_path / "slots", "slots": 4} | more)


@pytest.fixture
def see(limits):
    """Visits the picture in these bytes."""
    return lambda data, *wants, **more: sandbox.visit(io.BytesIO(data), limits(**more), wants)


@pytest.fixture
def cost(limits):
    """The same, for what it takes: asker.Answer."""
    return lambda data, *wants, **more: asker.ask(io.BytesIO(data), limits(**more), wants)
