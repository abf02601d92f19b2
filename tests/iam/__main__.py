"""`make test-iam`: every call that the product makes to AWS in a short rehearsal, each put to IAM's simulator with the
policies that Terraform made; then what must be refused; then rights that nobody needs.

RECORDED=FOLDER takes a former run's calls.jsonl and state.json instead of playing it again."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.iam import actions, denied, policies, report, unused, written
from tests.iam.play import record
from tests.iam.simulator import ROOT, decisions
from tests.iam.stack import Stack
from tests.rehearsal.report import Report

LEFT = ROOT / "build" / "iam" / "last"  # what the last run recorded


def main() -> int:
    calls, shown = recorded(os.environ.get("RECORDED", ""))
    stack = Stack(shown)
    needed = [*actions.requests_of(calls, stack), *written.requests(stack)]
    refused = denied.requests(stack)
    wanted = list(zip(needed, decisions(needed, stack), strict=True))
    unwanted = list(zip(refused, decisions(refused, stack), strict=True))
    idle = unused.unused(stack, needed)
    say(report.policies(stack), report.table("Needed", wanted), report.table("Must be refused", unwanted))
    found = policies.findings(stack)
    problems = [*report.problems(wanted, unwanted, idle), *found]
    say(report.numbers(len(calls), wanted, unwanted, idle, stack))
    say(f"parliament  {len(found)} findings, {len(policies.EXCEPTIONS)} exceptions with a reason", *problems)
    return 1 if problems else 0


def recorded(folder: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Calls and state, of a former run or of one that is played now."""
    if folder:
        calls = [json.loads(line) for line in (Path(folder) / "calls.jsonl").read_text().splitlines()]
        return calls, json.loads((Path(folder) / "state.json").read_text())
    LEFT.mkdir(parents=True, exist_ok=True)
    file = LEFT / "calls.jsonl"
    file.unlink(missing_ok=True)
    calls, shown = record(Report(), file)
    (LEFT / "state.json").write_text(json.dumps(shown))
    return calls, shown


def say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
