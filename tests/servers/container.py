"""A Lambda container: a process that imports a handler once and gives it one event after the other, with an
environment of its own, as Lambda does. What it prints goes to a file, so that tests can look for secrets in it."""

import importlib
import json
import os
import select
import sys
import tempfile
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests import servers

ROOT = Path(__file__).resolve().parents[2]
MEMORY_MB = "512"


class FunctionError(Exception):
    """The handler raised, or its process died."""


class Container:
    """Called with an event, it returns what the handler returns. The process starts with the first event."""

    def __init__(self, handler: str, environment: dict[str, str]) -> None:
        """`handler`: module and function, "processors.thumbnail.handler"; nothing of our environment is passed on."""
        name = handler.split(".")[1]
        self.handler = handler
        self.environment = {
            "PATH": os.environ["PATH"],
            "TMPDIR": tempfile.gettempdir(),
            "PYTHONPATH": str(ROOT),
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": MEMORY_MB,
            **environment,
        }
        self._log_file = tempfile.NamedTemporaryFile(prefix=f"{name}-", suffix=".log")  # noqa: SIM115
        self._lock = threading.Lock()
        self._process: Any = None

    def __call__(self, event: Any, seconds: float = 60.0) -> Any:
        """The handler's answer to `event`; FunctionError with the exception's name and text if it raised."""
        with self._lock:
            self.start()
            self._events.write(json.dumps(event) + "\n")
            self._events.flush()
            answer = self._answer(seconds)
        if "error" in answer:
            raise FunctionError(answer["error"])
        return answer["result"]

    def start(self) -> None:
        """Begin the process before its first event: the kernel ends it together with the thread that began it."""
        if self._process is None:
            self._start()

    @property
    def log(self) -> str:
        """All that it has printed so far."""
        return Path(self._log_file.name).read_text()

    def stop(self) -> None:
        """End the process, as when Lambda lets go of a container; the next event is a cold start."""
        if self._process is not None:
            servers.stop(self._process)
            self._events.close()
            self._answers.close()
            self._process = None

    def kill(self) -> None:
        """As Lambda does to one that takes too much; whoever waits for an answer hears that the process died."""
        self._process.kill()

    def close(self) -> None:
        self.stop()
        self._log_file.close()

    def _start(self) -> None:
        events, self_events = os.pipe()
        self_answers, answers = os.pipe()
        command = [sys.executable, "-m", __name__, self.handler, str(events), str(answers)]
        self._process = servers.launch(
            command, cwd=ROOT, env=self.environment, stdout=self._log_file, stderr=self._log_file,
            pass_fds=(events, answers),
        )  # fmt: skip
        os.close(events)
        os.close(answers)
        self._events, self._answers = os.fdopen(self_events, "w"), os.fdopen(self_answers)

    def _answer(self, seconds: float) -> Any:
        ready, _, _ = select.select([self._answers], [], [], seconds)
        line = self._answers.readline() if ready else ""
        if not line:
            self.stop()
            raise FunctionError("the process died" if ready else "the time was over")
        return json.loads(line)


def main(name: str, events: int, answers: int) -> None:
    """The inside: import the handler, then answer events until there are no more."""
    module, _, function = name.rpartition(".")
    handler = getattr(importlib.import_module(module), function)
    context = SimpleNamespace(
        function_name=os.environ["AWS_LAMBDA_FUNCTION_NAME"], memory_limit_in_mb=int(MEMORY_MB),
        invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:any", aws_request_id="request-1",
        get_remaining_time_in_millis=lambda: 150_000,
    )  # fmt: skip
    with os.fdopen(events) as source, os.fdopen(answers, "w") as out:
        for line in source:
            try:
                answer = {"result": handler(json.loads(line), context)}
            except Exception as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), file=out, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
