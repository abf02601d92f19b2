"""A memory cgroup: a fence that the kernel keeps, as Lambda's and a container's are."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

V1, V2 = Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")


class Fence:
    """`enter`: called by a process, puts it inside. `peak`: the most bytes so far, page cache included."""

    def __init__(self, folder: Path, limit_file: str, peak_file: str, limit: int) -> None:
        self._folder, self._peak_file = folder, peak_file
        (folder / limit_file).write_text(str(limit))

    @property
    def enter(self) -> Callable[[], None]:
        return lambda: (self._folder / "cgroup.procs").write_text(str(os.getpid())) and None

    @property
    def peak(self) -> int:
        return int((self._folder / self._peak_file).read_text())


@contextmanager
def fence(limit: int) -> Iterator[Fence | None]:
    """A cgroup with so many bytes of memory and no swap beyond; None where we may not make one (it needs root)."""
    parent, files = (V1, ("memory.limit_in_bytes", "memory.max_usage_in_bytes")) if V1.exists() else (V2, V2_FILES)
    folder = parent / f"bench-{os.getpid()}"
    try:
        folder.mkdir()
    except OSError:
        yield None
        return
    try:
        yield Fence(folder, *files, limit)
    except FileNotFoundError:  # the controller is not handed down to us
        yield None
    finally:
        folder.rmdir()


V2_FILES = ("memory.max", "memory.peak")
