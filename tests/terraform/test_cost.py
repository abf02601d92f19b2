"""docs/cost.md: its arithmetic, its amounts as Terraform and the code have them, and what fits into a function."""

import io
import re
from pathlib import Path
from typing import Any

import pytest

from processors.aws import environment
from processors.captioning.gemini import DEFAULT_MODEL
from processors.captioning.prices import USD_PER_MILLION, cost
from processors.images.sandbox import visit
from processors.thumbnail import WANTS
from tests.pictures import encoded, heic_grid, quadrants
from tests.terraform.hcl import blocks

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "cost.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| ")]
PARTS = {row[0].rstrip(" *"): row[1:] for row in ROWS if len(row) == 4 and re.match(r"\d", row[1])}
CHOICES = {row[1]: float(row[2]) for row in ROWS if len(row) == 3 and re.match(r"[\d.]+$", row[2])}
MEMORY = {row[0]: row[1:] for row in ROWS if len(row) == 5 and row[0].isdigit()}
DEFAULTS = {name: body.get("default") for name, body in blocks("", "variable").items()}
FORMATS = ["JPEG", "PNG", "WEBP", "HEIC"]  # the columns of `MEMORY`
HOURS = 730
TILE = 512 * 512  # pixels of `heic_grid`'s


def amount(part: str) -> float:
    return float(PARTS[part][0].split()[0])


def price(part: str) -> float:
    return float(PARTS[part][1])


def month(part: str) -> float:
    return float(PARTS[part][2])


def test_it_works():
    assert len(PARTS) == 15
    assert len(CHOICES) == 6
    assert len(MEMORY) == 4


@pytest.mark.parametrize("part", PARTS)
def test_amount_times_price(part):
    assert month(part) == pytest.approx(amount(part) * price(part), abs=0.0051)


def test_the_sum():
    (total,) = re.findall(r"\*\*together\*\* \| \| \| \*\*([\d.]+)\*\*", TEXT)
    assert float(total) == pytest.approx(sum(map(month, PARTS)), abs=0.001)
    deploy = " ".join((DOCS / "deploy.md").read_text().split())
    assert f"about {float(total):.0f} USD a month" in deploy
    assert f"about {float(total) / HOURS:.2f} USD an hour" in deploy


def test_types_are_terraforms():
    assert f"one web instance, {DEFAULTS['instance_type']}" in PARTS
    assert f"database, {DEFAULTS['database_instance_class']}" in PARTS
    assert (DEFAULTS["web_capacity"]["min"], DEFAULTS["nat_gateways"]) == (1, "single")


def test_amounts_are_terraforms():
    """Disks, addresses, secrets (one is RDS's own) and alarms, three of them for each function."""
    (disk,) = blocks("web", "resource aws_launch_template")["web"]["block_device_mappings"][0]["ebs"]
    assert amount("the instance's disk") == disk["volume_size"]
    assert amount("the database's disk") == blocks("database", "resource aws_db_instance")["this"]["allocated_storage"]
    assert amount("load balancer, two public addresses") == HOURS * len(DEFAULTS["availability_zones"])
    assert amount("secrets") == len(blocks("secrets", "resource aws_secretsmanager_secret")) + 1
    fixed = len(re.findall(r"means = ", blocks("monitoring", "locals")["alarms"])) - 3
    alarms = fixed + 3 * len(functions())
    assert f"alarms, {alarms} and 2 of the scaling policy" in PARTS
    assert amount(f"alarms, {alarms} and 2 of the scaling policy") == alarms + 2


def test_choices():
    """What they add follows from the parts above; the price of the bastion's type is in no other row."""
    instance = month(f"one web instance, {DEFAULTS['instance_type']}")
    database = month(f"database, {DEFAULTS['database_instance_class']}")
    assert CHOICES['`nat_gateways = "per_zone"`'] == month("NAT gateway") + month("NAT gateway, public address")
    assert CHOICES["by load, up to `web_capacity.max`"] == pytest.approx(
        instance + month("the instance's disk") + month("the instance's metrics, by the minute")
    )
    assert CHOICES["`database_multi_az`"] == pytest.approx(database + month("the database's disk"))
    assert f"({CHOICES['`admin_cidrs`']} USD a month)" in (DOCS / "deploy.md").read_text()
    assert f"({database} USD a month each)" in (DOCS / "deploy.md").read_text()


def functions() -> list[dict[str, Any]]:
    return [body for body in blocks("", "module").values() if body["source"] == "./modules/processor"]


def memory(function: dict[str, Any]) -> int:
    named = function["memory_mb"]
    return int(named if isinstance(named, int) else DEFAULTS["thumbnail_memory_mb"])


def test_each_picture_in_lambda():
    said = re.search(
        r"Lambda: two functions, (\d+) MB, (\d+) s each: ([\d,]+) GB-seconds at ([\d.]+) \| ([\d.]+)", TEXT
    )
    assert said
    assert {memory(function) for function in functions()} == {int(said[1])}
    seconds = sum(10_000 * int(said[2]) * memory(function) / 1024 for function in functions())
    assert (len(functions()), int(seconds)) == (2, int(said[3].replace(",", "")))
    assert float(said[5]) == round(seconds * float(said[4]), 2)


def test_each_picture_at_gemini():
    said = re.search(
        r"\| Gemini (.+): ([\d,]+) tokens in at ([\d.]+), (\d+) out at ([\d.]+) for a million \| ([\d.]+)", TEXT
    )
    assert said
    assert said[1].lower().replace(" ", "-") == DEFAULT_MODEL.removeprefix("gemini-")
    assert [float(said[3]), float(said[5])] == [float(each) for each in USD_PER_MILLION[DEFAULT_MODEL]]
    assert float(said[6]) == round(
        10_000 * float(cost(DEFAULT_MODEL, int(said[2].replace(",", "")), int(said[4])) or 0), 2
    )


def picture(format: str, megapixels: int) -> bytes:
    if format == "HEIC":
        columns = int((megapixels * 1e6 / TILE * 4 / 3) ** 0.5)
        return heic_grid(columns, int(megapixels * 1e6 / TILE) // columns)
    sides = int((megapixels * 1e6 * 4 / 3) ** 0.5), int((megapixels * 1e6 * 3 / 4) ** 0.5)
    return encoded(quadrants(*sides), format, **({"method": 0} if format == "WEBP" else {}))


@pytest.mark.parametrize("megabytes", MEMORY)
@pytest.mark.parametrize("format", FORMATS)
def test_what_fits_into_the_memory(format, megabytes, monkeypatch):
    """Decoded as the function of this memory does it; Refused where it does not fit."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", megabytes)
    body = picture(format, int(MEMORY[megabytes][FORMATS.index(format)].removesuffix(" MP")))
    assert visit(io.BytesIO(body), environment.limits(), WANTS).thumbnail
