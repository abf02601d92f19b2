"""Web instances: app.zip unpacked for each, the environment that Terraform's user data writes, nginx, gunicorn and
the worker in a virtual environment that is built from the zip alone. Each is three processes with a port of their own
instead of a machine."""

import base64
import hashlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

from deploy import python313
from tests.servers import launch, stop
from tests.servers.proxy import Proxy

ROOT = Path(__file__).resolve().parents[2]
APP, VAR = "/var/www/app", "/var/lib/image_app"  # where they lie on a real instance


def virtualenv(app_zip: Path) -> Path:
    """The bin folder of an environment with exactly what lies in the zip's wheelhouse, compiled where it must be; kept
    below build/ for as long as the wheelhouse stays the same. Nothing is downloaded."""
    with zipfile.ZipFile(app_zip) as source:
        names = sorted(name for name in source.namelist() if name.startswith("wheelhouse/") and name[-1] != "/")
        python, _ = python313.here()
        digest = hashlib.sha256(python.encode() + b"".join(source.read(name) for name in names)).hexdigest()[:16]
        folder = ROOT / "build" / f"instance-{digest}"
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            with tempfile.TemporaryDirectory() as wheelhouse:
                source.extractall(wheelhouse, names)
                _install(python, folder, Path(wheelhouse) / "wheelhouse")
            (folder / "ready").touch()
    return folder / "bin"


def _install(python: str, folder: Path, wheelhouse: Path) -> None:
    """As deploy/user_data.sh does it on an instance."""
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    command = [str(folder / "bin/pip"), "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"]
    command += ["--require-hashes", "--find-links", str(wheelhouse), "-r", str(wheelhouse / "requirements.txt")]
    subprocess.run(command, check=True)


def environment_of(user_data: str) -> dict[str, str]:
    """What the script writes to /etc/image_app.env; `user_data` as the launch template has it, base64."""
    script = base64.b64decode(user_data).decode()
    found = re.search(r"image_app\.env\n.*<<'SETTINGS'\n(.*?)\nSETTINGS\n", script, re.DOTALL)
    if not found:
        raise ValueError("The user data writes no SETTINGS to image_app.env in a here-document any more: adapt this.")
    pairs = (line.split("=", 1) for line in found[1].splitlines())
    return {name: "".join(shlex.split(value)) for name, value in pairs}


class Instance:
    """One instance, not started. `environment`: of the user data, with the overrides of the rehearsal."""

    def __init__(self, name: str, app_zip: Path, binaries: Path, folder: Path, environment: dict[str, str]) -> None:
        self.name, self.binaries = name, binaries
        self.app, self.log_file = folder / name / "app", folder / f"{name}.log"
        with zipfile.ZipFile(app_zip) as source:
            source.extractall(self.app)
        moved = {key: self._moved(value) for key, value in environment.items()}
        bind = f"unix:{folder / name / 'gunicorn.sock'}"
        own = {"PATH": f"{binaries}:/usr/bin:/bin", "TMPDIR": tempfile.gettempdir()}
        self.environment = {**own, **moved, "BIND": bind}
        self.proxy = Proxy(folder / name, bind, self.app / "deploy/nginx.conf")
        self.port = self.proxy.port
        self.process: Any = None  # gunicorn's master
        self.worker: Any = None

    def manage(self, *arguments: str, text: str = "", seconds: float = 120, **extra: str) -> str:
        """The output of manage.py on this instance, which reads `text`; RuntimeError with its words if it fails."""
        command = [str(self.binaries / "python"), "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=self.app, env={**self.environment, **extra}, input=text, capture_output=True, text=True,
            timeout=seconds,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"manage.py {arguments[0]} on {self.name}: {done.stderr.strip()[-2000:]}")
        return done.stdout

    def start(self) -> None:
        """Site, worker and proxy, as their units do; what runs already goes on."""
        if not _runs(self.process):
            self.process = self._launch(self.log_file, "gunicorn", "--config", "deploy/gunicorn.conf.py")
        if not _runs(self.worker):
            self.worker = self._launch(self.log_file.with_stem(f"{self.name}-worker"), "python", "manage.py", "work")
        if not _runs(self.proxy.process):
            self.proxy.start()

    @property
    def whole(self) -> bool:
        """Whether all three run."""
        return _runs(self.process) and _runs(self.worker) and _runs(self.proxy.process)

    def _launch(self, log_file: Path, program: str, *arguments: str) -> Any:
        command = [str(self.binaries / program), *arguments]
        with log_file.open("a") as log:
            return launch(command, cwd=self.app, env=self.environment, stdout=log, stderr=log, start_new_session=True)

    def wait(self, seconds: float = 60.0) -> None:
        """Until it answers the load balancer's question."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"{self.name} did not start: {self.log_file.read_text()[-2000:]}")

    def kill(self) -> None:
        """As when the machine is gone: the proxy's and the site's processes and the worker at once."""
        os.killpg(self.proxy.process.pid, signal.SIGKILL)
        self.proxy.process.wait(30)
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)
        self.kill_worker()

    def kill_worker(self) -> None:
        """The worker alone, in the middle of whatever it does."""
        if _runs(self.worker):
            self.worker.kill()
            self.worker.wait(30)

    def stop(self) -> None:
        self.proxy.stop()
        for process in filter(None, (self.worker, self.process)):
            stop(process)

    def _moved(self, value: str) -> str:
        return value.replace(APP, str(self.app)).replace(VAR, str(self.app.parent / "var"))


def _runs(process: Any) -> bool:
    return process is not None and process.poll() is None
