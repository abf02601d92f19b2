"""Lambda's side of the rehearsal: moto hands over what SNS delivers (`tests.servers.moto_server --lambda-host`), and
the function that it is meant for gets it in its own time, as on AWS: SNS never waits for a function."""

import json
import threading
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3

from tests.rehearsal.lambda_function import Delivery, Function, Skip
from tests.servers.aws import REGION

CONTAINERS = 3  # of each function at once; AWS gives a new account ten for all


class LambdaHost:
    """`url`: for moto. `functions`: name -> function, each from its first event on. `skip`: as `Function` has it."""

    def __init__(self, folder: Path, containers: int = CONTAINERS) -> None:
        """`folder`: where packages are unzipped."""
        self.functions: dict[str, Function] = {}
        self.overrides: dict[str, str] = {}
        self.endpoint = ""
        self.clock = 60.0
        self.skip: Skip = lambda *_: True
        self._folder, self._containers = folder, containers
        self._held: list[Delivery] | None = None
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                host._take(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def connect(self, endpoint: str, **overrides: str) -> None:
        """Where AWS is, and which of the functions' variables differ from what Terraform set."""
        self.endpoint, self.overrides = endpoint, overrides

    def client(self, service: str) -> Any:
        """boto3's client for all threads: making one takes a quarter of a second."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = boto3.client(
                    service, endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id="x",
                    aws_secret_access_key="x",
                )  # fmt: skip
            return self._clients[service]

    @property
    def deliveries(self) -> list[Delivery]:
        return [each for function in self.functions.values() for each in function.deliveries]

    @contextmanager
    def holding(self) -> Iterator[list[Delivery]]:
        """Within, events reach no function: they are in the list, to be delivered by `deliver`."""
        self._held = []
        try:
            yield self._held
        finally:
            self._held = None

    def deliver(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """Hand events (again) to their functions, in this order."""
        return [self.functions[each.function].accept(deepcopy(each.event)) for each in deliveries]

    def settle(self, seconds: float = 120.0) -> None:
        """Wait until every function is done with every event."""
        for function in list(self.functions.values()):
            function.settle(seconds)

    def set_clock(self, clock: float) -> None:
        """How many times faster than on AWS the pauses before another try are."""
        self.clock = clock
        for function in self.functions.values():
            function.clock = clock

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        for function in self.functions.values():
            function.stop()

    def _take(self, message: dict[str, Any]) -> None:
        """`function`: its ARN, `code`: the file with the zip that was uploaded, `event`."""
        function = self._function(message["function"], Path(message["code"]))
        if self._held is not None:
            self._held.append(Delivery(function.name, message["event"]))
        else:
            function.accept(message["event"])

    def _function(self, arn: str, code: Path) -> Function:
        with self._lock:
            name = arn.split(":")[6]
            if name not in self.functions:
                package = self._folder / name
                with zipfile.ZipFile(code) as source:
                    source.extractall(package)
                self.functions[name] = Function(
                    arn, package, self.client, self.overrides, self._containers, lambda *what: self.skip(*what)
                )
                self.functions[name].clock = self.clock
            return self.functions[name]
