"""When to decode: all at the upload, a proof at the upload and all again by a worker, or nothing at the upload.

Behind docs/decisions/20261125-one-visit.md. On one machine a worker makes all in one visit; on AWS two functions
visit, one for each of what they need."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.harness import Line, in_turn, say, short
from benchmarks.memory import FORMATS
from benchmarks.photos import forget
from processors.images import asker
from processors.images.check import Limits

LIMITS = replace(Limits(), max_bytes=10**9)
HEADER_ONLY = replace(LIMITS, max_side=1)  # refused when the header was read: what looking at it costs
NOTE = "CPU of the child. 'All' makes both sizes and the hash; the caption is then made from the preview."


def lines() -> Iterator[Line]:
    for megapixels, names in {
        12: ("JPEG", "progressive JPEG", "WebP", "AVIF", "HEIC"), 24: ("JPEG", "PNG"), 48: ("JPEG",)
    }.items():  # fmt: skip
        for name in names:
            say(f"{name} {megapixels} MP")
            yield from _of(f"{name} {megapixels} MP", FORMATS[name][0](megapixels))
        forget()


def _of(name: str, path: Path) -> Iterator[Line]:
    data, latest = path.read_bytes(), [0.0]
    kinds = {
        "header": (HEADER_ONLY, ()), "proof": (LIMITS, ()), "all": (LIMITS, ("preview", "thumbnail")),
        "model": (LIMITS, ("model",)),
    }  # fmt: skip

    def visit(limits: Limits, wants: tuple[str, ...]) -> None:
        latest[0] += asker.ask(io.BytesIO(data), limits, wants).cpu

    sides = {kind: lambda how=how: visit(*how) for kind, how in kinds.items()}
    taken = in_turn(sides, rounds=5, clock=lambda: latest[0])
    header, proof, whole, model = (taken[kind] for kind in kinds)
    yield Line(
        f"one machine, {name}: (a) all at the upload, (b) a proof and all later, (c) the header and all later", "",
        f"{short(whole)}, {short(proof + whole)}, {short(header + whole)}", None, NOTE,
    )  # fmt: skip
    yield Line(
        "… on AWS: at the upload the header, a proof, or all; then in both functions", "",
        f"{short(header)}, {short(proof)}, {short(whole)}; {short(whole + model)}", None, NOTE,
    )  # fmt: skip
