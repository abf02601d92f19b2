"""As `make attack` runs them, shorter."""

from functools import partial

import pytest

from tests.attack import headers, logins, slow

pytestmark = [pytest.mark.server, pytest.mark.slow]
ATTACKS = {
    "slow connections": partial(slow.run, seconds=12, count=100),
    "made-up headers": headers.run,
    "guesses at a password": logins.run,
}


@pytest.mark.parametrize("name", ATTACKS)
def test_the_site_stands(name: str, measured: list[str]) -> None:
    rows = ATTACKS[name]()
    measured.extend(f"{what}: {figure}" for what, figure, _ in rows)
    assert rows
    assert all(ok for _, _, ok in rows), rows
