"""The functions' zips, as `make package` builds them, built and unpacked once for the run."""

import atexit
import shutil
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from benchmarks.harness import say
from deploy import package, python313


@cache
def archive(name: str) -> Path:
    """The zip of "thumbnail", or of "annotation-" and a captioner."""
    say(f"building {name}.zip")
    return package.function(_folder(), name, python313.here()[1])


@cache
def function(name: str) -> Path:
    """The folder that it is unpacked into."""
    with zipfile.ZipFile(archive(name)) as source:
        source.extractall(_folder() / name)
    return _folder() / name


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="bench-packages-"))
    atexit.register(shutil.rmtree, folder)
    return folder
