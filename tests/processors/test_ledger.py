"""Every statement of ledger.py against the migrated schema: SQLite, and MariaDB with TEST_DATABASE=mysql."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from gallery.models import Annotation, Budget, Image, Job, Prompt
from processors import ledger, records
from processors.captioning import Outcome, Request, Words
from tests.processors.test_records import KEY, image, lease_is_over  # noqa: F401

pytestmark = pytest.mark.django_db
BLANK = Request(Outcome.UNKNOWN, "gemini-x", "en", None, "2")
ANSWER = Request(Outcome.CAPTION, "gemini-x", "en", None, "2", 10, 5, Decimal("0.01"), 321, "NO CATS")
WORDS = (Words("en", "A cat.", "Cat", ("cat",)), Words("de", "Eine Katze.", "Katze", ("katze",)))
BOUND, NO_LIMIT = Decimal("0.04"), Decimal(0)


@pytest.fixture
def claim(image):  # noqa: F811
    ledger.open_month(connection, datetime.now(UTC))
    return records.claim(connection, KEY, "annotation")


def reserve(claim, limit=NO_LIMIT, usd=BOUND):
    with transaction.atomic():
        return ledger.reserve(connection, claim, BLANK, usd, limit)


def spent():
    """The month's budget, once it is clear that the ledger says the same."""
    of_the_ledger = Annotation.objects.aggregate(sum=Sum("cost_usd"))["sum"] or 0
    (budget,) = Budget.objects.all()
    assert budget.spent_usd == of_the_ledger
    return budget.spent_usd


def test_it_works(claim):
    reserved = reserve(claim)
    row = Annotation.objects.get()
    assert (row.outcome, row.cost_usd, row.model, row.image_id) == ("unknown", BOUND, "gemini-x", claim.image_id)
    assert spent() == BOUND
    ledger.settle(connection, claim, reserved, ANSWER, WORDS[:1])
    row.refresh_from_db()
    assert (row.outcome, row.caption, row.tags, row.text) == ("caption", "A cat.", ["cat"], "NO CATS")
    assert (row.cost_usd, row.input_tokens, row.latency_ms) == (Decimal("0.01"), 10, 321)
    assert spent() == Decimal("0.01")


def test_each_language_has_a_row_and_the_first_what_it_cost(claim):
    ledger.settle(connection, claim, reserve(claim), ANSWER, WORDS)
    rows = Annotation.objects.order_by("id").values_list("language", "caption", "input_tokens", "cost_usd")
    assert list(rows) == [("en", "A cat.", 10, Decimal("0.01")), ("de", "Eine Katze.", 0, Decimal(0))]
    assert spent() == Decimal("0.01")


def test_budget_is_never_exceeded(claim):
    assert reserve(claim, limit=Decimal("0.10"))
    assert reserve(claim, limit=Decimal("0.10"))
    with pytest.raises(ledger.UsedUp, match=r"0\.10 USD a month.*next month.*ANNOTATION_BUDGET_USD"):
        reserve(claim, limit=Decimal("0.10"))
    assert (Annotation.objects.count(), spent()) == (2, Decimal("0.08"))
    assert reserve(claim, limit=Decimal("0.12"))  # the last cent may be spent


def test_what_no_month_has_room_for_is_not_promised_for_the_next(claim):
    with pytest.raises(ledger.UsedUp, match=r"more than a whole month's: raise ANNOTATION_BUDGET_USD\.$"):
        reserve(claim, limit=BOUND / 2)


def test_what_an_answer_did_not_cost_is_there_for_others(claim):
    first = reserve(claim, limit=BOUND)
    ledger.settle(connection, claim, first, ANSWER, WORDS[:1])
    assert reserve(claim, limit=Decimal("0.05"))


def test_an_answer_that_says_no_tokens_costs_what_was_reserved(claim):
    lost = Request(Outcome.UNREADABLE, "gemini-x", "en")
    ledger.settle(connection, claim, reserve(claim), lost, ())
    assert (Annotation.objects.get().outcome, spent()) == ("unreadable", BOUND)


def test_refused_costs_nothing(claim):
    ledger.settle(connection, claim, reserve(claim), Request(Outcome.REFUSED, "g", "en", usd=Decimal(0)), ())
    assert (Annotation.objects.get().outcome, spent()) == ("refused", 0)


def test_settled_twice_counts_once(claim):
    reserved = reserve(claim)
    for _ in range(2):
        ledger.settle(connection, claim, reserved, ANSWER, WORDS[:1])
    assert (Annotation.objects.count(), spent()) == (1, Decimal("0.01"))


def test_languages_of_an_answer_are_there_once(claim):
    """The database's word may be lost after all was recorded."""
    reserved = reserve(claim)
    for _ in range(2):
        ledger.settle(connection, claim, reserved, ANSWER, WORDS)
    assert list(Annotation.objects.order_by("id").values_list("language", flat=True)) == ["en", "de"]


def test_whoever_lost_the_lease_reserves_nothing(claim):
    lease_is_over()
    records.claim(connection, KEY, "annotation")
    with pytest.raises(ledger.TakenOver):
        reserve(claim)
    assert not Annotation.objects.exists()


def test_a_late_answer_settles_its_own_request(claim):
    reserved = reserve(claim)
    lease_is_over()
    other = records.claim(connection, KEY, "annotation")
    reserve(other)
    ledger.settle(connection, claim, reserved, ANSWER, WORDS[:1])
    assert spent() == Decimal("0.05")
    assert list(Annotation.objects.order_by("id").values_list("outcome", flat=True)) == ["caption", "unknown"]


def test_deleted_picture_leaves_what_it_cost_without_its_words(claim):
    reserved = reserve(claim)
    Image.objects.all().delete()
    ledger.settle(connection, claim, reserved, ANSWER, WORDS[:1])
    row = Annotation.objects.get()
    assert (row.image, row.caption, row.text, row.tags) == (None, "", "", [])
    assert spent() == Decimal("0.01")


def test_without_a_reservation_its_row_is_added(claim):
    ledger.settle(connection, claim, None, Request(Outcome.CAPTION, "own", "en", usd=Decimal(0)), WORDS[:1])
    row = Annotation.objects.get()
    assert (row.model, row.caption, row.cost_usd) == ("own", "A cat.", 0)
    assert spent() == 0


def test_month_is_opened_once():
    moments = [datetime(2026, 11, 30, 23, 59, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)] * 2
    for moment in moments:
        ledger.open_month(connection, moment)
    assert sorted(Budget.objects.values_list("month", "spent_usd")) == [("2026-11", 0), ("2026-12", 0)]


def test_month_is_open_before_it_begins():
    """A reservation comes a moment after the look at the clock."""
    ledger.open_month(connection, datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    assert sorted(Budget.objects.values_list("month", flat=True)) == ["2026-12", "2027-01"]


def test_month_begins_with_what_a_version_without_a_budget_spent():
    now, december = datetime(2026, 12, 5, tzinfo=UTC), [datetime(2026, 12, day, tzinfo=UTC) for day in (1, 4)]
    for moment in [datetime(2026, 11, 30, tzinfo=UTC), *december]:
        Annotation.objects.create(author="model", cost_usd=Decimal("0.1"), created_at=moment)
    ledger.open_month(connection, now)
    assert Budget.objects.get().spent_usd == Decimal("0.2")


def test_prompt_is_the_active_one(claim):
    wishes = {"style": "In rhymes.", "vocabulary": "cat, dog,", "languages": "de, en", "tell_name": True}
    Prompt.objects.update_or_create(active=True, defaults=wishes)
    found = ledger.prompt_of(connection, claim)
    assert (found.style, found.vocabulary, found.languages) == ("In rhymes.", ("cat", "dog"), ("de", "en"))
    assert (found.tell_name, found.tell_date) == (True, False)


def test_prompt_that_is_tried(claim):
    tried = Prompt.objects.create(name="New", style="Short.")
    Job.objects.create(image_id=claim.image_id, kind="trial", due_at=timezone.now(), prompt=tried)
    trial = records.claim(connection, KEY, "trial")
    assert ledger.prompt_of(connection, trial).id == tried.pk
    assert ledger.prompt_of(connection, claim).id != tried.pk


def test_without_a_prompt_there_are_no_wishes(claim):
    Prompt.objects.all().delete()
    assert ledger.prompt_of(connection, claim).id is None
