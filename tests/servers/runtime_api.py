"""AWS Lambda's Runtime API for one function's process: it asks for the next event and posts what came of it
(Lambda developer guide, "Using the Lambda runtime API for custom runtimes")."""

import json
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from typing import Any

PREFIX = "/2018-06-01/runtime"


class RuntimeApi:
    """`answers` gets (kind, JSON): kind is "ready" (asks for an event), "response", "error" or "init-error"."""

    def __init__(self, arn: str) -> None:
        self.arn = arn
        self.answers: SimpleQueue[tuple[str, Any]] = SimpleQueue()
        self._events: SimpleQueue[tuple[dict[str, str], bytes] | None] = SimpleQueue()
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                api._next(self)

            def do_POST(self) -> None:
                api._take(self)

            def log_message(self, *args: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def send(self, event: Any, seconds: float) -> str:
        """Give the function an event to be done with in so many seconds; returns the id of the request."""
        request = str(uuid.uuid4())
        headers = {
            "Lambda-Runtime-Aws-Request-Id": request,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + seconds) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": self.arn,
            "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
            "Content-Type": "application/json",
        }
        self._events.put((headers, json.dumps(event).encode()))
        return request

    def stop(self) -> None:
        self._events.put(None)  # whoever waits for the next event goes home
        self._server.shutdown()
        self._server.server_close()

    def _next(self, handler: BaseHTTPRequestHandler) -> None:
        self.answers.put(("ready", None))
        item = self._events.get()
        if item is None:
            handler.close_connection = True
            return
        self._reply(handler, 200, item[0], item[1])

    def _take(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        kind = "init-error" if handler.path == f"{PREFIX}/init/error" else handler.path.rsplit("/", 1)[-1]
        self._reply(handler, 202, {}, b"")
        self.answers.put((kind, json.loads(body or "null")))

    def _reply(self, handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes) -> None:
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)
