"""Variables as an operator has set them, else their defaults."""

import pytest

from deploy import choices, terraform
from tests.terraform.hcl import blocks


def write(folder, monkeypatch, text):
    monkeypatch.setattr(terraform, "FOLDER", folder)
    (folder / "variables.tf").write_text(
        'variable "a" {\n  type    = string\n  default = "of a"\n}\n\n'
        'variable "b" {\n  type = string\n}\n\nvariable "c" {\n  default = { min = 1, max = 3 }\n}\n'
    )
    (folder / "terraform.tfvars").write_text(text)


def test_what_is_not_set_has_its_default(tmp_path, monkeypatch):
    write(tmp_path, monkeypatch, "# a = 1\n")
    assert (choices.choice("a"), choices.number("c")) == ("of a", 3)
    with pytest.raises(KeyError):
        choices.choice("b")


def test_what_is_set_comes_first(tmp_path, monkeypatch):
    lines = 'a   = "mine" # a comment\nb=17\nc = {\n  min = 2\n  max = 9\n}\nd = [\n  "x", # first\n  "y",\n]\n'
    write(tmp_path, monkeypatch, lines)
    assert (choices.choice("a"), choices.number("b"), choices.number("c")) == ("mine", 17, 9)
    assert choices.texts("d") == ["x", "y"]


def test_without_a_file_of_choices(tmp_path, monkeypatch):
    write(tmp_path, monkeypatch, "")
    (tmp_path / "terraform.tfvars").unlink()
    assert choices.choice("a") == "of a"


@pytest.mark.parametrize("name", ["region", "instance_type", "nat_gateways"])
def test_the_defaults_are_terraform_s(name, tmp_path, monkeypatch):
    """Read by this reader and by a real one."""
    (tmp_path / "variables.tf").write_text((terraform.FOLDER / "variables.tf").read_text())
    monkeypatch.setattr(terraform, "FOLDER", tmp_path)
    assert choices.choice(name) == blocks("", "variable")[name]["default"]


def test_preflight_finds_all_that_it_asks_for(tmp_path, monkeypatch):
    """In the real variables.tf, without a file of choices."""
    (tmp_path / "variables.tf").write_text((terraform.FOLDER / "variables.tf").read_text())
    monkeypatch.setattr(terraform, "FOLDER", tmp_path)
    defaults = blocks("", "variable")
    assert choices.number("web_capacity") == defaults["web_capacity"]["default"]["max"]
    assert choices.number("function_concurrency") == defaults["function_concurrency"]["default"]
    assert (choices.texts("availability_zones"), choices.texts("admin_cidrs")) == ([], [])
