"""terraform/ as data, for the tests that need no terraform: what is written there, not what it becomes."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import hcl2

TERRAFORM = Path(__file__).resolve().parents[2] / "terraform"
MODULES = sorted(path.name for path in (TERRAFORM / "modules").iterdir())


@cache
def blocks(folder: str, kind: str) -> dict[str, Any]:
    """Blocks of a kind ("variable", "resource aws_lb", "locals" …) in a module, "" for the root: label -> body."""
    kind, _, label = kind.partition(" ")
    found: dict[str, Any] = {}
    for path in sorted((TERRAFORM / "modules" / folder if folder else TERRAFORM).glob("*.tf")):
        with path.open() as file:
            for block in hcl2.load(file).get(kind, []):
                found |= _bare(block).get(label, {}) if label else _bare(block)
    return found


def names(value: Any) -> set[str]:
    """The environment variables that an HCL map, or an expression with maps in it, sets."""
    return set(value) if isinstance(value, dict) else set(re.findall(r"\b([A-Z][A-Z0-9_]+) = ", value))


def _bare(value: Any) -> Any:
    """Without the quotes and marks that the parser keeps."""
    if isinstance(value, dict):
        return {_bare(key): _bare(item) for key, item in value.items() if not str(key).startswith("__")}
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if isinstance(value, str) and re.fullmatch(r'".*"', value, re.DOTALL):
        return value[1:-1].replace('\\"', '"')
    return value
