"""As `make attack` runs it."""

import pytest

from tests.attack import kills

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.timeout(600)]


def test_nothing_is_lost(measured: list[str]) -> None:
    rows = kills.run(count=20)
    measured.extend(f"{name}: {figure}" for name, figure, _ in rows)
    assert all(ok for _, _, ok in rows), rows
