"""Every place that names the captioners names the same ones."""

import re

from deploy import package
from processors.aws import environment
from processors.captioning import choice

ROOT = package.ROOT
WITH_CLIENT = set(choice.CAPTIONERS) - {"offline"}


def test_it_works():
    assert package.CAPTIONERS == choice.CAPTIONERS


def test_terraform_takes_the_same():
    text = (ROOT / "terraform" / "variables.tf").read_text()
    (names,) = re.findall(r"contains\(\[([^]]*)\], var\.captioner\)", text)
    assert tuple(re.findall(r'"(\w+)"', names)) == choice.CAPTIONERS


def test_each_has_a_list_of_what_it_needs():
    lists = {path.stem.removeprefix("captioner-") for path in (ROOT / "requirements").glob("captioner-*.in")}
    assert lists == WITH_CLIENT
    assert all(f"captioner-{name} " in (ROOT / "Makefile").read_text() for name in WITH_CLIENT)


def test_each_has_its_key_and_its_memory():
    assert set(environment.SECRETS) == WITH_CLIENT
    assert set(environment.CAPTIONER_MIB) == {"", *choice.CAPTIONERS}


def test_a_function_keeps_memory_for_its_captioner(monkeypatch):
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
    left = {}
    for name in ("", "offline", "gemini"):
        monkeypatch.setenv("CAPTIONER", name)
        left[name] = environment.limits().memory / 2**20
    assert left[""] == 256 - environment.HANDLER_MIB
    assert left[""] - left["gemini"] == environment.CAPTIONER_MIB["gemini"]
    assert left[""] > left["offline"] > left["gemini"]
