"""A panel of reviewers whose opinion is known: does the interval have the truth in it as often as it says? And what the
figures cost the database."""

import random
from math import comb, sqrt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallery import quality
from gallery.quality import Quality, wilson

pytestmark = pytest.mark.django_db
SQLITE = connection.vendor == "sqlite"
RATES = (0.5, 0.8, 0.9, 0.98)  # how often a caption is right, by model
PROMPTS = 250  # of each model
REVIEWS = (30, 90)  # of each model and prompt: any number between
MISTAKES = 0.1  # verdicts that are wrong and then undone, or given anew
ROW = (
    "INSERT INTO annotations (id, author, tags, outcome, created_at, model, prompt_id, verdict, judged_id, distance)"
    " VALUES (%s, %s, '[]', %s, CURRENT_TIMESTAMP, %s, %s, %s, %s, %s)"
)


class Panel:
    """Rows of the ledger: what models wrote, and what reviewers said."""

    def __init__(self, seed: int) -> None:
        self.dice, self.rows = random.Random(seed), []

    def add(self, author: str, outcome: str, model: str = "", prompt: int | None = None, **review) -> int:
        values = (review.get("verdict", ""), review.get("judged"), review.get("distance"))
        self.rows.append((len(self.rows) + 1, author, outcome, model, prompt, *values))
        return len(self.rows)

    def review(self, model: str, prompt: int, rate: float) -> None:
        """One caption, which is right that often; now and then the reviewer hits the wrong key first."""
        judged = self.add("model", "caption", model, prompt)
        right, mistake = self.dice.random() < rate, self.dice.random() < MISTAKES
        if mistake:
            wrong = self.say(judged, not right)
            if self.dice.random() < 0.5:
                self.add("person", "review", verdict="undone", judged=wrong)
        self.say(judged, right)

    def say(self, judged: int, right: bool) -> int:
        if right:
            return self.add("person", "review", verdict="accepted", judged=judged)
        return self.add("person", "caption", verdict="edited", judged=judged, distance=self.dice.randrange(1, 60))

    def save(self) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(ROW, self.rows)


def sit(rates: tuple[float, ...] = RATES, prompts: int = PROMPTS) -> list[Quality]:
    """What the page says of such a panel."""
    panel = Panel(13)
    for rate in rates:
        for prompt in range(1, prompts + 1):
            for _ in range(panel.dice.randint(*REVIEWS)):
                panel.review(f"right {rate}", prompt, rate)
    panel.save()
    return quality.found()[1]


def covers(rate: float, low: float, high: float) -> bool:
    return low <= rate <= high


def usual(accepted: int, of: int) -> tuple[float, float]:
    """The interval that is taught first (Wald's), which is wrong near 0 and 1."""
    share = accepted / of
    half = quality.Z * sqrt(share * (1 - share) / of)
    return share - half, share + half


def test_the_interval_has_the_truth_in_it_as_often_as_it_says(measured):
    """A thousand pairs of a model and a prompt. The usual interval does not, which shows that this test can fail."""
    found = sit()
    assert len(found) == len(RATES) * PROMPTS
    for rate in RATES:
        reviews = [each.reviewed for each in found if each.model == f"right {rate}"]
        hits = [sum(covers(rate, *of(each.accepted, each.count)) for each in reviews) for of in (wilson, usual)]
        ours, other = (count / PROMPTS for count in hits)
        measured.append(f"right {rate:.0%}: the interval has the truth in {ours:.1%} of {PROMPTS} (usual: {other:.1%})")
        assert 0.92 <= ours <= 0.98
        assert other < 0.92 or rate < 0.98
    every = sum(covers(float(each.model.removeprefix("right ")), *each.reviewed.interval) for each in found)
    assert 0.935 <= every / len(found) <= 0.97


@pytest.mark.parametrize("rate", RATES)
def test_the_same_without_chance(rate):
    """The exact share for each number of reviews: a sum over all that may come out."""
    shares = []
    for of in range(REVIEWS[0], REVIEWS[1] + 1):
        hit = [accepted for accepted in range(of + 1) if covers(rate, *wilson(accepted, of))]
        shares.append(sum(comb(of, accepted) * rate**accepted * (1 - rate) ** (of - accepted) for accepted in hit))
    assert 0.945 <= sum(shares) / len(shares) <= 0.965
    assert min(shares) > 0.9


def test_a_fixed_number_of_queries_by_indexes_alone():
    """The ledger's rows are read for what was reviewed, and for nothing else."""
    sit(RATES[:2], 3)
    with CaptureQueriesContext(connection) as queries:
        quality.found(quality.first_day(30))
    assert len(queries) == 4
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN QUERY PLAN " if SQLITE else "EXPLAIN FORMAT=TRADITIONAL ") + queries[0]["sql"])
        plan = [" ".join(map(str, step)) for step in cursor.fetchall()]
    assert any("annotations_verdict" in step for step in plan)
    if SQLITE:
        assert not any("SCAN" in step for step in plan)
        assert not any("CORRELATED" in step for step in plan)


def test_one_query_for_all_prompts(django_assert_num_queries):
    sit(RATES[:2], 3)
    with django_assert_num_queries(1):
        assert set(quality.by_prompt()) == {1, 2, 3}
