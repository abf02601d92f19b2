"""Every statement of records.py against the migrated schema: SQLite, and MariaDB with TEST_DATABASE=mysql."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gallery import captions
from gallery.models import Image, Job, Translation
from processors import alike, records, sql
from processors.captioning import Description, Outcome, Request, Words

pytestmark = pytest.mark.django_db
SQLITE = connection.vendor == "sqlite"
KEY = "uploads/a b+ö%.jpg"
WORDS = (Words("en", "A cat.", "Cat", ("cat", "größe 🐈")), Words("de", "Eine Katze.", "Katze", ("katze",)))
REQUEST = Request(Outcome.CAPTION, "gemini-x", "en", None, "2", 10, 5, Decimal("0.00012345"), 321, "NO CATS")
CAPTION = Description(WORDS, "NO CATS", "gemini-x", None, REQUEST)
MADE = {"thumbnail_key": "thumbnails/u-1.webp", "content_type": "image/jpeg", "byte_size": 9, "width": 3, "height": 2}
MADE |= {"perceptual_hash": "00ff00ff00ff00ff", "taken_at": "2024-05-17 18:30:00"}


@pytest.fixture
def image() -> Image:
    records.register(connection, key=KEY, uuid="u-1", original_name="größe 🐈.jpg", byte_size=5)
    return Image.objects.get()


def job(kind: str = "thumbnail") -> Job:
    return Job.objects.get(kind=kind)


def lease_is_over() -> None:
    Job.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def test_it_works(image):
    assert image.object_key == KEY
    assert (image.original_name, image.visibility) == ("größe 🐈.jpg", "visible")
    assert list(Job.objects.order_by("id").values_list("kind", "state")) == [
        ("thumbnail", "queued"),
        ("annotation", "queued"),
    ]
    records.check_schema(connection)


@pytest.mark.django_db(transaction=True)
def test_register_twice_keeps_the_first(image):
    records.register(connection, key=KEY, uuid="u-1", original_name="second", byte_size=9)
    assert Image.objects.get().original_name == "größe 🐈.jpg"
    assert Job.objects.count() == 2


def test_claim_gives_the_work_once(image):
    claim = records.claim(connection, KEY, "thumbnail")
    assert (claim.image_id, claim.uuid, claim.kind, claim.attempt) == (image.pk, "u-1", "thumbnail", 1)
    with pytest.raises(records.Busy):
        records.claim(connection, KEY, "thumbnail")
    assert records.claim(connection, KEY, "annotation").kind == "annotation"


def test_claim_without_a_row():
    with pytest.raises(records.NotRegistered):
        records.claim(connection, "uploads/none.jpg", "thumbnail")


def test_claim_adds_a_job_that_a_crash_left_out(image):
    Job.objects.all().delete()
    assert records.claim(connection, KEY, "annotation").attempt == 1
    assert records.claim(connection, KEY, "colours").attempt == 1  # a kind that is new


@pytest.mark.parametrize("change", [{"state": "done"}, {"attempts": 7}, {"state": "running"}])
def test_whoever_looked_before_somebody_else_took_it_looks_again(image, monkeypatch, change):
    look = records._look

    def look_then_lose(*arguments):
        seen = look(*arguments)
        monkeypatch.setattr(records, "_look", look)
        Job.objects.update(**change)
        return seen

    monkeypatch.setattr(records, "_look", look_then_lose)
    claim = records.claim(connection, KEY, "thumbnail")
    assert (claim and claim.attempt) == {"done": None, "running": 1}.get(change.get("state"), 8)


@pytest.mark.parametrize("state", ["queued", "paused", "failed"])
def test_claim_before_it_is_due(image, state):
    Job.objects.update(state=state, due_at=timezone.now() + timedelta(seconds=30))
    with pytest.raises(records.NotDue):
        records.claim(connection, KEY, "thumbnail")
    lease_is_over()
    assert records.claim(connection, KEY, "thumbnail")


def test_begin_is_a_claim_from_the_beginning(image):
    Job.objects.all().delete()
    claim = records.begin(connection, image.pk, "u-1", "thumbnail")
    with pytest.raises(records.Busy):
        records.claim(connection, KEY, "thumbnail")
    assert records.finish_thumbnail(connection, claim, MADE)


def test_finished_thumbnail(image):
    assert records.finish_thumbnail(connection, records.claim(connection, KEY, "thumbnail"), MADE)
    image.refresh_from_db()
    assert (image.thumbnail_key, image.width, image.perceptual_hash) == ("thumbnails/u-1.webp", 3, "00ff00ff00ff00ff")
    assert image.taken_at == datetime(2024, 5, 17, 18, 30, tzinfo=UTC)
    assert (job().state, job().attempts) == ("done", 1)
    assert abs(job().finished_at - timezone.now()) < timedelta(seconds=20)
    assert records.claim(connection, KEY, "thumbnail") is None


def test_lease_over_is_taken_over_and_the_late_worker_changes_nothing(image):
    late = records.claim(connection, KEY, "thumbnail")
    lease_is_over()
    taken_over = records.claim(connection, KEY, "thumbnail")
    assert taken_over.attempt == 2
    assert not records.finish_thumbnail(connection, late, MADE)
    assert Image.objects.get().thumbnail_key == ""
    assert records.finish_thumbnail(connection, taken_over, MADE)


def test_a_late_worker_changes_nothing_after_the_attempts_begin_anew(image):
    late = records.claim(connection, KEY, "annotation")
    Job.objects.update(state="queued", attempts=0, due_at=timezone.now(), started_at=None)
    again = records.claim(connection, KEY, "annotation")
    assert again.attempt == late.attempt == 1
    assert not records.finish_annotation(connection, late, CAPTION)
    assert Image.objects.get().caption == ""
    records.fail(connection, late, "late")
    assert job("annotation").state == "running"
    assert records.finish_annotation(connection, again, CAPTION)


def test_interrupted_too_often_is_given_up_in_words(image):
    for _ in range(records.TRIES):
        assert records.claim(connection, KEY, "thumbnail")
        lease_is_over()
    assert records.claim(connection, KEY, "thumbnail") is None
    assert (job().state, job().attempts, job().error) == ("failed", records.TRIES, records.TOO_OFTEN)


def test_failures_go_back_to_the_queue_until_the_last(image):
    states = []
    for attempts in (0, 1, records.TRIES - 1):
        Job.objects.update(attempts=attempts)
        lease_is_over()
        records.fail(connection, records.claim(connection, KEY, "annotation"), "Gemini is busy.", again=True)
        states.append(job("annotation").state)
    assert states == ["queued", "queued", "failed"]
    assert job("annotation").error == "Gemini is busy."
    assert records.claim(connection, KEY, "annotation") is not None  # a redriven event may try again


@pytest.mark.parametrize(
    ("attempt", "after", "seconds"),
    [(1, None, 10), (2, None, 60), (4, None, 900), (9, None, 3600), (1, 37.0, 37), (1, 90_000.0, 3600)],
)
def test_pause_after_a_failure(image, attempt, after, seconds):
    Job.objects.update(attempts=attempt - 1)
    records.fail(connection, records.claim(connection, KEY, "annotation"), "busy", again=True, after=after)
    assert abs((job("annotation").due_at - timezone.now()).total_seconds() - seconds) < 5


@pytest.mark.parametrize("state", ["queued", "paused"])
def test_put_off_counts_as_no_try(image, state):
    due = datetime.now(UTC) + timedelta(days=3)
    records.postpone(connection, records.claim(connection, KEY, "annotation"), "The budget is used up.", due, state)
    found = job("annotation")
    assert (found.state, found.attempts, found.error) == (state, 0, "The budget is used up.")
    assert found.due_at == due


def test_declined_is_final(image):
    records.decline(connection, records.claim(connection, KEY, "annotation"), "No.")
    assert records.claim(connection, KEY, "annotation") is None


def test_caption_in_each_language_words_and_tags(image):
    assert records.finish_annotation(connection, records.claim(connection, KEY, "annotation"), CAPTION)
    image.refresh_from_db()
    assert (image.caption, image.alt_text, image.captioned_by) == ("A cat.", "Cat", "gemini-x")
    assert (image.caption_language, image.text) == ("en", "NO CATS")
    assert [tag.name for tag in image.tags.all()] == ["cat", "größe 🐈"]
    (german,) = image.translations.all()
    assert (german.language, german.caption, german.alt_text, german.tags) == ("de", "Eine Katze.", "Katze", ["katze"])


def test_translations_are_replaced_but_for_a_persons(image):
    for code, by in (("fr", "gemini-x"), ("de", "person")):
        Translation.objects.create(image=image, language=code, caption=f"{code} before", captioned_by=by)
    records.finish_annotation(connection, records.claim(connection, KEY, "annotation"), CAPTION)
    assert list(image.translations.values_list("language", "caption")) == [("de", "de before")]


def test_a_language_that_is_written_again_stays_the_same_row(image):
    """A moderator's form that is open sends the row that it was shown."""
    codes = ("fr", "de")
    fr, de = (Translation.objects.create(image=image, language=code, captioned_by="gemini-w").pk for code in codes)
    records.finish_annotation(connection, records.claim(connection, KEY, "annotation"), CAPTION)
    (row,) = image.translations.all()
    assert (row.pk, row.caption, row.tags, row.captioned_by) == (de, "Eine Katze.", ["katze"], "gemini-x")
    assert not Translation.objects.filter(pk=fr).exists()


@pytest.mark.parametrize("vanished", [True, False])
def test_what_a_person_does_to_a_language_in_this_moment_stays(image, monkeypatch, vanished):
    """Between the look at the rows and the writing: deleted, or written by hand."""
    row = Translation.objects.create(image=image, language="de", caption="Old.", captioned_by="gemini-w")
    claim, look = records.claim(connection, KEY, "annotation"), records.many

    def slow(*arguments):
        found = look(*arguments)
        row.delete() if vanished else Translation.objects.update(caption="Mine.", captioned_by="person")
        return found

    monkeypatch.setattr(records, "many", slow)
    records.finish_annotation(connection, claim, CAPTION)
    assert list(image.translations.values_list("caption", flat=True)) == ([] if vanished else ["Mine."])


def test_image_deleted_while_a_model_was_asked(image):
    claim = records.claim(connection, KEY, "annotation")
    image.delete()
    assert not records.finish_annotation(connection, claim, CAPTION)


def test_trial_is_claimed_only_where_somebody_asked_for_one(image):
    assert records.claim(connection, KEY, "trial") is None
    Job.objects.create(image=image, kind="trial", due_at=timezone.now())
    claim = records.claim(connection, KEY, "trial")
    assert records.finish_trial(connection, claim)
    assert (job("trial").state, Image.objects.get().caption) == ("done", "")


def test_a_persons_caption_is_kept(image):
    person, claim = User.objects.create(username="mod"), records.claim(connection, KEY, "annotation")
    captions.write(image, person, caption="My cat Tom.", alt_text="Tom", text="", tags=["tom"])
    records.finish_annotation(connection, claim, CAPTION)
    image.refresh_from_db()
    assert (image.caption, [tag.name for tag in image.tags.all()]) == ("My cat Tom.", ["tom"])
    assert (image.text, image.translations.count()) == ("", 0)


@pytest.mark.parametrize(("verdict", "by"), [("accepted", "gemini-w"), ("edited", "person"), ("", "person")])
def test_what_a_model_writes_over_an_accepted_caption_is_a_proposal(image, verdict, by):
    """Nothing of the picture changes, but that somebody should look at it."""
    seen = {"verdict": verdict, "reviewed_at": timezone.now()}
    Image.objects.update(caption="Tom.", captioned_by=by, **seen)
    assert records.finish_annotation(connection, records.claim(connection, KEY, "annotation"), CAPTION)
    image = Image.objects.get()
    assert (image.caption, image.captioned_by, image.verdict, image.review) == ("Tom.", by, verdict, "due")
    assert (image.reviewed_at, image.tags.count(), image.translations.count()) == (seen["reviewed_at"], 0, 0)
    assert job("annotation").state == "done"


@pytest.mark.parametrize("verdict", ["", "rewritten", "hidden"])
def test_a_caption_that_nobody_has_accepted_is_overwritten_and_waits_for_a_review(image, verdict):
    reviewer = User.objects.create(username="mod")
    seen = {"verdict": verdict, "reviewed_at": timezone.now(), "reviewed_by": reviewer}
    Image.objects.update(caption="Tom.", captioned_by="gemini-w", **seen)
    records.finish_annotation(connection, records.claim(connection, KEY, "annotation"), CAPTION)
    image = Image.objects.get()
    assert (image.caption, image.verdict, image.review) == ("A cat.", "", "due")
    assert (image.reviewed_at, image.reviewed_by) == (None, None)


def test_a_persons_caption_settles_the_job(image):
    records.fail(connection, records.claim(connection, KEY, "annotation"), "No key.")
    captions.write(image, User.objects.create(username="mod"), caption="Tom.", alt_text="", text="", tags=[])
    assert (job("annotation").state, job("annotation").error) == ("done", "")
    assert records.claim(connection, KEY, "annotation") is None


def test_a_caption_by_hand_fences_out_the_model_that_is_being_asked(image):
    claim = records.claim(connection, KEY, "annotation")
    captions.write(image, User.objects.create(username="mod"), caption="Tom.", alt_text="", text="", tags=["tom"])
    assert not records.fail(connection, claim, "Gemini is away.")
    assert not records.finish_annotation(connection, claim, CAPTION)
    assert (job("annotation").state, Image.objects.get().caption) == ("done", "Tom.")


def test_thumbnail_of_an_upload_that_died_before_it_was_seen(image):
    Image.objects.update(visibility="arriving")
    records.finish_thumbnail(connection, records.claim(connection, KEY, "thumbnail"), MADE)
    assert Image.objects.get().visibility == "visible"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("arriving", "waiting"),
        ("waiting", "waiting"),
        ("visible", "visible"),  # a moderator has accepted its caption before it had a thumbnail
        ("hidden", "hidden"),
    ],
)
def test_where_all_wait_for_a_moderator_the_first_thumbnail_takes_nothing_back(image, before, after):
    Image.objects.update(visibility=before)
    records.finish_thumbnail(connection, records.claim(connection, KEY, "thumbnail"), MADE, "waiting")
    assert Image.objects.get().visibility == after


def test_registered_it_waits_where_all_do():
    records.register(connection, key=KEY, uuid="u-1", original_name="a", byte_size=5, visibility="waiting")
    records.register(connection, key=KEY, uuid="u-1", original_name="a", byte_size=5)  # of the other function
    assert Image.objects.get().visibility == "waiting"


def hidden_one(perceptual_hash: str) -> Image:
    bands = alike.hash_bands(perceptual_hash)
    return Image.objects.create(s3_key="uploads/hidden", visibility="hidden", thumbnail_key="t", **bands)


@pytest.mark.parametrize(
    ("hidden", "waits"),
    [
        ("00ff00ff00ff00ff", True),
        ("01ff01ff01ff00ff", True),  # three bits, each in a quarter of its own
        ("00ff00f800ff00ff", True),  # three bits in one
        ("01ff01ff01ff01ff", False),
        ("00ff00f000ff00ff", False),
    ],
)
def test_picture_that_looks_like_a_hidden_one_waits_for_a_moderator(image, hidden, waits):
    hidden_one(hidden)
    assert alike.looks_hidden(connection, image.pk, "00ff00ff00ff00ff") is waits
    records.finish_thumbnail(connection, records.claim(connection, KEY, "thumbnail"), MADE)
    assert Image.objects.get(pk=image.pk).visibility == ("waiting" if waits else "visible")


@pytest.mark.parametrize("flat", ["", "0" * 16, "f" * 16, "0000000000000007", "fffffffffffffff0"])
def test_flat_picture_looks_like_no_other(image, flat):
    hidden_one(flat)
    assert not alike.looks_hidden(connection, image.pk, flat)


@pytest.mark.parametrize("others", ["visible", "waiting"])
def test_picture_does_not_wait_for_one_that_is_not_hidden_nor_for_itself(image, others):
    hidden_one("00ff00ff00ff00ff")
    Image.objects.exclude(pk=image.pk).update(visibility=others)
    Image.objects.filter(pk=image.pk).update(visibility="hidden", **alike.hash_bands("00ff00ff00ff00ff"))
    assert not alike.looks_hidden(connection, image.pk, "00ff00ff00ff00ff")


@pytest.mark.parametrize(
    ("before", "thumbnail_key", "after"),
    [
        ("arriving", "", "waiting"),
        ("visible", "", "waiting"),
        ("visible", "thumbnails/u-1.webp", "visible"),  # a moderator has shown it
        ("hidden", "", "hidden"),
        ("hidden", "thumbnails/u-1.webp", "hidden"),
        ("waiting", "thumbnails/u-1.webp", "waiting"),
    ],
)
def test_only_the_first_thumbnail_can_send_a_picture_to_a_moderator(image, before, thumbnail_key, after):
    hidden_one("00ff00ff00ff00ff")
    Image.objects.filter(pk=image.pk).update(visibility=before, thumbnail_key=thumbnail_key)
    records.finish_thumbnail(connection, records.claim(connection, KEY, "thumbnail"), MADE)
    assert Image.objects.get(pk=image.pk).visibility == after


def test_late_worker_does_not_change_who_sees_a_picture(image):
    hidden_one("00ff00ff00ff00ff")
    late = records.claim(connection, KEY, "thumbnail")
    lease_is_over()
    records.claim(connection, KEY, "thumbnail")
    assert not records.finish_thumbnail(connection, late, MADE)
    assert Image.objects.get(pk=image.pk).visibility == "visible"


def test_hidden_pictures_that_look_alike_are_found_by_the_index_of_each_quarter(image):
    with CaptureQueriesContext(connection) as queries:
        alike.looks_hidden(connection, image.pk, "00ff00ff00ff00ff")
    (query,) = queries
    plan = str(
        sql.many(connection, ("EXPLAIN QUERY PLAN " if SQLITE else "EXPLAIN FORMAT=TRADITIONAL ") + query["sql"])
    )
    assert all(f"images_hash_band_{number}" in plan for number in range(1, 5))
    assert "SCAN images" not in plan


def test_known(image):
    claim = records.claim(connection, KEY, "thumbnail")
    assert records.known(connection, claim) == ("", 0, 0, None, "größe 🐈.jpg")
    records.finish_thumbnail(connection, claim, MADE)
    assert records.known(connection, claim) == (
        "thumbnails/u-1.webp",
        3,
        2,
        datetime(2024, 5, 17, 18, 30),
        "größe 🐈.jpg",
    )


@pytest.mark.django_db(transaction=True)
def test_transaction_on_a_connection_with_autocommit(image):
    claim = records.claim(connection, KEY, "annotation")
    autocommit = SimpleNamespace(cursor=connection.cursor, ping=lambda: None)
    with pytest.raises(TypeError), records.transaction(autocommit):
        records.finish_annotation(connection, claim, CAPTION) + "and then it crashes"
    assert Image.objects.get().caption == ""
    with records.transaction(autocommit):
        records.finish_annotation(connection, claim, CAPTION)
    assert Image.objects.get().caption == "A cat."


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
            " AND s.table_name NOT LIKE 'axes%'"  # django-axes' own: 1,020 bytes, within what InnoDB has had since 5.7
        )
        widths = {(table, column): width for table, column, width in cursor.fetchall()}
    assert widths[("images", "s3_key")] == 255
    assert max(widths.values()) <= 767
