"""Runs of recaption, as the worker and housekeeping have them go on. By the command and the page: their own tests."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gallery import captions
from gallery.models import Image, Job, Recaption
from gallery.work import criteria, queue, recaption
from tests.site.gallery.rows import job, make

pytestmark = pytest.mark.django_db
MODEL = criteria.resolve(model="gemini-x")


def begin(pictures: int = 0) -> Recaption:
    for number in range(1, pictures + 1):
        make(number)
    return recaption.begin(MODEL, pictures)


def done(run: Recaption) -> int:
    return Job.objects.filter(recaption=run, state="queued").update(state="done")


def test_it_works():
    run = begin(5)
    assert recaption.top_up(4) == 4
    assert [found.image.original_name for found in queue.due("annotation", 9)] == ["1.jpg", "2.jpg", "3.jpg", "4.jpg"]
    assert done(run) == 4
    assert [recaption.top_up(4), done(run), recaption.top_up(4)] == [1, 1, 0]
    run.refresh_from_db()
    assert recaption.progress(run).finished
    assert (recaption.progress(run).settled, run.stopped) == (5, False)


def test_nothing_is_added_while_half_of_them_wait():
    begin(9)
    assert [recaption.top_up(4), recaption.top_up(4)] == [4, 0]
    Job.objects.filter(image__original_name="1.jpg").update(state="done")
    assert recaption.top_up(4) == 0
    Job.objects.filter(image__original_name="2.jpg").update(state="done")
    assert recaption.top_up(4) == 2


@pytest.mark.parametrize("state", ["queued", "running", "paused"])
def test_what_waits_or_is_in_progress_is_left_alone(state):
    image = make(annotation={"state": state, "attempts": 3})
    recaption.begin(MODEL, 1)
    assert recaption.top_up(4) == 0
    assert (job(image).state, job(image).attempts, job(image).recaption) == (state, 3, None)


@pytest.mark.parametrize("state", ["done", "failed", "declined"])
def test_what_is_settled_is_queued_as_if_it_had_never_been_tried(state):
    image = make(annotation={"state": state, "attempts": 24, "error": "No key."}, captioned_by="gemini-x")
    run = recaption.begin(MODEL, 1)
    assert recaption.top_up(4) == 1
    found = job(image)
    assert (found.state, found.attempts, found.error, found.recaption) == ("queued", 0, "", run)
    assert found.due_at <= timezone.now()
    assert job(image, "thumbnail").state == "done"


def test_what_a_person_writes_between_the_choice_and_the_queue_is_left_alone(moderator):
    run, image = begin(1), Image.objects.get()
    captions.write(image, moderator, caption="Tom.", alt_text="", text="", tags=[])
    assert recaption._put_back(run, [image.pk]) == 0
    assert job(image).state == "done"


def test_a_crowd_that_waits_already_is_passed_in_steps():
    for number in range(1, 26):
        make(number, annotation="queued" if number < 25 else "done", captioned_by="gemini-x")
    recaption.begin(MODEL, 25)
    assert [recaption.top_up(2), recaption.top_up(2)] == [0, 1]  # ten looks for two pictures each


def test_the_oldest_run_comes_first():
    make(1)
    make(2, captioned_by="offline")
    first, second = recaption.begin(MODEL, 1), recaption.begin(criteria.resolve(without_ai=True), 1)
    assert recaption.top_up(4) == 1
    assert Job.objects.get(state="queued").recaption == first
    assert [done(first), recaption.top_up(4)] == [1, 1]
    assert Job.objects.get(state="queued").recaption == second


def test_begun_twice_it_is_one_run_until_it_ends():
    run = begin(1)
    assert recaption.begin(MODEL, 1) == run
    recaption.stop(run)
    assert recaption.begin(MODEL, 1) != run


def test_stopped_nothing_more_is_begun_and_what_is_in_progress_ends():
    make(4, captioned_by="gemini-x", caption="", annotation="failed")
    Image.objects.update(captioned_by="")
    failed, run = Image.objects.get(), recaption.begin({}, 4)
    for number in (1, 2, 3):
        make(number)
    assert recaption.top_up(4) == 4
    Job.objects.filter(image__original_name="1.jpg", kind="annotation").update(state="running")
    Job.objects.filter(image__original_name="2.jpg", kind="annotation").update(state="paused", error="No budget.")
    recaption.stop(run)
    states = dict(Job.objects.filter(kind="annotation").values_list("image__original_name", "state"))
    assert states == {"1.jpg": "running", "2.jpg": "done", "3.jpg": "done", "4.jpg": "failed"}
    assert (job(failed).error, recaption.top_up(4)) == (recaption.STOPPED, 0)
    run.refresh_from_db()
    assert run.stopped
    assert not recaption.progress(run).finished  # one is in progress


def test_a_run_that_is_stopped_at_this_moment_queues_nothing_more():
    run = begin(1)
    recaption.stop(Recaption.objects.get())
    assert recaption._put_back(run, [Image.objects.get().pk]) == 0
    assert job(Image.objects.get()).state == "done"


def test_progress_in_numbers_and_why_it_is_paused():
    run, due = begin(5), timezone.now() + timedelta(days=3)
    recaption.top_up(3)
    first = Job.objects.filter(recaption=run).order_by("pk").first()
    Job.objects.filter(pk=first.pk).update(state="paused", error="No room.", due_at=due)
    found = recaption.progress(run)
    assert found.counts == {"queued": 2, "paused": 1}
    assert (found.why_paused, found.goes_on, found.settled, found.pictures) == ("No room.", due, 0, 5)


def test_once_all_are_in_the_queue_it_is_of_those_that_were_put_there():
    run = begin(2)
    Image.objects.first().delete()  # the newest
    recaption.top_up(9)
    recaption.top_up(9)
    done(run)
    run.refresh_from_db()
    assert (recaption.progress(run).pictures, recaption.progress(run).finished) == (1, True)


def test_on_aws_housekeeping_sends_them(on_aws, monkeypatch):
    from gallery.work import housekeeping

    monkeypatch.setattr("gallery.locks.take", lambda *_, seconds: True)
    monkeypatch.setattr(housekeeping, "forget_soon", lambda: None)
    begin(housekeeping.AT_ONCE + 20)
    assert [housekeeping.round_of_the_leader() for _ in range(3)] == [housekeeping.AT_ONCE, 0, 0]
    Job.objects.filter(state="queued").update(state="done")
    assert housekeeping.round_of_the_leader() == 20
    assert len({message["MessageBody"] for message in on_aws.sent}) == len(on_aws.sent) == housekeeping.AT_ONCE + 20


def test_idle_it_is_one_look(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert recaption.top_up(4) == 0
