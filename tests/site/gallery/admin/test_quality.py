import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone

from config import urls
from gallery.admin.quality import COLUMNS
from gallery.models import Annotation, Prompt
from tests.site.gallery.rows import active, make, prompt, row

pytestmark = pytest.mark.django_db
PAGE = "/admin/gallery/reviewsample/"
urlpatterns = [*urls.urlpatterns, path("review", lambda request: HttpResponse(), name="review")]


def review(verdict: str = "accepted", of: Prompt | None = None, days: int = 0, **values) -> None:
    """A caption, and what somebody thought of it so many days ago."""
    judged = row(None, of or active(), **{"cost_usd": Decimal("0.001"), "text": "", **values})
    at, edited = timezone.now() - timedelta(days=days), {"outcome": "caption", "distance": 4}
    more = edited if verdict == "edited" else {"outcome": "review"}
    Annotation.objects.create(author="person", verdict=verdict, judged=judged, created_at=at, **more)


def cells(page: str) -> list[str]:
    """Of the table's only line."""
    line = page.split("<tbody>")[1].split("</tbody>")[0]
    return [cell.split(">")[1].split("<")[0] for cell in line.split("<td")[1:]]


@pytest.mark.usefixtures("moderator")
def test_it_works(client):
    for verdict in ("accepted", "accepted", "accepted", "edited", "rewritten", "kept", "kept"):
        review(verdict)
    row(None, active(), "declined", caption="", cost_usd=Decimal("0.002"))
    page = client.get(PAGE).text
    assert cells(page)[:6] == [
        "7",
        "42.9 %",
        "15.8 % to 75.0 %",
        "1",
        "4 characters (44.4 %)",
        "1",
    ]  # of "A cat.", "cat"
    # 0.009 for seven is 0.001286 for each, and three of seven were right.
    assert cells(page)[6:9] == ["2", "1", "0.003000 USD"]
    assert "3 accepted unedited, 1 edited, 1 sent back to the model, 2 not taken" in page
    assert "<dd>42.9 % <small>(15.8 % to 75.0 %)</small></dd>" in page
    assert "gemini-x, Standard: Accepted unedited 43 % (16–75) of 7.</desc>" in page
    assert page.count("<circle") == 1
    assert '<bdi>gemini-x</bdi> <bdi class="prompt">Standard</bdi>' in page


@pytest.mark.usefixtures("moderator")
@pytest.mark.parametrize(("days", "reviewed"), [("", "2"), ("30", "1"), ("90", "2"), ("365", "3"), ("all", "4")])
def test_a_period(client, days, reviewed):
    for ago in (0, 60, 200, 1000):
        review(days=ago)
    page = client.get(PAGE, {"days": days}).text
    assert cells(page)[0] == reviewed
    assert f'<a href="?days={days or 90}" aria-current="page">' in page


@pytest.mark.usefixtures("moderator")
@pytest.mark.parametrize("days", ["7", "x", "-1", "ALL"])
def test_no_period(client, days):
    assert client.get(PAGE, {"days": days}).status_code == 404
    assert client.get(f"{PAGE}csv/", {"days": days}).status_code == 404


@pytest.mark.usefixtures("moderator")
def test_nothing_was_reviewed_so_far(client):
    page = client.get(PAGE).text
    assert "Nothing was reviewed or asked in this period." in page
    assert 'class="chart"' not in page
    assert "0.0 %" not in page


@pytest.mark.usefixtures("moderator")
def test_what_was_asked_and_not_reviewed_has_no_share(client):
    row(make(), active(), cost_usd=Decimal("0.001"))
    row(make(2), None, model="offline", cost_usd=None)
    page = client.get(PAGE).text
    assert page.count(">gemini-x</bdi>") == page.count(">without AI</bdi>") == 1
    assert "without a prompt" in page
    assert 'class="chart"' not in page
    assert "100.0 %" not in page


@pytest.mark.usefixtures("moderator")
def test_names_of_prompts_are_text(client):
    review(of=prompt("<b>Bold</b>"))
    page = client.get(PAGE).text
    assert "<b>Bold" not in page
    assert page.count("&lt;b&gt;Bold") >= 3  # the chart, its description, the table


@pytest.mark.usefixtures("moderator")
def test_the_number_of_queries_does_not_grow(client, django_assert_num_queries):
    review()
    client.get(PAGE)
    with django_assert_num_queries(8):  # four of them for the session, the account and its permissions
        client.get(PAGE)
    cache.clear()
    for number in range(20):
        review("edited", prompt(f"Prompt {number}"), model=f"gemini-{number}", days=number)
    with django_assert_num_queries(9):  # with the days that are over, which are kept from then on
        client.get(PAGE)


@pytest.mark.usefixtures("moderator")
def test_as_csv(client):
    for verdict in ("accepted", "edited", "accepted", "kept"):
        review(verdict, prompt(verdict) if verdict == "kept" else None)
    review(of=prompt('=HYPERLINK("http://x")'), model="@x", cost_usd=None)
    answer = client.get(f"{PAGE}csv/", {"days": "30"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="quality-30.csv"'
    head, first, evil, kept = csv.reader(io.StringIO(answer.text))
    assert head == [*COLUMNS]
    numbers = ["3", "2", "0.666667", "0.207660", "0.938508", "1", "4", "0.444444", "0", "0", "0", "0.00150000"]
    assert first == ["gemini-x", "Standard", *numbers]
    assert evil[:5] == ["'@x", '\'=HYPERLINK("http://x")', "1", "1", "1.000000"]
    assert kept[2:5] == ["1", "0", "0.000000"]
    assert (evil[-1], kept[-1]) == ("", "")


@pytest.mark.usefixtures("moderator")
def test_of_what_nobody_has_reviewed_the_file_has_no_share(client):
    row(make(), active(), cost_usd=Decimal("0.001"))
    _, only = csv.reader(io.StringIO(client.get(f"{PAGE}csv/").text))
    assert only == ["gemini-x", "Standard", "0", "0", "", "", "", "0", "", "", "0", "0", "0", ""]


@pytest.mark.parametrize("page", [PAGE, f"{PAGE}csv/"])
def test_it_needs_the_permission(client, page):
    client.force_login(User.objects.create_user("looker", is_staff=True))
    assert client.get(page).status_code == 403
    assert "Quality" not in client.get("/admin/").text
    client.logout()
    assert client.get(page).status_code == 302


@pytest.mark.usefixtures("editor")
def test_who_writes_prompts_may_see_it(client):
    review()
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "Review a sample</a>" not in page.text  # that is for who may change captions


@pytest.mark.urls(__name__)
@pytest.mark.usefixtures("moderator")
def test_a_sample_is_of_one_model_and_prompt(client):
    review()
    page = client.get(PAGE).text
    assert f'<a href="/review?model=gemini-x&amp;prompt={active().pk}" aria-label="Review a sample: ' in page
    assert "choose “Review a sample” below" in page


@pytest.mark.usefixtures("moderator")
def test_the_first_page_leads_to_it(client):
    assert f'href="{PAGE}">Quality<' in client.get("/admin/").text
    assert client.post(PAGE).status_code == 405
