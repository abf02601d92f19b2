"""Every statement of records.py against the migrated schema: SQLite, and MariaDB with TEST_DATABASE=mysql."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from gallery import captions
from gallery.models import Annotation, Image
from processors import records
from processors.captioning import Caption

pytestmark = pytest.mark.django_db
KEY = "uploads/a b+ö%.jpg"
CAPTION = Caption("A cat.", "Cat", ("cat", "größe 🐈"), "en", "gemini-x", "1", 10, 5, Decimal("0.00012345"), 321)


@pytest.fixture
def image() -> Image:
    records.register(connection, key=KEY, uuid="u-1", original_name="größe 🐈.jpg", byte_size=5)
    return Image.objects.get()


def test_it_works(image):
    assert image.object_key == KEY
    assert (image.original_name, image.thumbnail_state, image.visibility) == ("größe 🐈.jpg", "queued", "visible")
    records.check_schema(connection)


@pytest.mark.django_db(transaction=True)
def test_register_twice_keeps_the_first(image):
    records.register(connection, key=KEY, uuid="u-1", original_name="second", byte_size=9)
    assert Image.objects.get().original_name == "größe 🐈.jpg"


def test_claim_gives_the_work_once(image):
    claim = records.claim(connection, KEY, "thumbnail")
    assert (claim.image_id, claim.uuid, claim.stage, claim.attempt) == (image.pk, "u-1", "thumbnail", 1)
    with pytest.raises(records.Busy):
        records.claim(connection, KEY, "thumbnail")
    assert records.claim(connection, KEY, "annotation").stage == "annotation"


def test_claim_without_a_row():
    with pytest.raises(records.NotRegistered):
        records.claim(connection, "uploads/none.jpg", "thumbnail")


def test_row_that_comes_in_while_it_is_claimed(monkeypatch):
    """Both functions see the same new object: one registers it between the other's UPDATE and SELECT."""
    select = records._row

    def register_first(*arguments):
        monkeypatch.setattr(records, "_row", select)
        records.register(connection, key=KEY, uuid="u-1", original_name="a.jpg", byte_size=5)
        return select(*arguments)

    monkeypatch.setattr(records, "_row", register_first)
    assert records.claim(connection, KEY, "thumbnail").attempt == 1


def finish(claim):
    return records.finish_thumbnail(
        connection,
        claim,
        thumbnail_key="thumbnails/u-1.webp",
        content_type="image/jpeg",
        byte_size=9,
        width=3,
        height=2,
    )


def test_finished_thumbnail(image):
    assert finish(records.claim(connection, KEY, "thumbnail"))
    image.refresh_from_db()
    assert (image.thumbnail_state, image.thumbnail_key, image.width) == ("done", "thumbnails/u-1.webp", 3)
    assert abs(image.thumbnail_finished_at - timezone.now()) < timedelta(seconds=20)
    assert records.claim(connection, KEY, "thumbnail") is None


def test_lease_over_is_taken_over_and_the_late_worker_changes_nothing(image):
    late = records.claim(connection, KEY, "thumbnail")
    long_ago = timezone.now() - timedelta(seconds=records.LEASE_SECONDS + 1)
    Image.objects.update(thumbnail_started_at=long_ago)
    taken_over = records.claim(connection, KEY, "thumbnail")
    assert taken_over.attempt == 2
    assert not finish(late)
    assert finish(taken_over)


def test_a_late_worker_changes_nothing_after_the_attempts_begin_anew(image):
    late = records.claim(connection, KEY, "thumbnail")
    Image.objects.update(thumbnail_state="queued", thumbnail_attempts=0, thumbnail_started_at=None)
    again = records.claim(connection, KEY, "thumbnail")
    assert again.attempt == late.attempt == 1
    assert not finish(late)
    assert finish(again)


def test_failures_go_back_to_the_queue_until_the_last(image):
    states = []
    for _ in range(3):
        records.fail(connection, records.claim(connection, KEY, "annotation"), "Gemini is busy.", tries=3)
        image.refresh_from_db()
        states.append(image.annotation_state)
    assert states == ["queued", "queued", "failed"]
    assert image.annotation_error == "Gemini is busy."
    assert records.claim(connection, KEY, "annotation") is not None  # a redriven event may try again


def test_declined_is_final(image):
    records.decline(connection, records.claim(connection, KEY, "annotation"), "No.")
    assert records.claim(connection, KEY, "annotation") is None


def test_caption_ledger_and_tags(image):
    assert records.finish_annotation(connection, records.claim(connection, KEY, "annotation"), CAPTION)
    image.refresh_from_db()
    row = Annotation.objects.get()
    assert (image.caption, image.alt_text, image.captioned_by) == ("A cat.", "Cat", "gemini-x")
    assert [tag.name for tag in image.tags.all()] == ["cat", "größe 🐈"] == row.tags
    assert (row.cost_usd, row.input_tokens, row.latency_ms) == (Decimal("0.00012345"), 10, 321)


def test_a_persons_caption_is_kept(image):
    person = User.objects.create(username="mod")
    captions.write(image, person, caption="My cat Tom.", alt_text="Tom", tags=["tom"])
    records.finish_annotation(connection, records.claim(connection, KEY, "annotation"), CAPTION)
    image.refresh_from_db()
    assert (image.caption, [tag.name for tag in image.tags.all()]) == ("My cat Tom.", ["tom"])
    assert [row.author for row in Annotation.objects.order_by("id")] == ["person", "model"]


def test_key_too_long():
    with pytest.raises(records.KeyTooLong, match="at most 255"):
        records.register(connection, key="uploads/" + "ö" * 50, uuid="u", original_name="", byte_size=1)


def test_every_index_fits_into_767_bytes(image):
    if connection.vendor != "mysql":
        columns = {field.column: field.max_length for field in Image._meta.fields if field.unique and field.max_length}
        assert columns == {"uuid": 36, "s3_key": 255, "sha256": 64}
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.table_name, s.column_name, c.character_octet_length FROM information_schema.statistics s"
            " JOIN information_schema.columns c USING (table_schema, table_name, column_name)"
            " WHERE s.table_schema = DATABASE() AND c.character_octet_length IS NOT NULL"
        )
        widths = {(table, column): width for table, column, width in cursor.fetchall()}
    assert widths[("images", "s3_key")] == 255
    assert max(widths.values()) <= 767
