"""deploy/prices.toml, the captioners' prices, and docs/cost.md, which is written from both: the amounts are those of
Terraform and the code. And what fits into a function of which memory."""

import io
import re
from pathlib import Path
from typing import Any

import pytest

from deploy import cost as costs
from processors.aws import environment
from processors.captioning import choice, instructions, prices
from processors.images.sandbox import visit
from processors.prompt import Prompt
from processors.thumbnail import WANTS
from tests.pictures import encoded, heic_grid, quadrants
from tests.terraform.hcl import blocks

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "cost.md").read_text()
PRICES = costs.read()
PARTS = {part["name"]: part for part in PRICES["parts"]}
CHOICES = {choice["variable"]: costs.added(choice, PRICES) for choice in PRICES["choices"]}
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| ")]
MEMORY = {row[0]: row[1:] for row in ROWS if len(row) == 5 and row[0].isdigit()}
DEFAULTS = {name: body.get("default") for name, body in blocks("", "variable").items()}
FORMATS = ["JPEG", "PNG", "WEBP", "HEIC"]  # the columns of `MEMORY`
HOURS = 730
TILE = 512 * 512  # pixels of `heic_grid`'s


def amount(part: str) -> float:
    return float(PARTS[part]["amount"])


def month(part: str) -> float:
    return costs.month(PARTS[part], PRICES)


def test_it_works():
    assert len(PARTS) == len(PRICES["parts"]) > 15
    assert len(MEMORY) == 4
    assert month("load balancer") == 16.43  # 16.425
    assert set(PRICES["unsure"]) <= set(PRICES["usd"])


def test_the_page_is_up_to_date():
    assert costs.written(TEXT, PRICES) == TEXT, "Run `python -m deploy.cost --write`."
    assert len(costs.TABLE.findall(TEXT)) == 4


def test_a_price_that_changes_changes_the_page():
    dearer = {**PRICES, "usd": {**PRICES["usd"], "nat_hour": 1.0}}
    assert "| NAT gateway | 730 h | 1.00 | 730.00 |" in costs.written(TEXT, dearer)
    assert costs.total(dearer) > costs.total(PRICES) + 690


def test_every_price_is_used():
    used = {part["price"] for part in PRICES["parts"]} | {name for each in PRICES["choices"] for name in each["of"]}
    assert set(PRICES["usd"]) - used == {"lambda_gb_second"}


def test_the_sum():
    total = costs.total(PRICES)
    assert total == pytest.approx(sum(map(month, PARTS)), abs=0.001)
    assert f"{total:8.2f}  USD a month together, {total / HOURS:.2f} an hour" in costs.summary(PRICES)
    deploy = " ".join((DOCS / "deploy.md").read_text().split())
    assert f"about {total:.0f} USD a month" in deploy
    assert f"about {total / HOURS:.2f} USD an hour" in deploy


def test_types_are_terraforms():
    assert f"one web instance, {DEFAULTS['instance_type']}" in PARTS
    assert f"database, {DEFAULTS['database_instance_class']}" in PARTS
    assert (DEFAULTS["web_capacity"]["min"], DEFAULTS["nat_gateways"]) == (1, "single")
    assert DEFAULTS["access_logs"]


def test_amounts_are_terraforms():
    """Disks, addresses, secrets (one is RDS's own), queues that are asked, and alarms."""
    (disk,) = blocks("web", "resource aws_launch_template")["web"]["block_device_mappings"][0]["ebs"]
    assert amount("the instance's disk") == disk["volume_size"]
    assert amount("the database's disk") == blocks("database", "resource aws_db_instance")["this"]["allocated_storage"]
    assert amount("load balancer, two public addresses") == HOURS * (len(DEFAULTS["availability_zones"]) or 2)
    assert amount("secrets") == len(blocks("secrets", "resource aws_secretsmanager_secret")) + 1
    assert amount("alarms, two of them the scaling policy's") == alarms() + 2


def alarms() -> int:
    """Each entry of the map, and those that are there for each function as often as there are functions."""
    written = blocks("monitoring", "locals")["alarms"]
    repeated = len(re.findall(r"for \w+, \w+ in var\.", written))
    return len(re.findall(r"means += ", written)) - repeated + repeated * len(functions())


def test_how_often_queues_are_asked():
    """Lambda asks a queue by five long polls at a time, also an empty one where maximum_concurrency is set:
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    asked = len(functions()) * 5 * (HOURS * 3600 / 20) / 1e6
    assert amount("queues: Lambda asks two of them all the time") == pytest.approx(asked, abs=0.005)


def test_choices():
    """What they add follows from the parts."""
    instance = month(f"one web instance, {DEFAULTS['instance_type']}")
    database = month(f"database, {DEFAULTS['database_instance_class']}")
    assert CHOICES['`nat_gateways = "per_zone"`'] == month("NAT gateway") + month("NAT gateway, public address")
    assert CHOICES["by load, up to `web_capacity.max`"] == pytest.approx(
        instance + month("the instance's disk") + month("the instance's metrics, by the minute")
    )
    assert CHOICES["`database_multi_az`"] == pytest.approx(database + month("the database's disk"))
    assert f"({CHOICES['`admin_cidrs`']} USD a month)" in (DOCS / "deploy.md").read_text()
    assert f"({database} USD a month each)" in (DOCS / "deploy.md").read_text()


def test_what_takes_the_place_of_nat():
    """The endpoints that the variable's own check asks for."""
    (check,) = [each for each in blocks("", "variable")["nat_gateways"]["validation"] if "none" in each["condition"]]
    needed = re.search(r"\[(.+?)\]", check["condition"])[1].split(",")
    price = len(needed) * CHOICES["`interface_endpoints`"]
    nat = sum(month(part) for part in PARTS if part.startswith("NAT gateway"))
    assert f"the {len(needed)} endpoints that are needed then cost three times as much" in TEXT
    assert price / nat == pytest.approx(3, abs=0.25)


def functions() -> list[dict[str, Any]]:
    return [body for body in blocks("", "module").values() if body["source"] == "./modules/processor"]


def memory(function: dict[str, Any]) -> int:
    named = function["memory_mb"]
    return int(named if isinstance(named, int) else DEFAULTS["thumbnail_memory_mb"])


def test_each_picture_in_lambda():
    pictures = PRICES["pictures"]
    assert {memory(function) for function in functions()} == {pictures["memory_mb"]}
    assert pictures["functions"] == len(functions())
    seconds = sum(pictures["number"] * pictures["seconds"] * memory(function) / 1024 for function in functions())
    assert costs.gigabyte_seconds(pictures) == seconds


def test_each_picture_at_the_models():
    """By the one file of prices, at the price of a date."""
    assert PRICES["models"] == prices.rows()
    pictures, price = PRICES["pictures"], prices.price(choice.GEMINI_MODEL, PRICES["date"])
    one = price.cost(price.image_tokens + pictures["prompt_tokens"], pictures["tokens_out"])
    assert f"| {choice.GEMINI_MODEL}: 1,380 tokens in at 0.30, 110 out at 2.50 for a million | " in TEXT
    assert f" | {one * pictures['number']:.2f} |" in TEXT
    assert "| gemini-3.8-flash from 2027-01-01 on: " in TEXT


def test_a_model_that_gets_dearer_changes_the_page():
    dearer = [{**row, "out": "99"} for row in PRICES["models"]]
    assert "110 out at 99 for a million" in costs.written(TEXT, {**PRICES, "models": dearer})


def test_the_prompt_is_as_long_as_it_is_said():
    """About four characters are one token."""
    asked = instructions.longest(Prompt(), ("en",))
    tokens = len(f"{asked.instructions}{asked.schema}") / 4
    assert PRICES["pictures"]["prompt_tokens"] == pytest.approx(tokens, rel=0.2)


def test_the_default_budget_is_enough_for_what_is_said():
    (default,) = [row for row in PRICES["models"] if row["model"] == choice.GEMINI_MODEL]
    pictures = PRICES["pictures"]
    enough = DEFAULTS["annotation_budget_usd"] / costs.captions(default, pictures) * pictures["number"]
    assert f"some {enough // 1000 * 1000:,.0f} pictures" in " ".join((DOCS / "deploy.md").read_text().split())


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
