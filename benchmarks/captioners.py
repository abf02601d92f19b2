"""What each captioner costs the annotation function: the size of its package, how long it takes to start, and the
memory of its process once it has asked a model, under AWS's own runtime client. The model is a local server."""

import shutil
import statistics
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import Line, size
from benchmarks.packages import archive, function
from deploy.package import CAPTIONERS
from processors.aws.environment import CAPTIONER_MIB, HANDLER_MIB
from tests.pictures import jpeg
from tests.servers import gemini, openai
from tests.servers.runtime import Runtime

ROUNDS = size(7, 1)
# What the function does about a picture, without its database and its bucket.
ASK = """\
from pathlib import Path
from processors import annotation
from processors.aws import environment
from processors.captioning import Subject, choice
from processors.ledger import Prompt

class Purse:
    def reserve(self): pass
    def settle(self, request): pass
    def give_back(self): pass

def handler(event, context):
    if event:
        subject = Subject(Path("picture.jpg").read_bytes(), 4000, 3000, None, "", Prompt(), "en")
        return choice.captioner(environment.captioner(), "any-key").describe(subject, Purse()).words[0].caption
"""
NOTE = (
    "From the process's start to its first request for an event, files in the page cache, with all of a core; then the"
    " most resident memory of the handler's process after one caption. The goal is what processors/aws/environment.py"
    " keeps for it: the child that decodes may have the rest of the function's memory."
)


def lines() -> Iterator[Line]:
    google, other = gemini.FakeGemini(), openai.FakeOpenAi()
    where = {"GEMINI_ENDPOINT": google.url, "CAPTION_URL": other.url, "CAPTION_MODEL": "any"}
    with tempfile.TemporaryDirectory() as folder:
        packages = {name: _package(name, Path(folder) / name) for name in CAPTIONERS[: size(4, 1)]}
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in packages}
        for number in range(ROUNDS + 1):
            for name, package in packages.items():
                figures = _asked(package, where | {"CAPTIONER": name})
                if number:  # the first fills the page cache
                    taken[name].append(figures)
    for server in (google, other):
        server.stop()
    for name, rounds in taken.items():
        yield _line(name, *(statistics.median(figures) for figures in zip(*rounds, strict=True)))


def _package(name: str, folder: Path) -> Path:
    """The function's, with what asks a model without database and bucket."""
    shutil.copytree(function(f"annotation-{name}"), folder)
    (folder / "ask.py").write_text(ASK)
    (folder / "picture.jpg").write_bytes(jpeg(1024, 768))
    return folder


def _asked(package: Path, variables: dict[str, str]) -> tuple[float, float]:
    """Milliseconds to start, and MiB after a caption."""
    runtime = Runtime(package, "ask.handler", variables)
    try:
        runtime.invoke({})
        assert runtime.invoke({"a picture": True})
        runtime.stop()
    finally:
        runtime.close()
    return runtime.init_ms, runtime.peak_mib


def _line(name: str, init_ms: float, peak_mib: float) -> Line:
    file, most = archive(f"annotation-{name}"), HANDLER_MIB + CAPTIONER_MIB[name]
    with zipfile.ZipFile(file) as source:
        unpacked = sum(entry.file_size for entry in source.infolist()) / 1e6
    sizes = f"{file.stat().st_size / 1e6:.1f} MB, unpacked {unpacked:.0f} MB"
    measured = f"{sizes}; starts in {init_ms:.0f} ms; {peak_mib:.0f} MiB"
    return Line(file.name, f"≤ {most} MiB", measured, peak_mib <= most, NOTE)
