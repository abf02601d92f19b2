from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models.expressions import DatabaseDefault
from django.utils import timezone

from gallery.models import OVERDUE, OVERDUE_AFTER, STATUSES, Image, Job, State
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
    for status in STATUSES:
        by_query = set(jobs.with_status(status).values_list("pk", flat=True))
        assert by_query == {job.pk for job in jobs if job.status == status}
        assert by_query, status


def test_only_what_nobody_took_up_is_overdue():
    late = timezone.now() - OVERDUE_AFTER - timedelta(seconds=1)
    statuses = {state: Job(state=state, due_at=late).status for state in State}
    assert {state for state, status in statuses.items() if status == OVERDUE} == {"queued", "running"}


def test_a_saved_instance_holds_values_and_no_placeholders():
    """MySQL gives nothing back of an INSERT: what Django leaves to the database would be truthy in the instance."""
    for instance in (Image.objects.create(s3_key="uploads/x.jpg"), make().jobs.get(kind="thumbnail")):
        values = [getattr(instance, field.attname) for field in instance._meta.fields]
        assert not [value for value in values if type(value).__name__ == "DatabaseDefault"]
    assert Image.objects.create(s3_key="uploads/y.jpg").thumbnail_key == ""


@pytest.mark.parametrize("model", list(apps.get_app_config("gallery").get_models()), ids=lambda model: model.__name__)
def test_a_default_of_the_database_is_one_of_django_too(model):
    """MySQL tells nobody what it filled in: an instance that was just saved would hold a placeholder, which is
    truthy. MariaDB and SQLite hide it."""
    columns = [field for field in model._meta.fields if field.has_db_default()]
    assert [field.name for field in columns if not field.has_default()] == []
    fresh = model()
    assert [field.name for field in columns if isinstance(getattr(fresh, field.attname), DatabaseDefault)] == []
