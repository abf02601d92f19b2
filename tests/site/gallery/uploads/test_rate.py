import pytest
from django.test import RequestFactory

from gallery.uploads.rate import client_address


def address(settings, proxies: int, **meta: str) -> str:
    settings.PROXIES = proxies
    return client_address(RequestFactory().get("/", **meta))


def test_it_works(settings):
    assert address(settings, 0, REMOTE_ADDR="192.0.2.1") == "192.0.2.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.9", "127.0.0.1"),  # nobody in front of us: the header is the client's own claim
        (1, "1.1.1.1, 198.51.100.9", "198.51.100.9"),
        (2, "1.1.1.1, 198.51.100.9, 10.0.0.1", "198.51.100.9"),
        (2, "198.51.100.9", "198.51.100.9"),  # who asks the inner proxy itself: on AWS the tunnel
        (2, "", "127.0.0.1"),
        (1, "nonsense", "unknown"),
        (1, "198.51.100.9:41234", "198.51.100.9"),
        (1, "::ffff:198.51.100.9", "198.51.100.9"),
        (1, "[::ffff:198.51.100.9]:41234", "198.51.100.9"),
        (1, "[2001:db8:1:2::9]:41234", "2001:db8:1:2::/64"),
        (1, "[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
    ],
)
def test_forwarded(settings, proxies, forwarded, expected):
    assert address(settings, proxies, HTTP_X_FORWARDED_FOR=forwarded) == expected


def test_ipv4_on_a_socket_for_both(settings):
    assert address(settings, 0, REMOTE_ADDR="::ffff:192.0.2.1") == "192.0.2.1"


def test_ipv6_is_counted_by_its_network(settings):
    assert address(settings, 0, REMOTE_ADDR="2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64"
