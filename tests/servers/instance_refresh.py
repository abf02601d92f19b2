"""A local HTTP server that speaks DescribeInstanceRefreshes of Auto Scaling's query API, which moto does not know."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

REPLY = """<DescribeInstanceRefreshesResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/">
<DescribeInstanceRefreshesResult><InstanceRefreshes>{}</InstanceRefreshes></DescribeInstanceRefreshesResult>
</DescribeInstanceRefreshesResponse>"""
ERROR = """<ErrorResponse><Error><Code>AccessDenied</Code><Message>not for you</Message></Error></ErrorResponse>"""


def refresh(status: str, percent: int = 0, reason: str = "", id: str = "new") -> dict[str, Any]:
    """A refresh as AWS tells it."""
    told = {"InstanceRefreshId": id, "AutoScalingGroupName": "annotations-web", "Status": status}
    return {**told, "PercentageComplete": percent, **({"StatusReason": reason} if reason else {})}


class FakeInstanceRefresh:
    """`answers`: the group's newest refresh at each question, in order, the last for ever; None where there is none,
    "denied" for an error. `groups`: the groups that were asked for."""

    def __init__(self) -> None:
        self.answers: list[Any] = [None]
        self.groups: list[str] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                assert asked["Action"] == ["DescribeInstanceRefreshes"]
                fake.groups += asked["AutoScalingGroupName"]
                answer = fake.answers.pop(0) if len(fake.answers) > 1 else fake.answers[0]
                fake._send(self, answer)

            def log_message(self, *args: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def _send(self, handler: BaseHTTPRequestHandler, answer: Any) -> None:
        body = ERROR if answer == "denied" else REPLY.format(_member(answer) if answer else "")
        handler.send_response(403 if answer == "denied" else 200)
        handler.send_header("Content-Length", str(len(body.encode())))
        handler.end_headers()
        handler.wfile.write(body.encode())


def _member(answer: dict[str, Any]) -> str:
    fields = "".join(f"<{key}>{escape(str(value))}</{key}>" for key, value in answer.items())
    return f"<member>{fields}</member>"
