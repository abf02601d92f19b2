from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, User

from processors.captioning.choice import Choice
from processors.captioning.prices import Price


def logged_in(client, name, group) -> User:
    user = User.objects.create_user(name, password="x", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    return user


@pytest.fixture
def moderator(client) -> User:
    return logged_in(client, "mod", "Moderators")


@pytest.fixture
def editor(client) -> User:
    """Who may write prompts, and nothing else."""
    return logged_in(client, "ed", "Prompt editors")


@pytest.fixture
def model(settings) -> Choice:
    """Captions are written by a model at a known price."""
    settings.CAPTIONER = Choice("gemini", "gemini-x", price_given=Price(Decimal("0.30"), Decimal("2.50")))
    return settings.CAPTIONER
