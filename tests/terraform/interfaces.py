"""The tables of variables and outputs in terraform's READMEs, written from the .tf files:
`python -m tests.terraform.interfaces`. test_readmes.py checks that they are up to date."""

from pathlib import Path
from typing import Any

from tests.terraform.hcl import MODULES, TERRAFORM, blocks

MARK = "<!-- written by python -m tests.terraform.interfaces; what is below is overwritten -->\n"
FOLDERS = ["", *MODULES]


def readme(folder: str) -> Path:
    return (TERRAFORM / "modules" / folder if folder else TERRAFORM) / "README.md"


def written(folder: str) -> str:
    """The README as it should be: the words above the mark as they are, the interface below."""
    words = readme(folder).read_text().partition(MARK)[0]
    return words + MARK + "\n" + _variables(folder) + "\n" + _outputs(folder)


def _variables(folder: str) -> str:
    root = not folder
    lines = ["## Variables\n", "| name | type | default | meaning |" if root else "| name | type | meaning |"]
    lines.append("|---|---|---|---|" if root else "|---|---|---|")
    for name, body in blocks(folder, "variable").items():
        default = f" {_default(body['default'])} |" if root else ""
        lines.append(f"| `{name}` | {_type(body['type'])} |{default} {_cell(body['description'])} |")
    return "\n".join(lines) + "\n"


def _outputs(folder: str) -> str:
    lines = ["## Outputs\n", "| name | meaning |", "|---|---|"]
    lines += [f"| `{name}` | {_cell(body['description'])} |" for name, body in blocks(folder, "output").items()]
    return "\n".join(lines) + "\n"


def _type(text: str) -> str:
    return text.removeprefix("${").removesuffix("}") if text.startswith("${") else text


def _default(value: Any) -> str:
    if value == "":
        return '`""`'
    if isinstance(value, dict):
        value = "{" + ", ".join(f"{key} = {item}" for key, item in value.items()) + "}"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`".replace("'", '"')


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    for folder in FOLDERS:
        readme(folder).write_text(written(folder))


if __name__ == "__main__":
    main()
