"""AWS Lambda for one function: its package runs by AWS's own runtime client (awslambdaric) in a process whose
environment holds only what Lambda sets. Unlike `container`, nothing of this repository and of .venv is on its path.

Not as on Lambda: the CPU is not cut down to the function's memory, initialisation has no limit of 10 s, the package
lies in a folder of its own instead of /var/task, and memory is watched, not fenced: every few milliseconds the peak
of the resident memory (VmHWM, which misses no spike) is read, and the process is killed when it is above the limit."""

import os
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from queue import Empty
from typing import Any

from deploy import python313
from tests import servers
from tests.servers.runtime_api import RuntimeApi
from tests.servers.runtime_folder import runtime_folder

POLL_SECONDS = 0.005
REGION = "us-east-1"


class FunctionError(Exception):
    """What Lambda reports instead of a result. `type`: the exception's name, or Sandbox.Timedout,
    Runtime.OutOfMemory, Runtime.ExitError."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.type = kind


class Runtime:
    """One function. The process starts with the first event, stays for the next ones, and is started anew after it
    died, as Lambda does. `init_ms`: from the start to the first request for an event. `peak_mib`: the most resident
    memory of all processes so far. `duration_ms`: the last invocation. `starts`: how many processes."""

    def __init__(
        self, package: Path, handler: str, environment: dict[str, str], memory_mb: int = 512, timeout: float = 150.0
    ) -> None:
        """`package`: the zip, or the folder it was unzipped into. `handler`: "processors.thumbnail.handler".
        `environment`: what Terraform sets. `timeout` in seconds."""
        self.handler, self.memory_mb, self.timeout = handler, memory_mb, timeout
        self.name = handler.split(".")[-2]
        self.init_ms = self.duration_ms = self.peak_mib = 0.0
        self.starts = 0
        self._folder = tempfile.TemporaryDirectory(prefix=f"{self.name}-")
        self.task_root = package if package.is_dir() else self._unzip(package)
        self._environment = environment
        self._log_file = tempfile.NamedTemporaryFile(prefix=f"{self.name}-", suffix=".log")  # noqa: SIM115
        self._lock = threading.Lock()
        self._process: Any = None

    def invoke(self, event: Any, seconds: float | None = None) -> Any:
        """The handler's answer; FunctionError if it raised, died, or took longer than `seconds` (the timeout)."""
        with self._lock:
            if self._process is None:
                self._start()
            began = time.monotonic()
            self._api.send(event, seconds or self.timeout)
            try:
                return self._answer("response", seconds or self.timeout)
            finally:
                self.duration_ms = (time.monotonic() - began) * 1000

    __call__ = invoke

    @property
    def log(self) -> str:
        """All that it has printed so far."""
        return Path(self._log_file.name).read_text()

    def stop(self) -> None:
        """End the process, as when Lambda lets go of it; the next event is a cold start."""
        if self._process is not None:
            self._watch()
            servers.stop(self._process)
            self._api.stop()
            self._process = None

    def close(self) -> None:
        self.stop()
        self._log_file.close()
        self._folder.cleanup()

    def _unzip(self, package: Path) -> Path:
        with zipfile.ZipFile(package) as source:
            source.extractall(self._folder.name)
        return Path(self._folder.name)

    def _start(self) -> None:
        self._api = RuntimeApi(f"arn:aws:lambda:{REGION}:123456789012:function:{self.name}")
        self.starts += 1
        variables = self._variables()
        began = time.monotonic()
        wrapper = [variables["AWS_LAMBDA_EXEC_WRAPPER"]] if "AWS_LAMBDA_EXEC_WRAPPER" in variables else []
        # -S: no site-packages of whichever Python this is
        self._process = servers.launch(
            [*wrapper, python313.here()[0], "-S", "-m", "awslambdaric", self.handler],
            cwd=self.task_root, env=variables, stdout=self._log_file, stderr=self._log_file,
        )  # fmt: skip
        self._answer("ready", self.timeout)
        self.init_ms = (time.monotonic() - began) * 1000

    def _variables(self) -> dict[str, str]:
        """Lambda developer guide, "Defined runtime environment variables"; Terraform's may not replace them."""
        runtime = str(runtime_folder())
        return {
            "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_SESSION_TOKEN": "testing",
            **self._environment,
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "en_US.UTF-8", "TZ": ":UTC",
            "TMPDIR": tempfile.gettempdir(),  # of this run of the tests; on Lambda each function has /tmp to itself
            "PYTHONPATH": f"{self.task_root}{os.pathsep}{runtime}", "PYTHONDONTWRITEBYTECODE": "1",  # /var/task is
            "LAMBDA_TASK_ROOT": str(self.task_root), "LAMBDA_RUNTIME_DIR": runtime,                  # read-only
            "_HANDLER": self.handler, "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13", "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
            "AWS_LAMBDA_FUNCTION_NAME": self.name, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory_mb),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{self.name}", "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
        }  # fmt: skip

    def _answer(self, wanted: str, seconds: float) -> Any:
        end = time.monotonic() + seconds
        while True:
            try:
                kind, content = self._api.answers.get(timeout=POLL_SECONDS)
            except Empty:
                self._check(end, seconds)
                continue
            self._check_memory()
            if kind == wanted:
                return content
            if kind == "init-error":
                self.stop()
            if kind != "ready":
                raise FunctionError(content["errorType"], content["errorMessage"])

    def _check(self, end: float, seconds: float) -> None:
        """FunctionError where the process is over, over its memory or over its time; it is gone then."""
        self._check_memory()
        if self._process.poll() is not None and self._api.answers.empty():
            self._give_up("Runtime.ExitError", f"Runtime exited with status {self._process.returncode}")
        if time.monotonic() > end:
            self._give_up("Sandbox.Timedout", f"Task timed out after {seconds:.2f} seconds")

    def _check_memory(self) -> None:
        if (peak := self._watch()) > self.memory_mb:
            self._give_up("Runtime.OutOfMemory", f"It took {peak:.0f} MiB of {self.memory_mb}")

    def _give_up(self, kind: str, message: str) -> None:
        self._process.kill()
        self.stop()
        raise FunctionError(kind, message)

    def _watch(self) -> float:
        """The peak of this process's resident memory in MiB; 0 when it is gone."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            return 0.0
        peak = next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)
        self.peak_mib = max(self.peak_mib, peak)
        return peak
