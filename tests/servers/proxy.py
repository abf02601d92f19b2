"""nginx as on an instance: the product's own file, with another port, folder and socket."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.servers import free_port, launch

CONF = Path(__file__).resolve().parents[2] / "deploy/nginx.conf"


class Proxy:
    """In front of `upstream` ("unix:/…/gunicorn.sock", "127.0.0.1:8000"); its files lie in `folder`."""

    def __init__(self, folder: Path, upstream: str, conf: Path = CONF, port: int = 0) -> None:
        self.port = port or free_port()
        self.url, self.process = f"http://127.0.0.1:{self.port}", None
        self._file, self._log = folder / "nginx.conf", folder / "nginx.log"
        text = conf.read_text().replace("unix:/run/image_app/gunicorn.sock", upstream)
        text = text.replace("listen 5000 ", f"listen 127.0.0.1:{self.port} ").replace("/var/tmp", str(folder))
        own = "user root;\n" if os.geteuid() == 0 else ""  # on an instance it is the site's user from the start
        self._file.write_text(own + text)

    process: Any

    def start(self) -> "Proxy":
        with self._log.open("a") as log:
            command = ["nginx", "-e", "stderr", "-c", str(self._file)]
            self.process = launch(command, stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + 30
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.05)
        raise RuntimeError(self._log.read_text())

    def stop(self) -> None:
        """As its unit does: what is being answered is answered to its end."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(25)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            self.process.wait(10)
