"""Each captioner that Terraform may choose, and what Python makes of the environment that follows from it. Of
variables.tf and captioner.tf alone, which need no AWS."""

import json
import shutil
from decimal import Decimal
from typing import Any

import pytest

from deploy import package
from processors.captioning.choice import CAPTIONERS, GEMINI_MODEL, budget, choice
from tests.servers.terraform import ROOT, Terraform, TerraformError
from tests.terraform.hcl import TERRAFORM, blocks

pytestmark = pytest.mark.terraform
OUTPUTS = ("captioner_environment", "model_key", "model_server")
ROUTER = {
    "captioner": "openai", "caption_url": "https://openrouter.ai/api/v1", "caption_model": "qwen/qwen3-vl-8b:free",
    "caption_price": "0.08/0.50",
}  # fmt: skip
OWN = {"captioner": "openai", "caption_url": "http://10.0.11.7:8000/v1", "caption_model": "qwen3-vl"}
# Variables that are refused, and what is said.
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"captioner": "claude"}, "captioner must be gemini, genai, openai or offline"),
    ({"captioner": "openai"}, "needs caption_url, the address of a server"),
    ({"captioner": "openai"}, "needs caption_model, the model as its server calls it"),
    ({**ROUTER, "caption_url": "http://openrouter.ai/api/v1"}, "Plain http:// is for a private address of your VPC"),
    ({**ROUTER, "caption_url": "https://openrouter.ai:8443/v1"}, "without a port"),
    ({**ROUTER, "caption_url": "https://user:word@host.example/v1"}, "caption_url must be like"),
    ({**ROUTER, "caption_url": "http://8.8.8.8/v1"}, "Plain http:// is for a private address of your VPC"),
    ({**ROUTER, "caption_url": "http://169.254.169.254/latest"}, "Plain http:// is for a private address of your VPC"),
    ({**ROUTER, "caption_url": "http://10.0.1.999/v1"}, "four numbers up to 255"),
    ({**ROUTER, "caption_url": "http://10.0.1/v1"}, "four numbers up to 255"),
    ({**ROUTER, "caption_model": "a model"}, "a name without spaces"),
    ({**ROUTER, "caption_price": "free"}, "such as 0.30/2.50"),
    ({**ROUTER, "caption_price": "-1/2"}, "such as 0.30/2.50"),
    ({**ROUTER, "caption_price": ""}, "Nobody knows what this model costs"),
    ({"gemini_model": "gemini-99-pro"}, "Nobody knows what this model costs"),
    ({"gemini_model": "gemini 3"}, "the name of one of Google's models"),
    ({"annotation_budget_usd": -1}, "USD a month from 0 (no limit)"),
]
TAKEN = [
    {"gemini_model": "gemini-3.8-flash"},
    {"gemini_model": "gemini-99-pro", "caption_price": "1/2"},
    {"gemini_model": "gemini-99-pro", "annotation_budget_usd": 0},
    {**ROUTER, "caption_price": "", "caption_model": "gemini-3.5-flash"},
    {**ROUTER, "captioner": "offline", "caption_price": ""},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """terraform/, with what its variables look into beside it."""
    folder = tmp_path_factory.mktemp("captioner")
    for name in ("deploy", "processors"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "terraform").mkdir()
    for name in ("variables.tf", "captioner.tf"):
        shutil.copy(TERRAFORM / name, folder / "terraform")
    told = [f'output "{name}" {{\n  value = local.{name}\n}}\n' for name in OUTPUTS]
    (folder / "terraform/outputs.tf").write_text("".join(told))
    Terraform(folder / "terraform", folder).init()
    return folder


@pytest.fixture
def chosen(folder):
    """The outputs for these variables."""
    run = Terraform(folder / "terraform", folder)

    def chosen(**variables: Any) -> dict[str, Any]:
        (folder / "terraform/test.auto.tfvars.json").write_text(json.dumps(variables))
        run("apply", "-auto-approve", "-input=false", "-no-color")
        return {name: each["value"] for name, each in json.loads(run("output", "-json")).items()}

    return chosen


def test_it_works(chosen):
    """By default Gemini, and a budget that surprises nobody."""
    made = chosen()
    assert made["captioner_environment"] == {"CAPTIONER": "gemini", "ANNOTATION_BUDGET_USD": "10"}
    assert (made["model_key"], "model_server" in made) == ("gemini", False)
    assert budget(made["captioner_environment"]["ANNOTATION_BUDGET_USD"]) == 10


@pytest.mark.parametrize("captioner", ["gemini", "genai"])
def test_google(chosen, captioner):
    made = chosen(captioner=captioner, gemini_model="gemini-3.5-flash", **{"caption_url": OWN["caption_url"]})
    assert made["model_key"] == "gemini"
    found = choice(made["captioner_environment"])
    assert (found.captioner, found.model, found.url, found.free) == (captioner, "gemini-3.5-flash", "", False)
    assert choice(chosen(captioner=captioner)["captioner_environment"]).model == GEMINI_MODEL


def test_a_server_with_a_key(chosen):
    made = chosen(**ROUTER, annotation_budget_usd=7.5)
    assert (made["model_key"], "model_server" in made) == ("caption", False)
    found = choice({**made["captioner_environment"], "CAPTION_SECRET_ARN": "arn"})
    assert (found.captioner, found.url, found.model) == ("openai", ROUTER["caption_url"], ROUTER["caption_model"])
    assert (found.price.into, found.price.out, found.free) == (Decimal("0.08"), Decimal("0.50"), False)
    assert budget(made["captioner_environment"]["ANNOTATION_BUDGET_USD"]) == Decimal("7.5")


def test_a_server_in_the_vpc_has_no_key_and_costs_nothing(chosen):
    made = chosen(**OWN)
    assert (made["model_key"], made["model_server"]) == ("", ["10.0.11.7", "8000"])
    assert choice(made["captioner_environment"]).free
    assert chosen(**{**OWN, "caption_url": "http://192.168.1.9/v1"})["model_server"] == ["192.168.1.9", None]


def test_offline_needs_nothing(chosen):
    """Whatever else is set stays for the day when it is chosen again."""
    made = chosen(**{**ROUTER, "captioner": "offline"}, gemini_model="gemini-3.5-flash")
    assert (made["model_key"], made["captioner_environment"]) == (
        "",
        {"CAPTIONER": "offline", "ANNOTATION_BUDGET_USD": "10"},
    )


def test_terraform_and_python_know_the_same_captioners():
    (check,) = blocks("", "variable")["captioner"]["validation"]
    known = check["condition"].split("[")[1].split("]")[0].replace('"', "").split(", ")
    assert known == list(CAPTIONERS) == list(package.CAPTIONERS)


@pytest.mark.parametrize(("variables", "words"), REFUSED)
def test_what_is_refused(chosen, variables, words):
    with pytest.raises(TerraformError) as refused:
        chosen(**variables)
    assert words in " ".join(str(refused.value).replace("│", " ").split())


@pytest.mark.parametrize("variables", TAKEN)
def test_what_is_taken(chosen, variables):
    assert chosen(**variables)["captioner_environment"]["ANNOTATION_BUDGET_USD"] == str(
        variables.get("annotation_budget_usd", 10)
    )
