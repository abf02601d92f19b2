"""The stand-in for Lambda: what a function finds there, and what becomes of one that fails."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy import python313
from tests.servers.runtime import FunctionError, Runtime

pytestmark = pytest.mark.package

Make = Callable[..., Runtime]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """A function of this source text."""
    made: list[Runtime] = []

    def make(source: str, environment: dict[str, str] | None = None, **options: float) -> Runtime:
        (tmp_path / "mine.py").write_text(source)
        made.append(Runtime(tmp_path, "mine.handler", environment or {}, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for runtime in made:
        runtime.close()


def test_it_works(make: Make) -> None:
    runtime = make("count = 0\ndef handler(event, context):\n  global count; count += 1\n  return [event, count]")
    assert [runtime.invoke({"a": 1}), runtime.invoke("b")] == [[{"a": 1}, 1], ["b", 2]]
    assert (runtime.starts, runtime.init_ms > 0, runtime.peak_mib > 5) == (1, True, True)
    runtime.stop()
    assert runtime.invoke(None) == [None, 1]


def test_environment_is_lambdas_own(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "leaked")
    runtime = make("import os\ndef handler(event, context): return dict(os.environ)", {"MINE": "1"}, memory_mb=256)
    found = runtime.invoke({})
    assert "DJANGO_SETTINGS_MODULE" not in found
    assert (found["MINE"], found["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], found["_HANDLER"]) == ("1", "256", "mine.handler")


def test_context(make: Make) -> None:
    source = "def handler(event, c): return [c.function_name, c.memory_limit_in_mb, c.get_remaining_time_in_millis()]"
    name, memory, left = make(source).invoke({}, seconds=30)
    assert (name, memory) == ("mine", "512")
    assert 25_000 < left <= 30_000


def test_only_package_and_runtime_are_on_the_path(make: Make) -> None:
    """First the package, then the runtime client; nothing of .venv or of the Python's own site-packages."""
    runtime = make("import sys\ndef handler(event, context): return sys.path, sys.version_info[:2]")
    path, version = runtime.invoke({})
    assert path[0] == str(runtime.task_root)
    assert not [each for each in path if "site-packages" in each or "dist-packages" in each]
    assert ".".join(map(str, version)) == python313.here()[1]
    runtime = make("import awslambdaric\ndef handler(event, context):\n  import django")
    with pytest.raises(FunctionError, match="No module named 'django'"):
        runtime.invoke({})


def test_package_comes_before_the_runtime(make: Make, tmp_path: Path) -> None:
    (tmp_path / "boto3.py").write_text("__version__ = 'of the package'")
    runtime = make("import boto3\ndef handler(event, context): return boto3.__version__")
    assert runtime.invoke({}) == "of the package"


def test_exception(make: Make) -> None:
    runtime = make("def handler(event, context): return {}[event]")
    for key in ("a", "b"):
        with pytest.raises(FunctionError, match=f"KeyError: '{key}'"):
            runtime.invoke(key)
    assert runtime.starts == 1


def test_import_that_fails(make: Make) -> None:
    with pytest.raises(FunctionError) as caught:
        make("import no_such_module").invoke({})
    assert caught.value.type == "Runtime.ImportModuleError"


def test_timeout(make: Make) -> None:
    runtime = make("import time\ndef handler(event, context): time.sleep(event); return 'in time'", timeout=1)
    with pytest.raises(FunctionError) as caught:
        runtime.invoke(30)
    assert caught.value.type == "Sandbox.Timedout"
    assert (runtime.invoke(0), runtime.starts) == ("in time", 2)


def test_memory(make: Make) -> None:
    """Even what is freed at once counts."""
    runtime = make("def handler(event, context): return len(b'x' * event)", memory_mb=128)
    assert runtime.invoke(1000) == 1000
    with pytest.raises(FunctionError) as caught:
        runtime.invoke(200 << 20)
    assert caught.value.type == "Runtime.OutOfMemory"


def test_process_that_ends(make: Make) -> None:
    runtime = make("import os\ndef handler(event, context): os._exit(3)")
    with pytest.raises(FunctionError, match="status 3") as caught:
        runtime.invoke({})
    assert caught.value.type == "Runtime.ExitError"
