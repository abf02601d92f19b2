import pytest

from gallery.review import sitting
from gallery.review.choice import Choice
from gallery.review.sitting import REVIEW, SKIP

EVERYTHING, FAILED = Choice(), Choice(state="failed")


@pytest.fixture
def session() -> dict:
    return {}


def again(session, choice=EVERYTHING):
    return sitting.of(session, choice)


def test_it_works(session):
    one = again(session)
    one.did(REVIEW, 11), one.did(SKIP, 3), one.did(REVIEW, 12)
    one.keep(session)
    same = again(session)
    assert (same.holder, same.done, same.skipped) == (one.holder, 2, [3])
    assert [same.back() for _ in range(4)] == [(REVIEW, 12), (SKIP, 3), (REVIEW, 11), None]
    assert same.done == 0


def test_browsers_differ():
    assert again({}).holder != again({}).holder


def test_another_choice_begins_anew_and_what_was_done_can_be_undone(session):
    one = again(session)
    one.did(REVIEW, 11), one.did(SKIP, 3)
    one.keep(session)
    other = again(session, FAILED)
    assert (other.done, other.skipped, other.holder) == (0, [], one.holder)
    assert other.back() == (REVIEW, 11)
    assert other.done == 0


def test_what_was_skipped_comes_again(session):
    one = again(session)
    one.did(SKIP, 3), one.did(REVIEW, 11), one.did(SKIP, 4)
    one.again()
    assert (one.skipped, one.trail) == ([], [(REVIEW, 11)])


def test_more_than_a_thousand(session):
    one = again(session)
    for number in range(1100):
        one.did(REVIEW, number)
    one.keep(session)
    same = again(session)
    assert (same.done, len(same.trail)) == (1100, 1000)
    assert same.back() == (REVIEW, 1099)


def test_a_session_of_json_and_one_of_before(session):
    session["review"] = {"trail": [["review", 5]]}
    assert again(session, FAILED).back() == (REVIEW, 5)
