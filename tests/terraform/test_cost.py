"""The arithmetic of docs/cost.md, and its table of what fits into a function's memory."""

import re
from pathlib import Path

import pytest

from processors import aws
from processors.captioning.prices import cost
from processors.images.check import MIB
from tests.terraform.hcl import blocks

TEXT = (Path(__file__).parents[2] / "docs/cost.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| ")]
PARTS = [row for row in ROWS if len(row) == 4 and re.match(r"\d", row[1])]
MEMORY = {row[0]: row[1:] for row in ROWS if len(row) == 5 and row[0].isdigit()}
# MiB that a child takes, and for each megapixel: the table of `make bench-memory`, rounded up.
FORMATS = {"JPEG": (90, 0.0), "PNG": (75, 3.75), "WEBP": (45, 15.4), "HEIF": (62, 7.0)}


def test_it_works():
    assert len(PARTS) == 15
    assert len(MEMORY) == 4


@pytest.mark.parametrize("row", PARTS, ids=lambda row: row[0])
def test_amount_times_price(row):
    assert float(row[3]) == pytest.approx(float(row[1].split()[0]) * float(row[2]), abs=0.0051)


def test_the_sum():
    (total,) = re.findall(r"\*\*together\*\* \| \| \| \*\*([\d.]+)\*\*", TEXT)
    assert float(total) == pytest.approx(sum(float(row[3]) for row in PARTS), abs=0.001)


def test_alarms_are_as_many_as_there_are():
    fixed = len(re.findall(r"means = ", blocks("monitoring", "locals")["alarms"])) - 3  # three are for each function
    assert f"alarms, {fixed + 3 * 2} and 2 of the scaling policy" in TEXT


def test_each_picture():
    functions = 10_000 * 2 * 592 / 1024 * 5 * 0.0000166667
    gemini = 10_000 * (cost("gemini-3.5-flash-lite", 1220, 60) or 0)
    assert f"at 0.0000166667 | {functions:.2f} |" in TEXT
    assert f"for a million | {gemini:.2f} |" in TEXT


def fits(format: str) -> str:
    """The megapixels, in whole ones and up to the site's limit, up to which every picture fits."""
    (base, each), limit = FORMATS[format], aws.limits().memory // MIB
    return f"{max(megapixels for megapixels in range(101) if base + each * megapixels <= limit)} MP"


@pytest.mark.parametrize("memory", MEMORY)
def test_what_fits_into_the_memory(memory, monkeypatch):
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory)
    assert [fits(format) for format in FORMATS] == MEMORY[memory]
