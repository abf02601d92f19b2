"""What an operator has chosen for Terraform's variables: the lines of terraform.tfvars, else the defaults of
variables.tf. Only text, and only what is written there: no expression is evaluated."""

import re

from deploy import terraform

VALUE = r'("[^"\n]*"|\[[^\]]*\]|\{[^}]*\}|[^\s#]+)'


def choice(name: str) -> str:
    """The variable's value as text, without quotes; lists and maps as written. KeyError where there is none."""
    own = terraform.FOLDER / "terraform.tfvars"
    found = re.search(rf"^{name}\s*=\s*{VALUE}", own.read_text(), re.MULTILINE) if own.exists() else None
    if not found:
        declared = re.search(rf'^variable "{name}" {{\n(.*?)^}}', _variables(), re.MULTILINE | re.DOTALL)
        found = declared and re.search(rf"^  default\s*=\s*{VALUE}", declared[1], re.MULTILINE)
    if not found:
        raise KeyError(name)
    return found[1].strip('"')


def number(name: str) -> int:
    """A number; of a map's, the one that follows `max`."""
    text = choice(name)
    return int(text if text.isdigit() else re.search(r"\bmax\s*=\s*(\d+)", text)[1])  # type: ignore[index]


def texts(name: str) -> list[str]:
    """The texts in a list."""
    return re.findall(r'"([^"]+)"', choice(name))


def _variables() -> str:
    return (terraform.FOLDER / "variables.tf").read_text()
