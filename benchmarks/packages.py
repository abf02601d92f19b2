"""The functions' zips, as `make package` builds them, unpacked once for the run."""

import atexit
import shutil
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from benchmarks.harness import say
from deploy import package, python313


@cache
def function(name: str) -> Path:
    """The folder of thumbnail or annotation."""
    folder = _built() / name
    if not folder.exists():
        with zipfile.ZipFile(_built() / f"{name}.zip") as source:
            source.extractall(folder)
    return folder


@cache
def _built() -> Path:
    say("building the packages")
    folder = Path(tempfile.mkdtemp(prefix="bench-packages-"))
    atexit.register(shutil.rmtree, folder)
    package.build(folder, python313.here()[1])
    return folder
