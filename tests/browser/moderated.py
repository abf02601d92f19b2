"""A site of one machine for moderators' pages: with a picture for each way that jobs may stand, an account, and without
a worker, so that a test says how jobs go on."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import pictures
from tests.servers.site import Site, empty_machine, manage

PASSWORD = "correct horse battery staple"


def run(site: Site, sql: str) -> None:
    """Statements on the site's database."""
    with closing(sqlite3.connect(Path(site.environment["VAR_DIR"]) / "db.sqlite3", timeout=20)) as connection:
        connection.executescript(sql)


@contextmanager
def moderated(folder: Path, sql: str, **settings: str) -> Iterator[Site]:
    """Such a site, running, after these statements."""
    environment = empty_machine(folder, **settings)
    pictures.insert_all(folder / "db.sqlite3")
    site = Site(worker=False, **environment)
    run(site, sql)
    account = {"DJANGO_SUPERUSER_PASSWORD": PASSWORD, **environment}
    assert manage("createsuperuser", "--noinput", "--username", "mod", "--email", "", **account).returncode == 0
    site.start()
    yield site
    site.stop()


def log_in(page: Page, then: str) -> None:
    """And go to the page `then`."""
    page.goto(f"/admin/login/?next={then}")
    page.fill("[name=username]", "mod")
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
