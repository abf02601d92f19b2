"""Who may import whom: config -> gallery -> processors, the storeys within gallery, no circle anywhere, and what stays
alone. Imports within functions count, too: they can hide a circle."""

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("config", "gallery", "processors")
MAY = {
    "site/config": {"config", "gallery", "processors"},
    "site/gallery": {"gallery", "processors"},
    "processors": {"processors"},
    "deploy": {"deploy"},
}
# Of gallery, from the ground up; what is not named is on the storey of presentation.
STOREYS = (
    ("models", "fields"),
    ("presentation",),
    ("work", "review"),
    ("uploads",),
    ("views", "admin", "middleware", "urls"),
    ("management",),
)
FILES = [(folder, path) for folder in MAY for path in sorted((ROOT / folder).rglob("*.py"))]
HEAVY = {"boto3", "botocore", "pymysql", "aws_lambda_powertools"}


def imports(source: str) -> set[str]:
    """The modules and names that a source imports, wherever it does."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def tops(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


def storey(name: str) -> int:
    """Of a module of gallery, such as "gallery.work.queue"."""
    room = name.split(".")[1]
    return next((number for number, rooms in enumerate(STOREYS) if room in rooms), 1)


def too_high(name: str, imported: set[str]) -> set[str]:
    """What a module of gallery imports from a storey above its own."""
    return {each for each in imported if each.startswith("gallery.") and storey(each) > storey(name)}


def modules() -> dict[str, set[str]]:
    """Every module of ours, with the modules of ours that it imports."""
    found = {}
    for folder in ("site/config", "site/gallery", "processors"):
        for path in (ROOT / folder).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removeprefix("site.")
            found[name.removesuffix(".__init__")] = imports(path.read_text())
    return {name: {each for each in imported if each in found} for name, imported in found.items()}


def circle(graph: dict[str, set[str]]) -> list[str]:
    """The modules of a circle, if there is one. A package imports its own modules, and they it."""
    own = {
        name: {each for each in imported if not f"{name}.".startswith(f"{each}.")} for name, imported in graph.items()
    }
    try:
        TopologicalSorter(own).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_the_rules_can_be_broken():
    code = "def later():\n    from gallery.views import image\n    import boto3.session\n"
    assert tops(imports(code)) == {"gallery", "boto3"}
    assert too_high("gallery.work.queue", imports(code)) == {"gallery.views", "gallery.views.image"}
    assert too_high("gallery.work.queue", {"gallery.uploads.accept"})
    assert not too_high("gallery.uploads.accept", {"gallery.work.queue", "gallery.models.Image"})
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})
    assert len(FILES) > 80


@pytest.mark.parametrize(("folder", "path"), FILES, ids=lambda value: str(value).removeprefix(str(ROOT)))
def test_rooms(folder, path):
    found = imports(path.read_text())
    assert tops(found) & {*OURS, "deploy"} <= MAY[folder]
    assert not tops(found) & {"benchmarks", "tests", "flask", "pyvips"}


@pytest.mark.parametrize("name", sorted(name for name in modules() if name.startswith("gallery.")))
def test_storeys(name):
    assert not too_high(name, modules()[name])


def test_there_is_no_circle():
    assert circle(modules()) == []


def test_processors_know_no_django():
    for path in (ROOT / "processors").rglob("*.py"):
        assert "django" not in tops(imports(path.read_text())), path


@pytest.mark.parametrize("name", ["sql", "alike", "records", "ledger", "events"])
def test_they_import_nothing_of_ours(name):
    """But for the calls that both SQL modules are made of, a claim, and types that only the type checker reads."""
    found = {each for each in imports((ROOT / f"processors/{name}.py").read_text()) if each.startswith("processors")}
    types = (
        "captioning",
        "captioning.Description",
        "captioning.Request",
        "captioning.Words",
        "records",
        "records.Claim",
        "records.hold",
    )
    left = {
        each
        for each in found
        if not each.startswith(
            tuple(f"processors.{name}" for name in ("sql", "prompt", "alike", "problems", "publication"))
        )
    }
    assert left <= {f"processors.{each}" for each in types}


def test_the_thumbnails_function_loads_nothing_of_captions():
    """It starts the faster for that."""
    code = "import sys, processors.thumbnail, processors.aws.environment; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "processors.job" in done.stdout
    assert "processors.captioning" not in done.stdout


def test_boto3_and_pymysql_stay_in_aws():
    for path in (ROOT / "processors").rglob("*.py"):
        assert path.parent.name == "aws" or not HEAVY & tops(imports(path.read_text())), path


def test_site_is_no_package():
    assert not (ROOT / "site" / "__init__.py").exists()
