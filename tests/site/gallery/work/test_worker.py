"""The worker of one machine, in this process. As a process of its own: tests/flow/test_restart.py."""

import threading
import time
from datetime import timedelta
from statistics import median

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connections
from django.utils import timezone

from gallery.models import Job, Recaption
from gallery.work import criteria, recaption, resources, worker
from processors import records
from processors.captioning import Retryable
from processors.captioning.offline import Offline
from tests import pictures
from tests.site.gallery.rows import job
from tests.site.gallery.uploads.test_accept import accepted

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_works():
    image = accepted(pictures.jpeg())
    assert worker.do(image.object_key, "annotation") == "done"
    image.refresh_from_db()
    assert (image.captioned_by, job(image).state) == ("offline", "done")


class Running:
    """A worker in a thread; its own threads' connections are closed with it."""

    def __enter__(self):
        self.worker = worker.Worker()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        return self.worker

    def _run(self):
        self.worker.run()
        connections.close_all()

    def __exit__(self, *_):
        self.worker.stop_soon()
        self.thread.join(60)
        self.worker.wait()
        for lane in self.worker.lanes:
            lane.pool.shutdown()


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_is_uploaded_is_captioned_within_half_a_second(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    waited = []
    with Running():
        for seed in range(3):
            image = accepted(pictures.jpeg(seed=seed))
            begin = timezone.now()
            until(lambda image=image: job(image).state == "done")
            waited.append((job(image).started_at - begin).total_seconds())
    assert median(waited) < 0.5


def test_all_that_waits_is_done_by_as_many_at_once_as_there_are_places(monkeypatch):
    for seed in range(6):
        accepted(pictures.jpeg(seed=seed))
    at_once, most = [], []

    class Slow(Offline):
        def describe(self, subject, purse):
            at_once.append(1)
            most.append(len(at_once))
            time.sleep(0.1)
            at_once.pop()
            return super().describe(subject, purse)

    monkeypatch.setattr(resources, "captioner", Slow)
    with Running() as running:
        until(lambda: not Job.objects.exclude(state="done").exists())
        assert max(most) == running.lanes[0].places
    assert Job.objects.filter(attempts=1).count() == 12


class Busy:
    def describe(self, subject, purse):
        raise Retryable("Gemini's quota is used up for now (429).")


def test_a_long_outage_of_the_model_loses_no_caption(monkeypatch):
    image = accepted(pictures.jpeg())
    monkeypatch.setattr(resources, "captioner", Busy)
    for _ in range(records.TRIES - 1):
        assert worker.do(image.object_key, "annotation") == "later"
        Job.objects.update(due_at=timezone.now())
    monkeypatch.setattr(resources, "captioner", Offline)
    assert worker.do(image.object_key, "annotation") == "done"


def test_a_database_that_is_away_for_a_moment(monkeypatch, caplog):
    image = accepted(pictures.jpeg())
    due, failed = worker.queue.due, []

    def fail_first(*arguments):
        if not failed:
            failed.append(1)
            raise Error("gone away")
        return due(*arguments)

    monkeypatch.setattr(worker.queue, "due", fail_first)
    with Running():
        until(lambda: job(image).state == "done")
    assert "trying again in a moment" in caplog.text


def test_a_recaption_goes_on_by_the_worker_a_few_at_a_time(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    images = [accepted(pictures.jpeg(seed=seed)) for seed in range(7)]
    with Running():
        until(lambda: not Job.objects.exclude(state="done").exists())
        run = recaption.begin(criteria.resolve(without_ai=True), len(images))
        until(lambda: recaption.progress(Recaption.objects.get()).finished)
    assert recaption.progress(run).counts == {"done": 7}
    assert [image.annotations.count() for image in images] == [2] * 7


def test_what_a_budget_has_paused_goes_on_when_there_is_room_again(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    image = accepted(pictures.jpeg())
    Job.objects.filter(kind="annotation").update(state="paused", due_at=timezone.now() + timedelta(days=9))
    with Running():
        until(lambda: job(image).state == "done")
    assert image.annotations.count() == 1


def test_only_one_worker(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    with worker.only_worker(), pytest.raises(CommandError, match="running already"), worker.only_worker():
        pass
    with worker.only_worker():
        pass


@pytest.fixture
def third_kind(monkeypatch):
    """A processor that counts bytes: a module of processors/ with `process`, and its name in KINDS."""
    import sys
    from types import ModuleType

    from processors import job as jobs

    module = ModuleType("processors.weight")
    found = []

    def weigh(claim, upload, resources):
        with resources.store.get(upload.key) as file:
            found.append(len(file.read()))
        return records._end(resources.connection, claim, "done")

    module.process = lambda upload, resources: jobs.run("weight", upload, resources, weigh)
    monkeypatch.setitem(sys.modules, "processors.weight", module)
    monkeypatch.setattr(records, "KINDS", [*records.KINDS, "weight"])
    return found


def test_a_third_kind_needs_no_migration(third_kind, client, django_user_model):
    """From the upload through the worker, redrive and the moderators' filter."""
    from gallery.work.again import redrive

    body = pictures.jpeg()
    image = accepted(body)
    Job.objects.filter(kind="weight").delete()  # as of a picture that was there before
    call_command("add_jobs", "weight")
    Job.objects.filter(kind="weight").update(state="failed")
    client.force_login(django_user_model.objects.create_superuser("root"))
    assert "Weight failed" in client.get("/admin/gallery/image/").text
    assert 'name="_selected_action"' in client.get("/admin/gallery/image/", {"work": "weight:failed"}).text
    assert redrive().jobs == 1
    with Running():
        until(lambda: not Job.objects.exclude(state="done").exists())
    assert (third_kind, image.jobs.count()) == ([len(body)], 3)
