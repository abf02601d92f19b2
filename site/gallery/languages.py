"""Codes of languages: checked, written in one way, and which of several a visitor reads."""

import re
from collections.abc import Sequence

from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation.trans_real import parse_accept_lang_header

LONGEST = 16  # as the columns have it
_CODE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", re.ASCII)


def is_code(text: str) -> bool:
    return len(text) <= LONGEST and bool(_CODE.fullmatch(text))


def normal(code: str) -> str:
    """ "PT-br" as "pt-BR" and "zh-hant" as "zh-Hant" (RFC 5646, 2.1.1)."""
    first, *others = code.split("-")
    return "-".join([first.lower(), *map(_part, others)])


def _part(part: str) -> str:
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 and part.isalpha() else part.lower()


def name(code: str) -> str:
    """What the language is called in itself; the code of one that Django has no name for."""
    try:
        info = get_language_info(code.lower())
    except KeyError:
        return code
    local = capfirst(info["name_local"])
    return local if info["code"] == code.lower() else f"{local} ({code})"


def best(accept: str, offered: Sequence[str]) -> str:
    """Of the languages offered, the one that the header Accept-Language asks for; the first where it asks for others
    (RFC 4647, 3.4, but that who reads pt-PT is not sent away from pt-BR)."""
    for wish, quality in parse_accept_lang_header(accept):
        if quality and (found := _match(wish, offered)):
            return found
    return offered[0]


def _match(wish: str, offered: Sequence[str]) -> str:
    """The offered code that has most of the wish's parts in common with it; "" where not even the first one is."""
    if wish == "*":
        return offered[0]
    wanted = wish.split("-")
    for end in range(len(wanted), 0, -1):
        if same := [code for code in offered if code.lower().split("-")[:end] == wanted[:end]]:
            return min(same, key=len)
    return ""
