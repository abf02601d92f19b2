"""haproxy as the load balancer, set up by what Terraform says of the real one: health check, idle timeout.

Not as the Application Load Balancer: see docs/rehearsal.md."""

import csv
import io
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.servers import free_port, launch, stop

CONFIGURATION = """
global
    maxconn 8000
    stats socket {folder}/haproxy.sock level admin
defaults
    mode http
    # The ALB counts idle time on both sides alike. It never sends a request again to another target.
    timeout connect 10s
    timeout client {idle}s
    timeout server {idle}s
    timeout http-keep-alive {idle}s
    timeout check {timeout}s
    retries 0
    option forwardfor
frontend listener
    bind 127.0.0.1:{port}
    http-request set-header X-Forwarded-Proto http
    http-request set-header X-Forwarded-Port {port}
    default_backend targets
backend targets
    balance leastconn
    {stickiness}
    http-reuse safe
    option httpchk
    http-check send meth GET uri {path} ver HTTP/1.1 hdr Host 10.0.0.10:5000
    http-check expect status {status}
{servers}
"""
SERVER = "    server {name} 127.0.0.1:{port} cookie {name} check inter {interval}ms rise {rise} fall {fall}"
# The ALB's cookie holds for its time from the last answer on.
STICKINESS = "cookie AWSALB insert indirect maxidle {seconds}s"


class Balancer:
    """`url`: where people go. `health`: the target group as AWS's API describes it. `clock`: how many times faster
    than Terraform says the health checks come."""

    def __init__(
        self, folder: Path, targets: dict[str, int], health: dict[str, Any], idle: int, sticky: int, clock: float
    ) -> None:
        """`targets`: name -> port. `sticky`: seconds that a visitor stays with a target, 0 for none."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._socket = str(folder / "haproxy.sock")
        check = {
            "interval": round(health["HealthCheckIntervalSeconds"] * 1000 / clock),
            "rise": health["HealthyThresholdCount"],
            "fall": health["UnhealthyThresholdCount"],
        }
        servers = "\n".join(SERVER.format(name=name, port=port, **check) for name, port in targets.items())
        file = folder / "haproxy.cfg"
        file.write_text(
            CONFIGURATION.format(
                folder=folder, port=self.port, idle=idle, servers=servers, path=health["HealthCheckPath"],
                stickiness=STICKINESS.format(seconds=sticky) if sticky else "",
                timeout=health["HealthCheckTimeoutSeconds"], status=health["Matcher"]["HttpCode"],
            )
        )  # fmt: skip
        log = (folder / "haproxy.log").open("w")
        self.process = launch(["haproxy", "-db", "-f", str(file)], stdout=log, stderr=subprocess.STDOUT)

    def targets(self) -> dict[str, dict[str, str]]:
        """What haproxy counts of each target (haproxy management guide, "CSV format"): status, stot, hrsp_2xx, …"""
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(self._socket)
            control.sendall(b"show stat\n")
            text = b"".join(iter(lambda: control.recv(65536), b"")).decode()
        rows = csv.DictReader(io.StringIO(text.removeprefix("# ")))
        return {row["svname"]: row for row in rows if row["svname"] not in ("FRONTEND", "BACKEND")}

    def healthy(self) -> list[str]:
        """Who gets requests: "UP" and also "UP 2/3", whose last check failed."""
        return [name for name, row in self.targets().items() if row["status"].startswith("UP")]

    def wait(self, count: int, seconds: float = 60.0) -> None:
        """Until so many targets are healthy."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if Path(self._socket).exists() and len(self.healthy()) == count:
                return
            time.sleep(0.1)
        raise TimeoutError(f"{count} healthy targets were expected, there are {self.healthy()}")

    def stop(self) -> None:
        stop(self.process)
