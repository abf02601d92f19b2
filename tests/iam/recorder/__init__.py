"""What notes the calls of processes to AWS; see sitecustomize.py."""

from pathlib import Path

FOLDER = Path(__file__).parent


def environment(file: Path) -> dict[str, str]:
    """The variables that make a process, of an instance or of a function, note its calls in `file`."""
    wrapper = str(FOLDER / "wrapper")
    return {"AWS_CALLS": str(file), "PYTHONPATH": str(FOLDER), "AWS_LAMBDA_EXEC_WRAPPER": wrapper}
