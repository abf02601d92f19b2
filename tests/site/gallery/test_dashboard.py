import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from gallery import figures, spending
from gallery.models import Budget, Recaption, Report
from tests.site.gallery.rows import make, prompt, trial

pytestmark = pytest.mark.django_db
TILE = re.compile(r'<li( class="urgent")?><h3>(.+?)</h3>(.+?)</li>', re.DOTALL)
LINE = re.compile(r'<a href="([^"]+)"(?: class="none")?><strong>(.+?)</strong> (.+?)</a>')
LIST, PROMPTS = "/admin/gallery/image/", "/admin/gallery/prompt/"


def tiles(client) -> dict[str, str]:
    return {title: lines for _, title, lines in TILE.findall(client.get("/admin/").text)}


def lines(client, title: str) -> list[tuple[str, str, str]]:
    """Of one tile: figure, words, address."""
    return [(figure, words, url) for url, figure, words in LINE.findall(tiles(client)[title])]


def urgent(client) -> list[str]:
    return [title for mark, title, _ in TILE.findall(client.get("/admin/").text) if mark]


@pytest.mark.usefixtures("moderator")
def test_it_works(client):
    image = make(1, thumbnail="failed", annotation="failed")
    make(2, annotation="failed")
    make(3, annotation="declined")
    Report.objects.create(image=image)
    failed = lines(client, "Failed")
    assert failed == [
        ("1", "thumbnail", f"{LIST}?work=thumbnail:failed"),
        ("2", "captions", f"{LIST}?work=annotation:failed"),
    ]
    assert lines(client, "Reported") == [("1", "report", "/admin/gallery/report/")]
    assert urgent(client) == ["Reported", "Failed", "Declined by the model"]


@pytest.mark.usefixtures("moderator")
def test_each_figure_leads_to_what_it_counts(client):
    make(1, annotation={"due_at": timezone.now() - timedelta(hours=1)})
    make(2, annotation="running")
    for title in ("Overdue", "In progress", "Longest wait"):
        (url,) = [url for _, words, url in lines(client, title) if "caption" in words]
        assert client.get(url).text.count('class="action-select"') == 1
    for title, text in tiles(client).items():
        for url, _, _ in LINE.findall(text):
            assert client.get(url).status_code == 200, title


@pytest.mark.usefixtures("moderator")
def test_nothing_to_do(client):
    assert urgent(client) == []
    assert [line[:2] for line in lines(client, "Overdue")] == [("0", "thumbnails"), ("0", "captions")]
    assert tiles(client)["Overdue"].count('class="none"') == 2
    assert [line[:2] for line in lines(client, "Longest wait")] == [
        ("no", "thumbnail is due"),
        ("no", "caption is due"),
    ]
    assert lines(client, "Spent this month") == [("0.00 USD", "without a limit", "/admin/gallery/budget/")]


@pytest.mark.usefixtures("moderator")
def test_why_and_until_when_it_is_paused(client):
    paused = {"state": "paused", "due_at": datetime(2999, 1, 1, tzinfo=UTC), "error": "The budget is used up."}
    make(annotation=paused)
    assert lines(client, "Paused")[1][0] == "1"
    said = "<p>Caption: The budget is used up. Until 1 January 2999, 00:00 UTC at the latest.</p>"
    assert said in tiles(client)["Paused"]
    assert "Paused" in urgent(client)


@pytest.mark.usefixtures("moderator")
@pytest.mark.parametrize(("minutes", "words"), [(3, "3\xa0minutes"), (0.5, "under a minute"), (150, "2\xa0hours")])
def test_how_long_the_oldest_waits(client, minutes, words):
    make(annotation={"due_at": timezone.now() - timedelta(minutes=minutes, seconds=5)})
    assert lines(client, "Longest wait")[1][:2] == (words, "for a caption")


@pytest.mark.usefixtures("moderator")
def test_money_and_runs(client, settings):
    settings.ANNOTATION_BUDGET_USD = Decimal(20)
    Budget.objects.create(month=spending.this_month(), spent_usd=Decimal("0.75"))
    Recaption.objects.create()
    assert lines(client, "Spent this month") == [("0.7500 USD", "of 20.00 USD", "/admin/gallery/budget/")]
    assert lines(client, "Captions again") == [("1", "run in progress", "/admin/gallery/recaption/")]
    assert urgent(client) == []
    Budget.objects.update(spent_usd=20)
    assert urgent(client) == ["Spent this month"]


@pytest.mark.usefixtures("moderator")
def test_what_is_to_review(client):
    make(1, review="due")
    assert lines(client, "To review") == [
        ("1", "caption", "/review"),
        ("0", "pictures not shown yet", "/review?state=waiting"),
    ]
    assert urgent(client) == []
    make(2, visibility="waiting")
    assert lines(client, "To review")[1][:2] == ("1", "picture not shown yet")
    assert urgent(client) == ["To review"]


@pytest.mark.usefixtures("moderator")
def test_what_is_more_than_anybody_counts(client, monkeypatch):
    monkeypatch.setattr(figures, "MOST", 1000)
    monkeypatch.setattr(figures, "to_review", lambda: 1001)
    assert lines(client, "To review")[0][:2] == ("over 1,000", "captions")


@pytest.mark.usefixtures("moderator")
def test_trials_lead_to_the_prompts(client):
    assert len(lines(client, "Failed")) == 2
    trial(make(), prompt(), "failed")
    assert lines(client, "Failed")[2] == ("1", "trial", PROMPTS)


@pytest.mark.parametrize(
    ("permission", "seen"),
    [
        ("view_report", {"Reported"}),
        ("view_budget", {"Spent this month"}),
        ("view_recaption", {"Captions again"}),
        ("change_image", {"To review"}),
    ],
)
def test_who_may_see_what(client, permission, seen):
    person = User.objects.create_user("looker", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename=permission))
    client.force_login(person)
    assert set(tiles(client)) == seen


def test_who_may_see_pictures_sees_their_work(client):
    person = User.objects.create_user("looker", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_image"))
    trial(make(), prompt(), "failed")
    client.force_login(person)
    assert set(tiles(client)) == {
        *("Failed", "Declined by the model", "Overdue", "Paused", "In progress", "Waiting", "Longest wait")
    }
    assert len(lines(client, "Failed")) == 2  # trials are for who may see prompts


def test_who_may_see_nothing_is_asked_nothing(client, django_assert_num_queries):
    client.force_login(User.objects.create_user("looker", is_staff=True))
    with django_assert_num_queries(5):  # session, account, twice permissions, recent actions
        assert tiles(client) == {}


@pytest.mark.usefixtures("moderator")
def test_the_number_of_queries_does_not_grow(client, django_assert_num_queries):
    paused = {"state": "paused", "due_at": datetime(2999, 1, 1, tzinfo=UTC)}
    make(0, annotation=paused)
    with django_assert_num_queries(12):
        client.get("/admin/")
    for number in range(1, 20):
        Report.objects.create(image=make(number, thumbnail="failed", annotation=paused))
    with django_assert_num_queries(12):
        client.get("/admin/")


@pytest.mark.usefixtures("moderator")
def test_the_pages_it_led_to_before(client):
    page = client.get("/admin/").text
    for words, url in [("Spending", "budget"), ("Write captions again", "recaption"), ("Prompts", "prompt")]:
        assert f'<a class="button" href="/admin/gallery/{url}/">{words}</a>' in page
