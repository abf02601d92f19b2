"""How a request came here."""

from django.conf import settings
from django.http import HttpRequest

ARRIVED_BY, LOOPBACK = "X-Arrived-By", "loopback"  # said by deploy/nginx.conf, which lets none of a client's through


def in_the_clear(request: HttpRequest) -> bool:
    """Whether others could read on its way what this request carries. Whatever takes a password, a session or an API's
    token asks this first, and refuses where it is True.

    That is so of plain HTTP on AWS, unless ALLOW_HTTP_LOGIN=yes, or nginx says that the request came by loopback, as by
    Session Manager's tunnel. Where nginx says nothing it is True.
    """
    if settings.ALLOW_HTTP_LOGIN or request.is_secure():
        return False
    return request.headers.get(ARRIVED_BY) != LOOPBACK
