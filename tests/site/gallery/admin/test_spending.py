import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.utils import timezone

from gallery import spending
from gallery.models import Annotation, Budget, Prompt
from tests.site.gallery.rows import make

pytestmark = pytest.mark.django_db
PAGE = "/admin/gallery/budget/"


def ask(usd: str = "0.5", at: datetime | None = None, **values) -> None:
    values = {"author": "model", "model": "gemini-x", "outcome": "caption", **values}
    Annotation.objects.create(cost_usd=Decimal(usd), created_at=at or timezone.now(), **values)


@pytest.mark.usefixtures("moderator")
def test_it_works(client, settings):
    settings.ANNOTATION_BUDGET_USD = Decimal(20)
    Budget.objects.create(month=spending.this_month(), spent_usd=Decimal("0.75"))
    ask(prompt=Prompt.objects.get(active=True))
    ask("0.25", outcome="unknown")
    page = client.get(PAGE).text
    assert "0.7500 USD of 20.00 USD are spent, or reserved for requests under way; 19.25 USD are left." in page
    assert '<progress max="20" value="0.75000000"' in page
    for words in ("gemini-x", "Standard", "without a prompt", "no answer", "<dt>Today</dt><dd>0.7500 USD</dd>"):
        assert words in page
    assert page.count("<rect") == len(spending.days_of(spending.this_month()))
    assert "1 of " in page
    assert "days have cost something; the most is 0.7500 USD on" in page


@pytest.mark.usefixtures("moderator")
def test_a_month_of_the_past(client):
    ask("0.125", datetime(2026, 3, 5, tzinfo=UTC))
    Budget.objects.create(month="2026-03", spent_usd=Decimal("0.125"))
    page = client.get(PAGE, {"month": "2026-03"}).text
    assert "Spending in March 2026" in page
    assert "5 March: 0.1250 USD" in page
    assert '<a href="?month=2026-03" aria-current="page">March 2026</a> 0.1250 USD' in page
    assert "<dt>Today</dt>" not in page


@pytest.mark.usefixtures("moderator")
@pytest.mark.parametrize("month", ["2026-13", "x", "9999-12"])
def test_no_month(client, month):
    assert client.get(PAGE, {"month": month}).status_code == 404
    assert client.get(f"{PAGE}csv/", {"month": month}).status_code == 404


@pytest.mark.usefixtures("moderator")
def test_nothing_was_asked_so_far(client):
    page = client.get(PAGE).text
    assert "There is no limit: ANNOTATION_BUDGET_USD is 0." in page
    assert "No day of this month has cost anything." in page
    assert "Paused" not in page


@pytest.mark.usefixtures("moderator")
def test_what_the_budget_has_paused(client):
    due = datetime(2026, 12, 1, tzinfo=UTC)
    make(1, annotation={"state": "paused", "due_at": due})
    make(2, annotation={"state": "paused", "due_at": due + timedelta(days=31)})
    page = client.get(PAGE).text
    assert "<li>Caption: 2 pictures, until 1 December 2026, 00:00 UTC at the latest</li>" in page


@pytest.mark.usefixtures("moderator")
def test_the_number_of_queries_does_not_grow(client, django_assert_num_queries):
    client.get(PAGE)  # days that are over are kept from now on
    with django_assert_num_queries(10):  # four of them for the session, the account and its permissions
        client.get(PAGE)
    cache.clear()
    for number in range(20):
        ask(model=f"gemini-{number}", at=datetime(2026, 1 + number % 9, 5, tzinfo=UTC))
        ask(model=f"gemini-{number}")
        Prompt.objects.create(name=f"Prompt {number}")
    with django_assert_num_queries(11):  # with the days that are over, which are kept from then on
        client.get(PAGE)


@pytest.mark.usefixtures("moderator")
def test_as_csv(client):
    evil = Prompt.objects.create(name='=HYPERLINK("http://x")')
    ask(at=datetime(2026, 11, 5, tzinfo=UTC), prompt=evil)
    answer = client.get(f"{PAGE}csv/", {"month": "2026-11"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="spending-2026-11.csv"'
    assert list(csv.reader(io.StringIO(answer.text))) == [
        ["day", "model", "prompt", "outcome", "rows", "paid requests", "USD"],
        ["2026-11-05", "gemini-x", '\'=HYPERLINK("http://x")', "caption", "1", "1", "0.50000000"],
    ]


@pytest.mark.parametrize("page", [PAGE, f"{PAGE}csv/"])
def test_it_needs_the_permission(client, page):
    client.force_login(User.objects.create_user("looker", is_staff=True))
    assert client.get(page).status_code == 403
    assert "Spending" not in client.get("/admin/").text
    client.logout()
    assert client.get(page).status_code == 302


@pytest.mark.usefixtures("moderator")
def test_the_first_page_leads_to_it(client):
    assert f'href="{PAGE}"' in client.get("/admin/").text
    assert client.post(PAGE).status_code == 405
