"""Many who make prompts active and try them at the same moment: no error, one active, each picture tried once."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from gallery import prompts
from gallery.models import Job, Prompt
from gallery.work import trials
from processors.records import TRIAL
from tests.site.gallery.rows import make, prompt

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_it_works():
    Prompt.objects.all().delete()
    written = [prompt(f"Prompt {number}") for number in range(4)]
    for number in range(7):
        make(number)
    calls = [lambda each=each: prompts.activate(each) for each in written]
    calls += [lambda each=each: trials.start(each) for each in [*written[:2], *written[:2]]]
    random.shuffle(calls)
    counts = [result for result in at_once(calls) if not isinstance(result, bool)]
    assert Prompt.objects.filter(active=True).count() == 1
    assert sorted(counts) == [0, 0, 2, 5]  # a second click starts nothing; the second prompt gets what is left
    jobs = Job.objects.filter(kind=TRIAL)
    assert (len(jobs), {job.prompt for job in jobs}) == (7, set(written[:2]))
