"""A local HTTP server for what moto does not know of an account: its quotas, its plan, what Lambda leaves it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FakeAccount:
    """`quotas`: by code; one that is not named has `default` as AWS's default. `plan`: FREE, PAID, or "" for none.
    `concurrency`: what Lambda has left. `denied`: operations that may not be asked."""

    def __init__(self) -> None:
        self.quotas: dict[str, float] = {}
        self.default = 50.0
        self.plan, self.concurrency = "PAID", 1000
        self.denied: set[str] = set()
        self.asked: list[str] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
                fake._send(self, self.headers["X-Amz-Target"].rpartition(".")[2], asked)

            def do_GET(self) -> None:
                fake._send(self, "GetAccountSettings", {})

            def log_message(self, *args: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        """What AWS would say; `__type` names an error."""
        if operation in self.denied:
            return {"__type": "AccessDeniedException", "message": f"not authorized to perform {operation}"}
        if operation == "GetAccountSettings":
            return {"AccountLimit": {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": self.concurrency}}
        if operation == "GetAccountPlanState":
            return {"accountPlanType": self.plan} if self.plan else {"__type": "ResourceNotFoundException"}
        code = asked["QuotaCode"]
        if operation == "GetServiceQuota" and code not in self.quotas:
            return {"__type": "NoSuchResourceException"}
        return {"Quota": {"QuotaCode": code, "Value": self.quotas.get(code, self.default)}}

    def _send(self, handler: BaseHTTPRequestHandler, operation: str, asked: dict[str, Any]) -> None:
        self.asked.append(operation)
        answer = self.answer(operation, asked)
        body = json.dumps(answer).encode()
        handler.send_response(400 if "__type" in answer else 200)
        if "__type" in answer:
            handler.send_header("x-amzn-ErrorType", answer["__type"])
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
