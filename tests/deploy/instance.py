"""An instance in a folder: user_data.sh runs there as cloud-init runs it, with stand-ins for what only AWS has."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from deploy import python313
from tests.deploy.template import render
from tests.servers import free_port
from tests.servers.aws import KEYS, REGION

STAND_IN = Path(__file__).with_name("stand_in.py")
COMMANDS = ("dnf", "aws", "curl", "systemctl", "runuser", "useradd", "id", "install", "sleep")
FOLDERS = ("etc/logrotate.d", "etc/systemd/system", "run/image_app", "var/tmp")

RELEASES = {"t-annotation": "7", "t-thumbnail": "5"}


class Instance:
    def __init__(self, root: Path, endpoint: str) -> None:
        """`endpoint`: where S3 is."""
        self.root, self.endpoint = root, endpoint
        for name in FOLDERS:
            (root / name).mkdir(parents=True)
        (root / "bin").mkdir()
        self.port = free_port()
        (root / "port").write_text(str(self.port))
        for name in COMMANDS:
            self._command(name, f'exec {sys.executable} {STAND_IN} {name} "$@"')
        self._command("python3.13", f'exec {python313.here()[0]} "$@"')

    def start(
        self, environment: dict[str, str], fail: str = "{}", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the rendered script. `fail`: as stand_in.py says."""
        values = {
            "region": REGION,
            "log_group": "/image_app/web",
            "metrics_namespace": "ImageAnnotations/t",
            **variables,
        }
        clean = {
            **KEYS, "AWS_ENDPOINT_URL": self.endpoint, "IMAGE_APP_ROOT": str(self.root), "STAND_IN_FAIL": fail,
            "PATH": f"{self.root}/bin:/usr/bin:/bin",
            "PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple",  # there is no package index
        }  # fmt: skip
        bind = f"unix:{self.root}/run/image_app/gunicorn.sock"
        script = render({**environment, "BIND": bind}, RELEASES, **values)
        return subprocess.run(["bash", "-c", script], env=clean, capture_output=True, text=True, timeout=270)

    @property
    def calls(self) -> list[str]:
        return (self.root / "calls").read_text().splitlines()

    @property
    def pids(self) -> dict[str, int]:
        """Unit -> its main process."""
        return {file.stem: int(file.read_text()) for file in sorted(self.root.glob("*.pid"))}

    def stop(self) -> None:
        """As systemd does: first the proxy, which comes after the site, then the others; each gets its signal, and what
        is left after 30 s is killed."""
        proxy = self.pids.get("image_app_proxy.service")
        others = [pid for pid in self.pids.values() if pid != proxy]
        self._end([proxy] if proxy else [], signal.SIGQUIT)
        self._end(others, signal.SIGTERM)

    def _end(self, pids: list[int], how: int) -> None:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, how)
        end = time.monotonic() + 30
        for pid in pids:
            with suppress(ProcessLookupError):
                while time.monotonic() < end:
                    os.kill(pid, 0)
                    time.sleep(0.1)
                os.killpg(pid, signal.SIGKILL)

    def _command(self, name: str, line: str) -> None:
        file = self.root / "bin" / name
        file.write_text(f"#!/bin/sh\n{line}\n")
        file.chmod(0o755)
