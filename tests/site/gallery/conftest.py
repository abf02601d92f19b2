import pytest
from django.contrib.auth.models import Group, User


@pytest.fixture
def moderator(client) -> User:
    user = User.objects.create_user("mod", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="Moderators"))
    client.force_login(user)
    return user
