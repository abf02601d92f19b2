"""Each module says what it is for, and its interface as it is in its .tf files."""

import re

import pytest

from tests.terraform.hcl import MODULES, TERRAFORM, blocks
from tests.terraform.interfaces import FOLDERS, MARK, readme, written


def test_it_works():
    assert "| `nat_gateways` | string | `single` |" in written("")
    assert "| `vpc_id` |" in written("network")


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_interface_is_up_to_date(folder):
    assert readme(folder).read_text() == written(folder), "Run `python -m tests.terraform.interfaces`."


@pytest.mark.parametrize("folder", FOLDERS)
def test_it_begins_with_what_it_is_for(folder):
    words = readme(folder).read_text().partition(MARK)[0]
    assert re.match(r"# .+\n\n[A-Z]", words)


@pytest.mark.parametrize("folder", FOLDERS)
def test_variables_and_outputs_are_described(folder):
    for kind in ("variable", "output"):
        for name, body in blocks(folder, kind).items():
            assert body["description"].endswith((".", "…")), f"{kind} {name} of {folder or 'the root'}"


def test_the_example_names_variables_of_the_root():
    names = re.findall(r"^#? ?([a-z_]+) +=", (TERRAFORM / "example.tfvars").read_text(), re.MULTILINE)
    assert len(names) > 10
    assert set(names) <= set(blocks("", "variable"))


def test_the_root_uses_every_module():
    assert {body["source"].rpartition("/")[2] for body in blocks("", "module").values()} == set(MODULES)
