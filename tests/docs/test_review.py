"""docs/review.md names the keys and the verdicts that there are."""

import re
from pathlib import Path

from gallery.models import Verdict

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/review.md").read_text()
TEMPLATES = "".join(path.read_text() for path in (ROOT / "site/templates").glob("*review*.html"))


def test_keys():
    """Those that press a button, and those that the page itself names."""
    named = set(re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE))
    buttons = {key.capitalize() for key in re.findall(r'data-key="(\w+)"', TEMPLATES)}
    bar = set(re.findall(r"<kbd>([^<⏎]+)</kbd>", TEMPLATES))
    assert named == buttons | bar | {"Escape"}
    assert len(named) == 9


def test_verdicts():
    named = set(re.findall(r"^\| (\w+) \| [^|`]+ \| [^|]+ \|$", PAGE, re.MULTILINE)) - {"verdict"}
    assert named == set(Verdict.values) - {Verdict.UNDONE}
