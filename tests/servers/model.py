"""A local HTTP server in the place of a model's, in whatever mood a test sets. What it says is the API's own: gemini.py
and openai.py."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CAPTION = {"caption": "A red square on a table.", "alt_text": "Red square", "tags": ["Red", "square", "red"]}
BREAK_OFF = "break off"


class FakeModel:
    """`answers`: what is said next, in order, the last one for ever. Each is (status, JSON or bytes[, headers]);
    status "slow" answers after `delay` seconds, "drip" sends a byte every 0.2 s, "break off" half of it. `paid`: how
    many of `requests` would be charged for: those that it did not refuse. `before`: called with each request, before it
    is answered. `moods`: answers by name, for whoever tries them on a server that is left running: POST /mood
    {"mood": "429"}"""

    moods: Mapping[str, Any] = {}

    def __init__(self, good: Any) -> None:
        self.requests: list[dict[str, Any]] = []
        self.paid = 0
        self.delay = 5.0
        self.before: Callable[[Any], Any] = lambda body: None
        self.answers: list[Any] = [(200, good)]
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                fake._answer(self)

            def log_message(self, *args: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def say(self, *answers: Any) -> None:
        self.answers, self.requests, self.paid = list(answers), [], 0

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        if handler.path == "/mood":
            self._mood(handler, body.get("mood"))
            return
        self.before(body)
        self.requests.append({"path": handler.path, "headers": dict(handler.headers), "body": body})
        status, content, *rest = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.paid += status in (200, 504, "slow", "drip", BREAK_OFF)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        with suppress(OSError):  # the client has given up, as it should
            self._send(handler, status, data, rest[0] if rest else {})

    def _send(self, handler: BaseHTTPRequestHandler, status: Any, data: bytes, headers: dict[str, str]) -> None:
        if status == "slow":
            time.sleep(self.delay)
        handler.send_response(status if isinstance(status, int) else 200)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        if status == BREAK_OFF:
            data = data[: len(data) // 2]
        for at in range(0, len(data), 1 if status == "drip" else max(len(data), 1)):
            handler.wfile.write(data[at : at + 1] if status == "drip" else data)
            handler.wfile.flush()
            if status == "drip":
                time.sleep(0.2)

    def _mood(self, handler: BaseHTTPRequestHandler, mood: Any) -> None:
        if mood in self.moods:
            self.answers = [self.moods[mood]]
        data = json.dumps({"moods": list(self.moods), "set": mood if mood in self.moods else None}).encode()
        handler.send_response(200 if mood in self.moods else 400)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)
