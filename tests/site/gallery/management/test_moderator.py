import io

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def make(monkeypatch, *arguments, password="correct horse battery staple"):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    call_command("moderator", "ann", *arguments, stdout=io.StringIO())
    return User.objects.get(username="ann")


def groups(user) -> list[str]:
    return sorted(user.groups.values_list("name", flat=True))


def test_it_works(monkeypatch):
    user = make(monkeypatch)
    assert (user.is_staff, user.check_password("correct horse battery staple")) == (True, True)
    assert groups(user) == ["Moderators", "Prompt editors"]
    for right in ("change_image", "view_prompt", "add_prompt", "change_prompt"):
        assert user.has_perm(f"gallery.{right}")


def test_without_prompts(monkeypatch):
    """Also of somebody who had them."""
    make(monkeypatch)
    user = make(monkeypatch, "--without-prompts")
    assert groups(user) == ["Moderators"]
    assert (user.has_perm("gallery.view_prompt"), user.has_perm("gallery.change_prompt")) == (True, False)


def test_a_bad_password_changes_nothing(monkeypatch):
    with pytest.raises(CommandError, match="Nothing was changed"):
        make(monkeypatch, password="short")
    assert not User.objects.exists()
