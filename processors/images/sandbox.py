"""A visit to a picture from a stranger: whatever understands pictures runs in a child with hard limits (`server`), and
what it says, or how it ends, becomes facts and small pictures, or a sentence."""

import json
import os
import signal
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from processors.images import check
from processors.images.asker import NO_MEMORY, NO_SLOT, Answer, ask
from processors.images.check import Busy, Facts, Limits, Refused

_SIGNALS: dict[int, str] = {signal.SIGXCPU: check.TIME, signal.SIGALRM: check.TIME, signal.SIGKILL: check.MEMORY}


@dataclass(frozen=True)
class Seen:
    """What came of a visit. `hash` is perceptual, 16 hex digits; pictures that were not wanted are empty."""

    facts: Facts
    hash: str
    preview: bytes = b""
    thumbnail: bytes = b""
    model: bytes = b""


def visit(
    file: BinaryIO, limits: Limits, wants: Collection[str] = (), took: Callable[[float], None] = lambda cpu: None
) -> Seen:
    """Decode the picture in `file` once and make what is wanted of it (preview, thumbnail, model); with nothing
    wanted, it is a proof that the picture decodes to its end. `took` is told the seconds of CPU, however it ends.

    Refused with a sentence for its sender; Busy when no slot got free; OSError when children can't do their work at
    all. The position of a file on disk stays as it is.
    """
    answer = ask(file, limits, wants)
    took(answer.cpu)
    _raise_for(answer)
    head, _, rest = answer.said.partition(b"\n")
    try:
        said = json.loads(head)
        if "refused" in said:
            raise Refused(said["refused"])
        pictures = {}
        for name, size in said["sizes"].items():
            pictures[name], rest = rest[:size], rest[size:]
        return Seen(_facts(**said["facts"]), said["hash"], **pictures)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):  # no sane child says this
        raise Refused(check.CRASHED) from None


def _facts(format: str, width: int, height: int, byte_size: int, taken: str | None) -> Facts:
    if format not in check.KINDS:
        raise ValueError
    return Facts(format, width, height, byte_size, datetime.fromisoformat(taken) if taken else None)


def _raise_for(answer: Answer) -> None:
    """What a child's end says, unless it ended well."""
    status = answer.status
    if os.WIFSIGNALED(status):
        raise Refused(_SIGNALS.get(os.WTERMSIG(status), check.CRASHED))
    if os.WEXITSTATUS(status) == NO_SLOT:
        raise Busy("Other pictures are being decoded. Try it again in a minute.")
    if os.WEXITSTATUS(status) == NO_MEMORY:
        raise Refused(check.MEMORY)
    if status:
        raise OSError("The decoding process failed over a fault of its own:\n" + answer.said.decode(errors="replace"))
