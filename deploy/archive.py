"""Zip files whose bytes depend on nothing but the files in them."""

import os
import zipfile
from pathlib import Path

TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold


def write(target: Path, folder: Path) -> None:
    """Pack every file of `folder`: sorted by name, of one time, readable by all. An older `target` is replaced when
    the new one is complete."""
    fresh = target.with_suffix(".new")
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
        for name in names:
            entry = zipfile.ZipInfo(name, TIME)
            entry.create_system = 3  # Unix, wherever it is built
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(entry, (folder / name).read_bytes(), compresslevel=6)
    os.replace(fresh, target)
