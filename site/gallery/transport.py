"""How a request came here."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

ARRIVED_BY, LOOPBACK = "X-Arrived-By", "loopback"  # said by deploy/nginx.conf, which lets none of a client's through
# With any of these a proxy says that it asks for somebody else.
OF_A_PROXY = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via", "X-Forwarded-Host", "X-Forwarded-Proto")


def in_the_clear(request: HttpRequest) -> bool:
    """Whether others could read on its way what this request carries. Whatever takes a password, a session or an API's
    token asks this first, and refuses where it is True.

    That is so of plain HTTP on AWS, unless ALLOW_HTTP_LOGIN=yes, or nginx says that the request came by loopback, as by
    Session Manager's tunnel. Where nginx says nothing it is True.
    """
    if settings.ALLOW_HTTP_LOGIN or request.is_secure():
        return False
    return request.headers.get(ARRIVED_BY) != LOOPBACK


def from_this_machine(request: HttpRequest) -> bool:
    """Whether a program on this machine asks, and no proxy for somebody else. Nobody does by a unix socket, as nginx
    uses it: it has no address. A proxy that adds no header at all can't be told from such a program."""
    if any(name in request.headers for name in OF_A_PROXY):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
