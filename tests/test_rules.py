"""Who may import whom: config -> gallery -> processors, and what stays alone."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"config", "gallery", "processors"}
MAY = {
    "site/config": {"config", "gallery"},
    "site/gallery": {"gallery", "processors"},
    "processors": {"processors"},
    "deploy": {"gallery"},  # gunicorn.conf.py starts the pool of one machine
}
FILES = [(folder, path) for folder in MAY for path in sorted((ROOT / folder).rglob("*.py"))]


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_it_works():
    assert len(FILES) > 30
    assert "processors.records.Claim" not in imports(ROOT / "processors" / "events.py")


@pytest.mark.parametrize(("folder", "path"), FILES, ids=lambda value: str(value).removeprefix(str(ROOT)))
def test_rooms(folder, path):
    assert {name.split(".")[0] for name in imports(path)} & OURS <= MAY[folder]


def test_processors_know_no_django():
    for path in (ROOT / "processors").rglob("*.py"):
        assert not [name for name in imports(path) if name.startswith("django")], path


def test_events_imports_nothing_of_ours():
    assert not [name for name in imports(ROOT / "processors/events.py") if name.startswith("processors")]


def test_boto3_and_pymysql_stay_in_aws():
    for path in (ROOT / "processors").rglob("*.py"):
        heavy = {"boto3", "botocore", "pymysql", "aws_lambda_powertools"} & {n.split(".")[0] for n in imports(path)}
        assert not heavy or path.name == "aws.py", path


def test_benchmarks_and_what_they_measure_against_stay_out():
    for _, path in FILES:
        assert not {"benchmarks", "flask", "pyvips"} & {name.split(".")[0] for name in imports(path)}, path


def test_site_is_no_package():
    assert not (ROOT / "site" / "__init__.py").exists()
