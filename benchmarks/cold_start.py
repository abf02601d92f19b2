"""How long each function's package takes to start under AWS's own runtime client, beside a function that only imports
the libraries that it needs."""

import shutil
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import Line, say, size
from benchmarks.packages import function
from tests.servers.runtime import Runtime

ROUNDS = size(7, 1)
LIBRARIES = "boto3, pymysql, PIL.Image, PIL.ImageCms, pi_heif, aws_lambda_powertools.utilities.parameters"
NEEDS = {  # of openai and offline it is as the thumbnail's
    "thumbnail": LIBRARIES,
    "annotation-gemini": f"{LIBRARIES}, google.generativeai",
    "annotation-genai": f"{LIBRARIES}, google.genai",
}
NOTE = (
    "From the process's start to its first request for an event, files in the page cache, with all of a core: on Lambda"
    " the package comes from S3 first. Ours is then ready for an event, with its S3 client made."
)


def lines() -> Iterator[Line]:
    for name, libraries in list(NEEDS.items())[: size(3, 1)]:
        say(name)
        with tempfile.TemporaryDirectory() as folder:
            bare = Path(folder) / "bare"
            shutil.copytree(function(name), bare)
            (bare / "bare.py").write_text(f"import {libraries}\ndef handler(event, context): return {{}}\n")
            kind, _, captioner = name.partition("-")
            # The function loads its captioner while it starts.
            variables = {"CAPTIONER": captioner} if captioner else {}
            ours = Runtime(function(name), f"processors.{kind}.handler", variables)
            yield _line(name, ours, Runtime(bare, "bare.handler", {}))


def _line(name: str, ours: Runtime, bare: Runtime) -> Line:
    taken: dict[Runtime, list[float]] = {ours: [], bare: []}
    for number in range(ROUNDS + 1):
        for runtime, times in taken.items():
            runtime.invoke({"Records": []})
            if number:  # the first fills the page cache
                times.append(runtime.init_ms)
            runtime.stop()
    mine, theirs = (statistics.median(times) for times in taken.values())
    for runtime in taken:
        runtime.close()
    measured = f"{mine / theirs:.2f} ({mine:.0f} ms to {theirs:.0f} ms)"
    goal = "≤ 1.2 x importing its libraries alone"
    return Line(f"cold start of {name}.zip", goal, measured, mine / theirs <= 1.2, NOTE)
