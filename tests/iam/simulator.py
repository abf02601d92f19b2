"""@cloud-copilot/iam-simulate (npm), asked many questions at once. `make test-iam` installs it below build/."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.iam.request import Request, simulation
from tests.iam.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / "build" / "iam"
SCRIPT = Path(__file__).with_name("simulate.mjs")
ALLOWED, DENIED = "Allowed", ("ImplicitlyDenied", "ExplicitlyDenied")


def decisions(requests: Sequence[Request], stack: Stack) -> list[str]:
    """IAM's decision on each: Allowed, ImplicitlyDenied (nobody allows it), ExplicitlyDenied, or "error: …" where the
    question makes no sense. RuntimeError where the simulator does not run."""
    if not shutil.which("node") or not (INSTALLED / "node_modules").exists():
        raise RuntimeError("The simulator of IAM is missing. Run `make test-iam`; it needs Node 20 or newer, with npm.")
    asked = [_without_empty(simulation(request, stack)) for request in requests]
    command = ["node", str(SCRIPT), str(INSTALLED / "package.json")]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError(f"The simulator of IAM ended with {done.returncode}: {done.stderr[-2000:]}")
    return [str(each) for each in json.loads(done.stdout)]


def _without_empty(asked: dict[str, object]) -> dict[str, object]:
    """Without a resource's and an endpoint's policies where there are none: an empty list would allow nothing."""
    return {
        name: value for name, value in asked.items() if value or name not in ("resourcePolicy", "vpcEndpointPolicies")
    }
