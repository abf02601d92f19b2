"""The table of results, and docs/performance.md around it."""

import os
import platform
import re
import subprocess
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks.harness import Line

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
START, END = "<!-- results -->", "<!-- /results -->"
PARTS = ("Django", "gunicorn", "mysqlclient", "PyMySQL", "boto3", "Pillow", "pyvips-binary", "Flask")


def table(lines: list[Line]) -> str:
    """Markdown; notes below it, numbered."""
    notes = list(dict.fromkeys(line.note for line in lines if line.note))
    rows = ["| what | goal | measured | holds |", "|---|---|---|---|"]
    for line in lines:
        mark = f" ({notes.index(line.note) + 1})" if line.note else ""
        holds = {True: "yes", False: "**no**", None: ""}[line.holds]
        rows.append(f"| {line.what}{mark} | {line.goal} | {line.measured} | {holds} |")
    return "\n".join([*rows, "", *(f"{i}. {note}" for i, note in enumerate(notes, 1))]).rstrip() + "\n"


def write(lines: list[Line]) -> None:
    """Put the results between the markers of docs/performance.md; the words around them stay."""
    results = f"{START}\n{machine()}\n\n{table(lines)}{END}"
    PAGE.write_text(re.sub(f"{START}.*{END}", lambda _: results, PAGE.read_text(), flags=re.DOTALL))


def machine() -> str:
    server = subprocess.run(["/usr/sbin/mariadbd", "--version"], capture_output=True, text=True, check=True).stdout
    mariadb = re.search(r"Ver ([\d.]+)", server)
    parts = ", ".join(f"{name} {version(name)}" for name in PARTS)
    return (
        f"Measured on {date.today():%Y-%m-%d} by `make bench` on {os.cpu_count()} cores ({platform.machine()}), Python"
        f" {platform.python_version()}, {parts}, MariaDB {mariadb[1] if mariadb else 'unknown'}."
    )
