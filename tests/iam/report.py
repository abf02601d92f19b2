"""What `make test-iam` prints: each question with its answer, what is wrong, and the numbers."""

from collections.abc import Sequence

from tests.iam.actions import place
from tests.iam.request import Request
from tests.iam.simulator import ALLOWED, DENIED
from tests.iam.stack import Stack
from tests.iam.unused import KEPT, Right, rights

Answered = Sequence[tuple[Request, str]]


def table(title: str, answered: Answered) -> str:
    """One line for each question, for all who have it; of objects, their folder."""
    asking: dict[tuple[str, str, str, str], list[str]] = {}
    for request, said in answered:
        actors = asking.setdefault((request.action, _short(request.resource), said, request.source), [])
        actors += [request.actor] if request.actor not in actors else []
    rows = [(action, what, said, ", ".join(actors), source) for (action, what, said, source), actors in asking.items()]
    return columns(title, rows)


def policies(stack: Stack) -> str:
    """Where each stands in Terraform's state, and how many statements it has."""
    return columns("Policies", [(each.address, str(len(each.document["Statement"]))) for each in stack.policies])


def columns(title: str, rows: Sequence[tuple[str, ...]]) -> str:
    """Each as wide as its longest cell."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(f"{cell:<{wide}}" for cell, wide in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(["", title, *(f"  {line}" for line in lines)])


def problems(wanted: Answered, refused: Answered, idle: Sequence[Right]) -> list[str]:
    """In sentences; none when all is as it must be."""
    found = [f"{_words(each)} ({each.source}): {said}, but it is needed." for each, said in wanted if said != ALLOWED]
    found += [f"{_words(each)}: {said}, but it must be refused." for each, said in refused if said not in DENIED]
    return found + [
        f"{each.actor} may {each.action} on {each.pattern}, and nothing here needs it: take it from the role, or say"
        " in tests/iam/unused.py why it stays."
        for each in idle
    ]  # fmt: skip


def numbers(calls: int, wanted: Answered, refused: Answered, idle: Sequence[Right], stack: Stack) -> str:
    """The last lines."""
    kinds = [each.kind for each in stack.policies]
    identity, endpoints = kinds.count("aws_iam_role_policy"), kinds.count("aws_vpc_endpoint")
    recorded = sum(each.source.startswith("recorded") for each, _ in wanted)
    allowed, denied = sum(said == ALLOWED for _, said in wanted), sum(said in DENIED for _, said in refused)
    return "\n".join([
        "",
        f"calls       {calls} recorded, {recorded} different ones; {len(wanted) - recorded} more are written down",
        f"policies    {identity} of roles, {len(kinds) - identity - endpoints} of resources, {endpoints} of endpoints",
        f"allowed     {allowed} of {len(wanted)} that are needed",
        f"denied      {denied} of {len(refused)} that must be",
        f"rights      {len(list(rights(stack)))} given, {len(idle)} that nothing needs; {len(KEPT)} kept with a reason",
    ])  # fmt: skip


def _words(request: Request) -> str:
    return f"{request.actor}: {request.action} on {request.resource}"


def _short(resource: str) -> str:
    """Without what all have in common: partition, region and account. Of an object its folder."""
    folder = f"{place(resource)}…" if place(resource) != resource else resource
    parts = folder.split(":", 5)
    return f"{parts[2]} {parts[5]}" if len(parts) == 6 else folder
