"""Each line of docs/search.md finds what it says."""

import re
from pathlib import Path

import pytest

from tests.site.gallery.rows import index, make

pytestmark = pytest.mark.django_db
PAGE = (Path(__file__).parents[2] / "docs/search.md").read_text()
LINES = re.findall(r"^\| `([^`]+)` \| ([^:|]+)", PAGE, re.MULTILINE)
FOUND = {"both pictures with the sea ": {1, 2}, "the first": {1}, "the second": {2}, "the third": {3}, "nothing": set()}


@pytest.fixture
def three():
    for number, caption in enumerate(re.findall(r'"([^"]+)"', PAGE[PAGE.index("Take three") :])[:3], start=1):
        image = make(number, caption=caption, original_name="x.jpg")
        if number == 2:
            image.tags.create(name="red boat")
    index()


def test_lines(client, three):
    assert len(LINES) == 10
    for typed, finds in LINES:
        page = client.get("/gallery", {"q": typed}).text
        assert {int(pk) for pk in re.findall(r'href="/images/[0-9a-f-]{24}(\d{12})"', page)} == FOUND[finds], typed
