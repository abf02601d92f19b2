"""Memory of the thumbnail function: which pictures it makes within 128 MiB, which it refuses, and whether what it
reckons before decoding is what it takes.

Each picture has a process of its own with boto3 (and an S3 client), PyMySQL, powertools and Pillow loaded, as in the
Lambda function; Lambda's own runtime is not in it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.cgroup import Fence, fence
from benchmarks.harness import MIB, Line, say
from benchmarks.photos import forget, photo
from tests import pictures

LIMIT_MIB = 128
Case = tuple[str, Path, bool]  # name, file, whether it has to fit
NOTE = (
    "Both sizes. In a memory cgroup of 128 MiB with boto3 loaded; the function is told that it has 128 MB. What the"
    " kernel counts has the page cache in it. Refused: with a sentence in the picture's row, before it is decoded."
)
INSIDE = """
import dataclasses, json, os, sys
from processors import aws, pictures, thumbnail
from processors.pictures import MIB, Limits, Refused

def status(name):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024

aws._s3()
before, limits = status("VmRSS"), dataclasses.replace(aws.limits(), max_bytes=10**9)
with open(sys.argv[1], "rb") as file:
    with pictures.open_picture(file) as image:
        reckoned = pictures.memory_needed(file, image, limits) / MIB
    try:
        pictures.inspect(file, limits)
        thumbnail.render(file)
        outcome = "made"
    except Refused as problem:
        outcome = str(problem)
print(json.dumps({"outcome": outcome, "before": before, "peak": status("VmHWM"), "reckoned": reckoned}))
"""


def lines() -> Iterator[Line]:
    for name, file, fits in cases():
        say(name)
        yield _fenced(name, file, fits)
        forget()
    yield from (_reckoned(name, file) for name, file, _ in cases())


def cases() -> Iterator[Case]:
    yield "JPEG 100 MP", photo(100), True
    yield "PNG 24 MP", photo(24, "png", compress_level=1), True
    yield "JPEG 12 MP", photo(12), True
    yield "JPEG 48 MP", photo(48), True
    yield "PNG 12 MP", photo(12, "png", compress_level=1), True
    yield "progressive JPEG 12 MP", photo(12, progressive=True), True
    yield "progressive JPEG 48 MP", photo(48, progressive=True), False
    yield "WebP 12 MP", photo(12, "webp", method=0), False
    yield "AVIF 12 MP", photo(12, "avif", speed=10), False
    yield "HEIC 12 MP", _heic(), False


def _heic() -> Path:
    """Of tiles, as phones write it; nothing that we install encodes HEIC."""
    file = photo(12).with_name("tiles.heic")
    file.write_bytes(pictures.heic_grid(8, 6))
    return file


def _fenced(name: str, file: Path, fits: bool) -> Line:
    what, goal = f"{name} in {LIMIT_MIB} MiB", "made" if fits else "refused"
    with fence(LIMIT_MIB * MIB) as fenced:
        if fenced is None:
            return Line(what, goal, "not measured: a memory cgroup needs root", None)
        found = run(file, LIMIT_MIB, fenced)
        peak = fenced.peak / MIB
    if found is None:
        return Line(what, goal, "killed by the kernel", False, NOTE)
    made = found["outcome"] == "made"
    measured = f"made, peak {peak:.0f} MiB" if made else "refused"
    return Line(what, goal, measured, made == fits and (made or "more memory" in found["outcome"]), NOTE)


def _reckoned(name: str, file: Path) -> Line:
    found = run(file, 1024)
    assert found
    taken = found["peak"] - found["before"]
    measured = f"{taken:.0f} MiB above {found['before']:.0f}; reckoned {found['reckoned']:.0f}"
    return Line(f"{name}: memory that it takes", "≤ 1.1 x what is reckoned", measured, taken <= 1.1 * found["reckoned"])


def run(file: Path, memory_mb: int, fenced: Fence | None = None) -> Any:
    """What came of it in a process that thinks it has this memory; None if the process was killed."""
    keys = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    environment = {**keys, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory_mb), "MAX_DECODE_MIB": "1024"}
    done = subprocess.run(
        [sys.executable, "-c", INSIDE, str(file)], env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True,
        preexec_fn=fenced.enter if fenced else None,
    )  # fmt: skip
    return json.loads(done.stdout) if done.returncode == 0 else None
