import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from processors.events import Upload, message, uploads
from processors.records import KeyTooLong, column_key, object_key

FIXTURES = Path(__file__).parents[1] / "fixtures" / "events"
keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300).filter(lambda k: not k.endswith("/"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def body(fixture: str) -> str:
    """Of the one message in an event as SQS's mapping hands it to a function."""
    (record,) = json.loads((FIXTURES / fixture).read_text())["Records"]
    return str(record["body"])


def test_it_works():
    assert uploads(body("sqs-s3-put.json")) == [Upload("pictures", "uploads/red flower+1 größe.jpg")]


def test_test_event_is_skipped():
    assert uploads(body("sqs-s3-test-event.json")) == []


def test_other_prefixes_folders_and_deletions_are_skipped():
    for key, name in [("thumbnails/a.webp", "Put"), ("uploads/", "Put"), ("uploads/a.jpg", "")]:
        text = message(Upload("b", key)).replace(
            "ObjectCreated:Put", f"ObjectCreated:{name}" if name else "ObjectRemoved:Delete"
        )
        assert uploads(text) == []


def test_the_same_upload_twice_counts_once():
    records = json.loads(message(Upload("b", "uploads/a.jpg")))["Records"]
    assert uploads(json.dumps({"Records": records * 2})) == [Upload("b", "uploads/a.jpg")]


@given(keys)
def test_message_comes_back(key):
    upload = Upload("b", "uploads/" + key)
    assert uploads(message(upload)) == [upload]


@given(st.text())
def test_any_text_in_the_queue_is_survived(text):
    assert uploads(text) == []


@given(json_values)
def test_any_json_is_survived(value):
    for event in (value, {"Records": value}, {"Records": [value]}, {"Records": [{"s3": value, "eventName": "x"}]}):
        assert uploads(json.dumps(event)) == []


@given(keys)
def test_column_key_comes_back(key):
    try:
        column = column_key("uploads/" + key)
    except KeyTooLong:
        assert len(key.encode()) > 80
        return
    assert column.isascii()
    assert len(column) <= 255
    assert object_key(column) == "uploads/" + key


def test_our_own_keys_are_kept_as_they_are():
    key = "uploads/60cd2b18-713d-4b59-b8a5-becc628f7102.jpg"
    assert column_key(key) == key
