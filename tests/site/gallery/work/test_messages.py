import pytest
from botocore.exceptions import EndpointConnectionError

from gallery.work import messages
from processors import events
from tests.site.gallery.rows import make

pytestmark = pytest.mark.django_db
NO_ANSWER = EndpointConnectionError(endpoint_url="https://sqs")


def test_it_works(on_aws):
    image = make()
    assert messages.sent(image, "thumbnail")
    (message,) = on_aws.sent
    assert message["QueueUrl"].endswith("/thumbnail")
    assert events.uploads(message["MessageBody"]) == [events.Upload("bucket", image.object_key)]


def test_queue_that_does_not_answer(on_aws):
    on_aws.error = NO_ANSWER
    assert not messages.sent(make(), "thumbnail")


@pytest.mark.parametrize(("waiting", "many"), [(99, False), (100, True)])
def test_how_many_wait(on_aws, waiting, many):
    on_aws.waiting = waiting
    assert messages.many_wait("annotation", 100) is many


def test_who_does_not_answer_may_have_many(on_aws):
    on_aws.error = NO_ANSWER
    assert messages.many_wait("annotation", 100)
