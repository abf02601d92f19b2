from datetime import timedelta

import pytest
from django.utils import timezone

from gallery.models import OVERDUE_AFTER, Image, Job, Standing, State
from tests.site.gallery.rows import make

pytestmark = pytest.mark.django_db


def test_query_and_property_agree_on_how_a_job_stands():
    number = 0
    for state in State:
        for minutes in (-1000, -16, -14, -1, 1, 1000):
            number += 1
            due = timezone.now() + timedelta(minutes=minutes)
            make(number, thumbnail={"state": state, "due_at": due}, annotation="done")
    jobs = Job.objects.filter(kind="thumbnail")
    for standing in Standing:
        by_query = set(jobs.standing(standing).values_list("pk", flat=True))
        assert by_query == {job.pk for job in jobs if job.standing == standing}
        assert by_query, standing


def test_only_what_nobody_took_up_is_overdue():
    late = timezone.now() - OVERDUE_AFTER - timedelta(seconds=1)
    standings = {state: Job(state=state, due_at=late).standing for state in State}
    assert {state for state, standing in standings.items() if standing == Standing.OVERDUE} == {"queued", "running"}


def test_a_saved_instance_holds_values_and_no_placeholders():
    """MySQL gives nothing back of an INSERT: what Django leaves to the database would be truthy in the instance."""
    for instance in (Image.objects.create(s3_key="uploads/x.jpg"), make().jobs.get(kind="thumbnail")):
        values = [getattr(instance, field.attname) for field in instance._meta.fields]
        assert not [value for value in values if type(value).__name__ == "DatabaseDefault"]
    assert Image.objects.create(s3_key="uploads/y.jpg").thumbnail_key == ""
