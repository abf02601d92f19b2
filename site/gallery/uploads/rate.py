"""How many uploads one client address may send. Counted in each gunicorn worker, in memory: with N workers a patient
client gets at most N times the rate. What must hold across instances belongs to the load balancer (WAF)."""

import time
from functools import cache
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

_limiter, _rate = MovingWindowRateLimiter(MemoryStorage()), cache(parse)


def wait(request: HttpRequest) -> int:
    """Count one upload request; seconds until the next is allowed, 0 if this one is."""
    rate, client = _rate(settings.UPLOAD_RATE), client_address(request)
    if _limiter.hit(rate, client):
        return 0
    return max(1, round(_limiter.get_window_stats(rate, client).reset_time - time.time() + 0.5))


def client_address(request: HttpRequest) -> str:
    """The address that our outermost own proxy saw; an IPv6 client is its /64, as that is what one customer gets.

    Every proxy appends to X-Forwarded-For (for ALB: elasticloadbalancing, "X-Forwarded headers"), so the client's
    own claims are on the left and are never looked at.
    """
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if settings.PROXIES and len(forwarded) >= settings.PROXIES:
        address = forwarded[-settings.PROXIES].strip()
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip_network(f"{parsed}/64", strict=False)) if isinstance(parsed, IPv6Address) else str(parsed)
