"""PUBLISH: whether a new picture is shown at once, or waits for a moderator; in the functions' environment as well."""

from contextlib import nullcontext

import pytest
from django.db import connection

from gallery.models import Image
from processors import annotation, publication, thumbnail
from processors.aws import mysql, runtime
from processors.captioning.offline import Offline
from processors.images.check import Limits
from processors.job import Resources
from tests import pictures
from tests.processors.test_job import UPLOAD, Memory

MESSAGE = {
    "messageId": "1",
    "body": '{"Records": [{"eventName": "ObjectCreated:Put", "s3":'
    ' {"bucket": {"name": "b"}, "object": {"key": "uploads/a.jpg"}}}]}',
}


@pytest.mark.parametrize(
    ("publish", "visibility"), [("", "visible"), ("at once", "visible"), ("after review", "waiting")]
)
def test_it_works(publish, visibility):
    assert publication.first_visibility(publish) == visibility


@pytest.mark.parametrize("publish", ["after", "After review", "yes", "waiting", " "])
def test_what_it_can_not_be_is_refused_in_words(publish):
    with pytest.raises(ValueError, match="PUBLISH must be “at once” or “after review”, not '"):
        publication.first_visibility(publish)


@pytest.mark.django_db
@pytest.mark.parametrize("first", [thumbnail, annotation])
@pytest.mark.parametrize("visibility", ["visible", "waiting"])
def test_an_object_that_was_copied_into_the_bucket(first, visibility):
    """Whichever function sees it first registers it, and the other one changes nothing."""
    store, how = Memory(**{UPLOAD.key: pictures.jpeg()}), {"visibility": visibility, "transaction": nullcontext}
    resources = Resources(store, connection, Limits(), Offline, **how)
    for processor in (first, *{thumbnail, annotation} - {first}):
        assert processor.process(UPLOAD, resources) == "done"
        assert Image.objects.get().visibility == visibility
    assert Image.objects.get().review == "due"


@pytest.fixture
def function(monkeypatch):
    """The environment of a function, whose database is not asked."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(mysql, "connect", lambda: None)
    return monkeypatch


@pytest.mark.parametrize(("publish", "visibility"), [(None, "visible"), ("after review", "waiting")])
def test_the_functions_environment(function, publish, visibility):
    if publish:
        function.setenv("PUBLISH", publish)
    assert runtime.resources("b").visibility == visibility


def test_a_function_with_a_wrong_one_publishes_nothing(function, caplog):
    """Its messages come back, and its log says what to change."""
    function.setenv("PUBLISH", "later")
    done = []
    answer = runtime.run({"Records": [MESSAGE]}, lambda *_: done.append(1))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert not done
    assert "PUBLISH must be “at once” or “after review”, not 'later'." in caplog.text
