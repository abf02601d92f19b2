"""What parliament (PyPI) says of every policy in the state. It has an environment of its own, .venv-audit."""

import json
import re
import subprocess
from pathlib import Path

from tests.iam.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-audit" / "bin" / "python"
# What it finds and is meant so: (issue, what its details match) -> reason.
EXCEPTIONS = {
    (
        "RESOURCE_STAR",
        r"\['ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', .*'ec2:UnassignPrivateIpAddresses'\]",
    ): "Lambda refuses a function in a VPC whose role has these for less; the code inside is denied them",
    (
        "UNKNOWN_CONDITION_FOR_ACTION",
        "Unknown condition lambda:SourceFunctionArn for action ec2:.*",
    ): "Lambda adds this key to the calls of the code inside; the lists that parliament reads have it elsewhere",
}


def findings(stack: Stack) -> list[str]:
    """In sentences, without the exceptions. RuntimeError where parliament does not run."""
    if not PYTHON.exists():
        raise RuntimeError("parliament is missing. Run `make test-iam`, which installs it into .venv-audit.")
    return [
        f"{address}: parliament finds {issue}, {details} ({place})."
        for address, issue, details, place in said({each.address: each.document for each in stack.policies})
        if not meant(issue, details)
    ]


def said(documents: dict[str, object]) -> list[list[str]]:
    """Of policies by their address: lists of address, issue, details and place."""
    command = [str(PYTHON), str(Path(__file__).with_name("lint.py"))]
    done = subprocess.run(command, input=json.dumps(documents), capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError(f"parliament ended with {done.returncode}: {done.stderr[-2000:]}")
    return [list(map(str, each)) for each in json.loads(done.stdout)]


def meant(issue: str, details: str) -> bool:
    """Whether it is one of the exceptions."""
    return any(issue == name and re.fullmatch(pattern, details) for name, pattern in EXCEPTIONS)
