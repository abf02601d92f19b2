"""How much one client address may send: files a minute, counted in each gunicorn worker, in memory; files and
seconds of CPU a day, counted in the database, so that it holds for all workers and instances."""

import hashlib
import hmac
import re
import time
from datetime import UTC, date, datetime, timedelta
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.db.models import F, QuerySet
from django.http import HttpRequest
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from gallery.models import ClientDay

_limiter, _rate = MovingWindowRateLimiter(MemoryStorage()), cache(parse)
_WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+")


def wait(request: HttpRequest) -> int:
    """Seconds until this client may send a file again, 0 for now. Counts nothing."""
    rate, client = _rate(settings.UPLOAD_RATE), client_address(request)
    if _limiter.test(rate, client):
        return _wait_for_tomorrow(client)
    return max(1, round(_limiter.get_window_stats(rate, client).reset_time - time.time() + 0.5))


def count(request: HttpRequest) -> int:
    """Count one file that is about to be looked at; as `wait`, and where it must wait it is not counted."""
    client = client_address(request)
    if (seconds := wait(request)) or not _limiter.hit(_rate(settings.UPLOAD_RATE), client):
        return seconds or 1
    ClientDay.objects.get_or_create(client=_hidden(client), day=_today())
    _days(client).update(uploads=F("uploads") + 1)
    return 0


def spent(request: HttpRequest, seconds: float) -> None:
    """What the file that was counted has taken of the CPU."""
    if seconds:
        _days(client_address(request)).update(cpu_ms=F("cpu_ms") + round(seconds * 1000))


def allowed(request: HttpRequest, what: str, often: str) -> bool:
    """Count something else that this client does, such as a report; whether it is within `often` ("10/hour")."""
    return _limiter.hit(_rate(often), what, client_address(request))


def client_address(request: HttpRequest) -> str:
    """The address that our outermost own proxy saw; an IPv6 client is its /64, as that is what one customer gets.

    Every proxy appends to X-Forwarded-For (for ALB: elasticloadbalancing, "X-Forwarded headers"), so the client's
    own claims are on the left and are never looked at. Who passes by the outer ones, as the tunnel on AWS does, is the
    first address there.
    """
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if settings.PROXIES:
        address = forwarded[-settings.PROXIES :][0].strip() or address
    parsed = _parsed(address)
    if parsed is None:
        return "unknown"
    return str(ip_network(f"{parsed}/64", strict=False)) if isinstance(parsed, IPv6Address) else str(parsed)


def login_address(request: HttpRequest) -> str | None:
    """The same for django-axes, whose column takes addresses only: a network by its first one."""
    address = client_address(request).removesuffix("/64")
    return None if address == "unknown" else address


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """Some proxies add the port. An IPv4 client of a socket for both is written as an address of IPv6."""
    if found := _WITH_PORT.fullmatch(address):
        address = found[1] or found[2]
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def _wait_for_tomorrow(client: str) -> int:
    day = _days(client).first()
    if day is None or (day.uploads < settings.UPLOADS_PER_DAY and day.cpu_ms < settings.UPLOAD_CPU_PER_DAY * 1000):
        return 0
    now = datetime.now(UTC)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, round((midnight - now).total_seconds()))


def _days(client: str) -> QuerySet[ClientDay]:
    return ClientDay.objects.filter(client=_hidden(client), day=_today())


def _hidden(client: str) -> str:
    """The address itself is not kept."""
    return hmac.new(settings.SECRET_KEY.encode(), client.encode(), hashlib.sha256).hexdigest()


def _today() -> date:
    return datetime.now(UTC).date()
