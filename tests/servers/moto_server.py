"""moto as the AWS that Terraform's real provider builds in: `python -m tests.servers.moto_server --port N`, until it
is sent SIGTERM. Loopback only, state in memory. What moto would do otherwise than AWS, and what would stop an apply,
is mended in `patch`; nothing of it is known to terraform/."""

import argparse
import logging
import os
import signal
import sys
import threading
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any

from tests.servers import free_port, launch, moto_rds, moto_sqs, stop

ROOT = Path(__file__).resolve().parents[2]

# Before moto is imported: AttachRolePolicy would not know AmazonSSMManagedInstanceCore.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")


def patch() -> None:
    """Mend moto in this process."""
    from moto.autoscaling.responses import AutoScalingResponse
    from moto.core.responses import ActionResult
    from moto.iam.access_control import IAMPolicyStatement, PermissionResult
    from moto.rds.models import DBInstance
    from moto.s3.models import FakeBucket
    from moto.sqs.models import Queue

    permitted = IAMPolicyStatement.is_action_permitted

    def is_action_permitted(self: Any, *arguments: Any, **named: Any) -> Any:
        """A Deny with a condition that moto can't judge (Bool: aws:SecureTransport) would deny everything."""
        if self._statement.get("Effect") == "Deny" and "Bool" in self._statement.get("Condition", {}):
            return PermissionResult.NEUTRAL
        return permitted(self, *arguments, **named)

    def start_instance_refresh(self: Any) -> Any:
        """Not known to moto: a change of the launch template would be tried again for minutes."""
        return ActionResult({"InstanceRefreshId": "00000000-0000-0000-0000-000000000000"})

    made = DBInstance.__init__

    def init(self: Any, *arguments: Any, **named: Any) -> None:
        """Every database has the same resource id in moto, by which the provider looks for one of several."""
        made(self, *arguments, **named)
        self.dbi_resource_id = f"db-{uuid.uuid4().hex.upper()}"

    def may_log(target_bucket: Any, target_prefix: str | None) -> bool:
        """moto can't read a policy with a principal "*"; that S3 may write its log is asserted of the policy itself."""
        return True

    FakeBucket._log_permissions_enabled_policy = staticmethod(may_log)
    # Whoever polls a queue on AWS's side is ours: moto would hand a message to Docker, and wait for it.
    Queue.lambda_event_source_mappings = property(lambda self: {}, lambda self, value: None)
    IAMPolicyStatement.is_action_permitted = is_action_permitted
    DBInstance.__init__ = init
    moto_rds.patch()
    moto_sqs.patch()
    AutoScalingResponse.start_instance_refresh = start_instance_refresh


class MotoServer:
    """The same as a process of its own. `url` answers when this returns; `stop` ends it. Functions are not invoked by
    it; tests/rehearsal/lambda_host.py polls the queues."""

    def __init__(self, seconds: float = 30.0) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", __name__, "--port", str(port)]
        self.process = launch(command, cwd=ROOT)
        end = time.monotonic() + seconds
        while not self._answers():
            if time.monotonic() > end or self.process.poll() is not None:
                self.stop()
                raise RuntimeError("moto did not start; run `python -m tests.servers.moto_server` to see why.")
            time.sleep(0.1)

    def stop(self) -> None:
        stop(self.process)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + "/moto-api/", timeout=2):
                return True
        except OSError:
            return False


def main() -> None:
    from moto.server import ThreadedMotoServer

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    patch()
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    signal.signal(signal.SIGINT, lambda *_: stopped.set())
    server = ThreadedMotoServer("127.0.0.1", arguments.port, verbose=False)
    server.start()
    stopped.wait()
    server.stop()


if __name__ == "__main__":
    main()
