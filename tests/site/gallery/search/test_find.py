"""What a query finds."""

import pytest

from gallery.models import Image
from gallery.search import find as finding
from gallery.search import sql
from gallery.search.find import find, place
from gallery.search.query import parse
from gallery.search.seen import visible
from tests.site.gallery.rows import index, make

pytestmark = pytest.mark.django_db


def found(text, count=24, before=None):
    query = parse(text)
    return find(query, lambda ids: visible(query, ids), count, before)


@pytest.fixture
def lakes():
    """Thirty pictures: each a lake, every third red, one rare."""
    for number in range(1, 31):
        make(number, caption=f"A {'red' if number % 3 == 0 else 'blue'} lake{' rarity' if number == 7 else ''}")
    index()
    return list(Image.objects.order_by("-uploaded_at", "-pk").values_list("pk", flat=True))


def test_the_newest_come_first(lakes):
    assert found("lake", 5).ids == lakes[:5]
    assert found('"blue"', 100).ids == [pk for pk in lakes if pk not in set(found('"red"', 100).ids)]


def test_the_next_page_goes_on(lakes):
    page, seen = found("red lake", 4), []
    while page.ids:
        seen += page.ids
        if page.more is None:
            break
        page = found("red lake", 4, page.more)
    assert len(seen) == len(set(seen)) == 10


def test_all_words_have_to_be_there(lakes):
    assert len(found("rarity lake").ids) == 1
    assert found("rarity red").ids == []
    assert found("rarity red").more is None


def test_the_last_word_may_be_the_beginning_of_one(lakes):
    assert len(found("rar").ids) == 1
    assert found("ra").ids == found("rar lake").ids[1:]
    assert found("rar").ids == found("lake rari").ids


def test_without(lakes):
    assert len(found("lake -red", 100).ids) == 20
    assert len(found("-red", 100).ids) == 20


def test_phrases_are_checked(lakes):
    assert len(found('"red lake"').ids) == 10
    assert found('"lake red"').ids == []


def test_a_letter_of_han_is_found_wherever_it_stands():
    make(1, caption="富士山の夜明け")
    make(2, caption="山")
    make(3, caption="海")
    index()
    assert len(found("山").ids) == 2
    assert len(found("富士山").ids) == 1
    assert len(found("士山").ids) == 1
    assert found("富山").ids == []


def test_tags_are_exact(lakes):
    one, other = Image.objects.all()[:2]
    one.tags.create(name="still water")
    other.tags.create(name="still water lily")
    index()
    assert found('tag:"still water"').ids == [one.pk]
    assert found("tag:still").ids == []
    assert len(found("still water").ids) == 2


def test_hidden_pictures_are_not_found(lakes):
    Image.objects.filter(pk=lakes[0]).update(visibility="hidden")
    assert found("lake", 3).ids == lakes[1:4]


def test_hidden_pictures_are_not_announced(lakes):
    """A page that is full says that there are more where somebody may see them."""
    assert found("lake", 29).more
    assert found("lake", 30).more is None
    Image.objects.filter(pk__in=lakes[20:]).update(visibility="hidden")
    assert len(found("lake", 20).ids) == 20
    assert found("lake", 20).more is None


@pytest.mark.parametrize(
    "text", ["-a " * 8, "tag:lake " * 8 + "tag:a" * 30, "lake " + " ".join(f"tag:b{n}" for n in range(30))]
)
def test_all_that_is_looked_at_is_within_the_budget(lakes, monkeypatch, text):
    """Each condition is a look for each row."""
    rows, conditions = [], []
    monkeypatch.setattr(sql, "newest", lambda driver, before, many: rows.append(many * max(len(driver), 1)) or ("", []))
    monkeypatch.setattr(sql, "hits", lambda driver, all_of, many: conditions.append(len(all_of)) or [])
    monkeypatch.setattr(sql, "last", lambda driver, many: lakes[0])
    found(text)
    assert sum(rows) * (1 + conditions[0]) <= finding.BUDGET


def test_beyond_the_budget_it_says_so_and_can_go_on(lakes, monkeypatch):
    monkeypatch.setattr(finding, "BUDGET", 5)
    monkeypatch.setattr(finding, "_FIRST", 2)
    first = found("lake -blue -red")
    assert (first.ids, first.cut) == ([], True)
    seen, page = 5, first
    while page.more:
        page, seen = found("lake -blue -red", before=page.more), seen + 5
    assert seen >= 30
    assert not page.cut


def test_of_a_beginning_the_most_frequent_words_count(monkeypatch):
    for number, word in enumerate(["lamp", "lake", "lake", "lava", "lake", "lava"], 1):
        make(number, caption=word)
    index()
    assert sql.beginning("la", 9) == ["lake", "lava", "lamp"]
    monkeypatch.setattr(finding, "_EXPANDED", 2)
    assert sql.beginning("la", 2) == ["lake", "lava"]
    assert sql.beginning("zzz", 2) == []
    assert len(found("lak").ids) == 3


def test_a_place_of_a_picture_that_is_gone(lakes):
    assert place(0) is None
