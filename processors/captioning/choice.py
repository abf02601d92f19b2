"""Which captioner the environment chooses, and what its requests cost: asked by the functions, and by the site, which
on AWS has neither key nor client but shows what a request will cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib import import_module
from urllib.parse import urlsplit

from processors.captioning import Captioner, Permanent
from processors.captioning.prices import Price, price
from processors.captioning.shell import DEADLINE, Model

GEMINI_MODEL = "gemini-3.5-flash-lite"  # without GEMINI_MODEL
CAPTIONERS = ("gemini", "genai", "openai", "offline")


class Unclear(Exception):
    """The environment does not say which captioner; the text says what to change."""


@dataclass(frozen=True)
class Choice:
    """`captioner`: one of CAPTIONERS, the name of a module of this package. `price_given`: CAPTION_PRICE. `free`:
    nobody can be charged for its requests."""

    captioner: str
    model: str
    url: str = ""
    price_given: Price | None = None
    free: bool = False

    @property
    def price(self) -> Price | None:
        """What its tokens cost today; None where nobody knows."""
        if self.free:
            return Price(Decimal(0), Decimal(0))
        return self.price_given or price(self.model)


OFFLINE = Choice("offline", "offline", free=True)


def choice(environment: Mapping[str, str]) -> Choice:
    """What CAPTIONER says; without it gemini with its key, openai with CAPTION_URL, else offline. Raises Unclear."""
    get = {name: value.strip() for name, value in environment.items()}.get
    name = get("CAPTIONER", "") or _only_one(bool(get("GEMINI_API_KEY")), bool(get("CAPTION_URL")))
    if name not in CAPTIONERS:
        raise Unclear(f"CAPTIONER is {name!r}. It is one of {', '.join(CAPTIONERS)}; set one of them, or none.")
    if name == "offline":
        return OFFLINE
    if name == "openai":
        return _openai(get("CAPTION_URL", ""), get("CAPTION_MODEL", ""), _given(get("CAPTION_PRICE", "")),
                       free=not (get("CAPTION_API_KEY") or get("CAPTION_SECRET_ARN")))  # fmt: skip
    return Choice(
        name, get("GEMINI_MODEL", "") or GEMINI_MODEL, get("GEMINI_ENDPOINT", ""), _given(get("CAPTION_PRICE", ""))
    )


def _only_one(gemini: bool, openai: bool) -> str:
    if gemini and openai:
        raise Unclear(
            "There are GEMINI_API_KEY and CAPTION_URL, and CAPTIONER does not say which to ask. Set CAPTIONER to"
            " gemini, genai or openai, or take one of the two away."
        )
    return "gemini" if gemini else "openai" if openai else "offline"


def _openai(url: str, model: str, given: Price | None, *, free: bool) -> Choice:
    missing = [name for name, value in (("CAPTION_URL", url), ("CAPTION_MODEL", model)) if not value]
    if missing:
        raise Unclear(
            f"The captioner is openai, and this is missing: {', '.join(missing)}. For Ollama on this machine:"
            " CAPTION_URL=http://127.0.0.1:11434/v1 CAPTION_MODEL=qwen3-vl"
        )
    if "@" in url:  # not repeated: a password may be in it
        raise Unclear("CAPTION_URL holds a name or a password. Take it out, and put a key into CAPTION_API_KEY.")
    if not _is_address(url):
        raise Unclear(f"CAPTION_URL is {url!r}. It is like http://127.0.0.1:11434/v1: http or https, a host, a path.")
    return Choice("openai", model, url, given, free)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        right = parts.port != 0
    except ValueError:  # brackets that do not close, or a port that is none
        return False
    return right and parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)


def _given(text: str) -> Price | None:
    """CAPTION_PRICE: USD for a million tokens in and out, such as 0.30/2.50."""
    if not text:
        return None
    try:
        into, out = (Decimal(part) for part in text.split("/"))
        right = 0 <= into < 1_000 and 0 <= out < 1_000  # so that the ledger's column has room for any answer
    except (ValueError, InvalidOperation):  # the latter also where NaN is compared
        right = False
    if not right:
        raise Unclear(f"CAPTION_PRICE is {text!r}. Write USD for a million tokens in and out like 0.30/2.50.")
    return Price(into, out)


def budget(text: str) -> Decimal:
    """ANNOTATION_BUDGET_USD: USD a month, 0 or nothing: no limit. Raises Unclear."""
    try:
        usd = Decimal(text or 0)
        right = 0 <= usd < 1_000_000
    except InvalidOperation:  # also where NaN is compared
        right = False
    if not right:
        raise Unclear(f"ANNOTATION_BUDGET_USD is {text!r}. Write USD a month like 20 or 7.50; 0 is no limit.")
    return usd


def captioner(chosen: Choice, key: str, deadline: float = DEADLINE) -> Captioner:
    """The captioner itself; its module is imported now, with all that it needs. Permanent for a key that no header can
    carry: each client would take that for an answer that can't be read, and so for one that may be charged."""
    if not (key.isascii() and key.isprintable()):
        raise Permanent(
            f"The key for {chosen.model} holds characters that no key has. Put it in again, then run this again."
        )
    module = import_module(f"processors.captioning.{chosen.captioner}")
    if chosen.captioner == "offline":
        return module.Offline()
    return Model(module.client(key, chosen.model, chosen.url), lambda: chosen.price, deadline)
