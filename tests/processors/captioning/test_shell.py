"""What goes around every request, with a client that does as it is told. With the real ones: test_contract.py."""

import threading
import time
from decimal import Decimal

import pytest

from processors.captioning import Answer, Declined, End, Failed, Lost, Permanent, Retryable, Unreachable
from processors.captioning.prices import Price
from processors.captioning.shell import MAX_PAID, MAX_REQUESTS, Model, seconds_of
from processors.ledger import TakenOver, UsedUp
from tests.processors.captioning.conftest import Purse, subject

GOOD = Answer('{"caption": "A boat.", "alt_text": "Boat", "text": "EXIT"}', 1000, 100)
PRICE = Price(Decimal(1), Decimal(10))


class Client:
    vendor, model, model_setting, key_help = "Vendor", "a-model", "A_MODEL", ""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), 0

    def ask(self, question, seconds):
        self.asked += 1
        answer = self.answers[min(self.asked, len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer() if callable(answer) else answer


def describe(client, purse=None, deadline=20.0, price=PRICE):
    return Model(client, lambda: price, deadline).describe(subject(), purse or Purse())


@pytest.fixture(autouse=True)
def waited(pauses):
    return pauses


def test_it_works():
    purse = Purse()
    said = describe(Client(GOOD), purse)
    assert (said.words[0].caption, said.text, said.model) == ("A boat.", "EXIT", "a-model")
    assert (said.request.usd, said.request.outcome) == (Decimal("0.002"), "caption")
    assert (purse.reserved, purse.open, purse.settled) == (1, True, [])


def test_pauses_grow(waited):
    client = Client(Failed(503))
    with pytest.raises(Retryable):
        describe(client)
    assert (client.asked, waited) == (MAX_REQUESTS, [1.0, 2.0])


def test_no_more_than_so_many_are_paid(waited):
    client, purse = Client(Lost(), Lost(), GOOD), Purse()
    with pytest.raises(Retryable, match="broke off"):
        describe(client, purse)
    assert (client.asked, purse.reserved, len(purse.settled)) == (MAX_PAID, MAX_PAID, MAX_PAID)


def test_what_was_refused_leaves_its_reservation_to_the_next():
    purse = Purse()
    assert describe(Client(Failed(429), Unreachable(), GOOD), purse).words
    assert (purse.reserved, purse.settled) == (1, [])


@pytest.mark.parametrize("problem", [UsedUp("no room"), TakenOver()])
def test_without_a_reservation_nothing_is_sent(problem):
    class Empty(Purse):
        def reserve(self):
            if self.settled:
                raise problem
            super().reserve()

    client, purse = Client(Lost(), GOOD), Empty()
    with pytest.raises(type(problem)):
        describe(client, purse)
    assert (client.asked, purse.open) == (1, False)


def test_it_recited_and_then_did_not():
    client = Client(Answer("", 5, 5, End.RECITED, "RECITATION"), GOOD)
    assert describe(client).words
    with pytest.raises(Declined, match="RECITATION"):
        describe(Client(Answer("", 5, 5, End.RECITED, "RECITATION")))


def test_without_a_price_nobody_knows_the_cost():
    assert describe(Client(GOOD), price=None).request.usd is None


def test_a_client_that_never_comes_back_is_left_behind():
    released = threading.Event()
    started, purse = time.monotonic(), Purse()
    with pytest.raises(Retryable, match="did not answer in time"):
        describe(Client(released.wait), purse, deadline=0.2)
    released.set()
    assert time.monotonic() - started < 10
    assert [request.outcome for request in purse.settled] == ["unknown"]


def test_what_a_client_raises_is_not_told():
    """It may hold the key."""
    with pytest.raises(Permanent) as caught:
        describe(Client(RuntimeError("the-key")))
    assert "could not be read (RuntimeError)" in str(caught.value)
    assert caught.value.__cause__ is None
    assert "the-key" not in repr(caught.value.__context__)


@pytest.mark.parametrize(
    ("wishes", "seconds"),
    [
        (("7",), 7),
        (("", "37s"), 37),
        (("1.5s",), 1.5),
        (("-3",), 0),
        (("Wed, 21 Oct 2026 07:28:00 GMT",), None),
        ((), None),
    ],
)
def test_when_a_server_wants_to_be_asked_again(wishes, seconds):
    assert seconds_of(*wishes) == seconds
