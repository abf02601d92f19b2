import pytest
from botocore.exceptions import EndpointConnectionError

from gallery.work import topic
from processors import events
from tests.site.gallery.rows import make

pytestmark = pytest.mark.django_db


def test_it_works(on_aws):
    image = make()
    assert topic.announced(image, ["thumbnail"])
    assert on_aws.sent[0]["TopicArn"] == "arn:topic"
    (found,) = events.uploads({"Records": [{"Sns": on_aws.sent[0]}]})
    assert found == events.Upload("bucket", image.object_key, ("thumbnail",))


def test_topic_that_does_not_answer(on_aws):
    on_aws.error = EndpointConnectionError(endpoint_url="https://sns")
    assert not topic.announced(make(), ["thumbnail"])
