"""Guesses at passwords."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db
GOOD = "correct horse battery"


@pytest.fixture(autouse=True)
def _axes(settings):
    settings.AXES_ENABLED = True


@pytest.fixture
def moderator(django_user_model):
    return django_user_model.objects.create_superuser("anna", password=GOOD)


def log_in(client, name, password, **extra):
    return client.post("/admin/login/?next=/admin/", {"username": name, "password": password}, **extra)


def test_it_works(client, moderator):
    assert log_in(client, "anna", GOOD).status_code == 302
    assert client.get("/admin/").status_code == 200


def test_an_address_may_guess_ten_times(client, moderator, caplog):
    statuses = [log_in(client, "anna", f"secret-guess-{n}").status_code for n in range(80)]
    assert statuses[:9] == [200] * 9
    assert statuses[9:] == [429] * 71
    answer = log_in(client, "anna", GOOD)
    assert (answer.status_code, answer["Retry-After"]) == (429, "1800")
    assert "Wait 30 minutes and try again" in answer.text
    assert "secret-guess" not in caplog.text


def test_guesses_at_many_accounts_are_counted_together(client, moderator):
    for number in range(10):
        log_in(client, f"nobody{number}", "x")
    assert log_in(client, "anna", GOOD).status_code == 429


def test_others_may_log_in_meanwhile(client, moderator):
    for _ in range(12):
        log_in(client, "anna", "x", REMOTE_ADDR="192.0.2.9")
    assert log_in(client, "anna", GOOD, REMOTE_ADDR="192.0.2.10").status_code == 302


def test_a_network_of_ipv6_is_one_guesser(client, moderator):
    for number in range(12):
        log_in(client, "anna", "x", REMOTE_ADDR=f"2001:db8::{number}")
    assert log_in(client, "anna", GOOD, REMOTE_ADDR="2001:db8::99").status_code == 429


def test_the_wait_can_be_ended(client, moderator):
    for _ in range(12):
        log_in(client, "anna", "x")
    call_command("axes_reset")
    assert log_in(client, "anna", GOOD).status_code == 302


def test_no_password_is_stored(client, moderator):
    from axes.models import AccessAttempt

    log_in(client, "anna", "secret-guess")
    assert AccessAttempt.objects.count() == 1
    assert "secret-guess" not in str(list(AccessAttempt.objects.values()))


def test_pages_ask_nothing_of_it(client):
    with CaptureQueriesContext(connection) as asked:
        client.get("/gallery")
        client.get("/")
    assert not [each for each in asked if "axes" in each["sql"]]


@pytest.mark.parametrize("password", ["moderator1", "elevenchars"])
def test_a_moderators_password_has_twelve_characters(monkeypatch, password):
    monkeypatch.setattr("gallery.management.commands.moderator.sys.stdin", Pipe(password))
    with pytest.raises(CommandError, match="at least 12 characters"):
        call_command("moderator", "anna")


class Pipe:
    def __init__(self, line):
        self.line = line

    def isatty(self):
        return False

    def readline(self):
        return self.line + "\n"
