"""A local HTTP server that speaks the part of Gemini's REST API that is used, in whatever mood a test sets."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CAPTION = {"caption": "A red square on a table.", "alt_text": "Red square", "tags": ["Red", "square", "red"]}
USAGE = {"promptTokenCount": 1220, "candidatesTokenCount": 60, "totalTokenCount": 1280}
DONE = {"finishReason": "STOP", "content": {"parts": [{"text": json.dumps(CAPTION)}], "role": "model"}}
GOOD = {"candidates": [DONE], "usageMetadata": USAGE}
BLOCKED = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": USAGE}
EMPTY = {"candidates": [{"finishReason": "STOP", "content": {"role": "model"}}], "usageMetadata": USAGE}
SAFETY = {"candidates": [{"finishReason": "SAFETY"}], "usageMetadata": USAGE}
RECITATION = {"candidates": [{"finishReason": "RECITATION"}], "usageMetadata": USAGE}
CUT_OFF = {
    "candidates": [{"finishReason": "MAX_TOKENS", "content": {"parts": [{"text": '{"caption": "A r'}]}}],
    "usageMetadata": USAGE,
}
GARBAGE = {"candidates": [{"finishReason": "STOP", "content": {"parts": [{"text": "Sure! Here it is"}]}}]}


def error(status: int, message: str = "no") -> tuple[int, dict[str, Any]]:
    return status, {"error": {"code": status, "message": message, "status": "FAILED"}}


# By name, for whoever tries them on a server that is left running: POST /mood {"mood": "429"}
MOODS = {
    "good": (200, GOOD),
    "slow": ("slow", GOOD),
    "429": error(429),
    "500": error(500),
    "blocked": (200, BLOCKED),
    "garbage": (200, GARBAGE),
}


class FakeGemini:
    """`answers`: what is said next, in order, the last one for ever. Each is (status, JSON or bytes[, headers]);
    status "slow" answers after `delay` seconds, "drip" sends a byte every 0.2 s. `paid`: how many of `requests` Google
    would charge for: those that it did not refuse. `before`: called with each request, before it is answered."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.paid = 0
        self.delay = 5.0
        self.before: Callable[[Any], Any] = lambda body: None
        self.answers: list[Any] = [(200, GOOD)]
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
        self.paid += status in (200, "slow", "drip")
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        try:
            if status == "slow":
                time.sleep(self.delay)
            handler.send_response(status if isinstance(status, int) else 200)
            for name, value in (rest[0] if rest else {}).items():
                handler.send_header(name, value)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
            for at in range(0, len(data), 1 if status == "drip" else len(data)):
                handler.wfile.write(data[at : at + 1] if status == "drip" else data)
                handler.wfile.flush()
                if status == "drip":
                    time.sleep(0.2)
        except OSError:
            pass  # the client has given up, as it should

    def _mood(self, handler: BaseHTTPRequestHandler, mood: Any) -> None:
        if mood in MOODS:
            self.answers = [MOODS[mood]]
        data = json.dumps({"moods": list(MOODS), "set": mood if mood in MOODS else None}).encode()
        handler.send_response(200 if mood in MOODS else 400)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)
