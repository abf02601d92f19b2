"""What requests to a model cost, and which prompt they go by: the ledger, the month's budget and the prompts, by SQL as
`records` has it.

A request that may cost something is in the ledger before it is sent: as "unknown", at the most that it can cost, which
is taken from the month's budget in the same transaction. Its answer settles the row. Whatever dies in between leaves
the row as it is, so nothing is ever spent that the budget does not know of.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from processors.problems import TakenOver, UsedUp
from processors.prompt import Prompt, listed
from processors.records import Claim, hold
from processors.sql import Connection, already_there, execute, insert, one, stamp

if TYPE_CHECKING:
    from processors.captioning import Request, Words

UNKNOWN = "unknown"  # the outcome of a request whose answer is not here, and may never be
# SQLite compares a number and a text as different kinds of things, and counts in binary fractions.
_USD = "CAST(%s AS DECIMAL(14, 8))"
_SUM = f"ROUND(spent_usd + {_USD}, 8)"
_MOST = Decimal("999999")  # that the column can hold
# With what the ledger has of it already: a version that knew no budget may have asked a model this month.
_OPEN = (
    "INSERT INTO budgets (month, spent_usd) SELECT %s, ROUND(COALESCE(SUM(cost_usd), 0), 8) FROM annotations"
    " WHERE created_at >= %s"
)
_PROMPT = "SELECT p.id, p.style, p.vocabulary, p.languages, p.tell_name, p.tell_date FROM prompts p"


@dataclass(frozen=True)
class Reservation:
    """A row of the ledger whose request may be under way: its id, what it took from the budget, and when."""

    row: int
    usd: Decimal
    at: datetime


def prompt_of(connection: Connection, claim: Claim) -> Prompt:
    """The prompt that is tried by this job, else the active one; a plain one where there is none."""
    found = one(connection, f"{_PROMPT} JOIN jobs j ON j.prompt_id = p.id WHERE j.id = %s", claim.job_id)
    return _prompt(found or one(connection, f"{_PROMPT} WHERE p.active = %s", True))


def _prompt(found: Any) -> Prompt:
    if found is None:
        return Prompt()
    pk, style, vocabulary, languages, name, date = found
    return Prompt(pk, style, listed(vocabulary), listed(languages), bool(name), bool(date))


def month_of(moment: datetime) -> str:
    """The month of a budget, in UTC: "2026-11"."""
    return moment.strftime("%Y-%m")


def open_month(connection: Connection, now: datetime) -> None:
    """Add the month's row, and towards its end the next one's, as a reservation comes a moment later. Outside of any
    transaction: of many who add it at the same time, some would wait for each other."""
    for month in dict.fromkeys([month_of(now), month_of(now + timedelta(hours=1))]):
        if one(connection, "SELECT month FROM budgets WHERE month = %s", month) is None:
            with already_there():
                execute(connection, _OPEN, month, f"{month}-01")


def reserve(connection: Connection, claim: Claim, request: "Request", usd: Decimal, limit: Decimal) -> Reservation:
    """Add a request that is to be sent, and take `usd` for it from the budget; `limit`: USD a month, 0: without.

    To be called in a transaction, which UsedUp and TakenOver must undo. The job first, the budget last, as its row is
    everybody's.
    """
    if not hold(connection, claim):
        raise TakenOver
    now = datetime.now(UTC)
    row = insert(connection, "annotations", _columns(connection, claim.image_id, request, usd, now))
    sql = f"UPDATE budgets SET spent_usd = {_SUM} WHERE month = %s AND {_SUM} <= {_USD}"  # noqa: S608
    if execute(connection, sql, str(usd), month_of(now), str(usd), str(limit or _MOST)) != 1:
        raise UsedUp(_no_room(usd, limit))
    return Reservation(row, usd, now)


def _no_room(usd: Decimal, limit: Decimal) -> str:
    goes_on = "It goes on by itself with the next month, or when ANNOTATION_BUDGET_USD is raised."
    if usd > limit:
        goes_on = "That is more than a whole month's: raise ANNOTATION_BUDGET_USD."
    return (
        f"The budget for captions, {limit} USD a month, has no room for this picture (at most {usd:.4f} USD). {goes_on}"
    )


def settle(
    connection: Connection,
    claim: Claim,
    reserved: Reservation | None,
    request: "Request",
    words: "tuple[Words, ...]",
) -> None:
    """Record what came of a request, and give back to the budget what it did not cost. Without a reservation (it costs
    nothing, or nobody knows how much) this adds its row. `words`: the caption in each language, each a row; what the
    request cost stands in the first. In a transaction, after what is written to the image."""
    if reserved is None:
        _add(connection, claim.image_id, request, words[:1], request.usd)
        _add_others(connection, claim.image_id, request, words[1:])
        return
    cost = reserved.usd if request.usd is None else request.usd
    columns = _columns(connection, claim.image_id, request, cost, reserved.at, words[:1])
    if not _answered(connection, reserved, columns):
        return
    _add_others(connection, claim.image_id, request, words[1:])
    if cost != reserved.usd:
        sql = f"UPDATE budgets SET spent_usd = {_SUM} WHERE month = %s"  # noqa: S608
        execute(connection, sql, str(cost - reserved.usd), month_of(reserved.at))


def _answered(connection: Connection, reserved: Reservation, columns: dict[str, Any]) -> bool:
    """Write the answer into its request's row. False where it is there: this was recorded, and only the database's word
    for it was lost."""
    names = ", ".join(f"{name} = %s" for name in columns)
    sql = f"UPDATE annotations SET {names} WHERE id = %s AND outcome = %s"  # noqa: S608
    return execute(connection, sql, *columns.values(), reserved.row, UNKNOWN) == 1


def _add_others(connection: Connection, image_id: int, request: "Request", words: "tuple[Words, ...]") -> None:
    for other in words:
        _add(connection, image_id, request.beside(), (other,), Decimal(0))


def _add(
    connection: Connection, image_id: int, request: "Request", words: "tuple[Words, ...]", usd: Decimal | None
) -> None:
    insert(connection, "annotations", _columns(connection, image_id, request, usd, datetime.now(UTC), words))


def _columns(
    connection: Connection,
    image_id: int,
    request: "Request",
    usd: Decimal | None,
    at: datetime,
    words: "tuple[Words, ...]" = (),
) -> dict[str, Any]:
    """A row of the ledger. Of an image that was deleted meanwhile without it, and without the words: they were about
    that picture."""
    there = one(connection, "SELECT id FROM images WHERE id = %s", image_id) is not None
    said = words[0] if words and there else None
    return {
        "image_id": image_id if there else None,
        "author": "model",
        "caption": said.caption if said else "",
        "alt_text": said.alt_text if said else "",
        "text": request.text if there else "",
        "tags": json.dumps(list(said.tags) if said else []),
        "model": request.model[:64],
        "prompt_id": request.prompt_id,
        "prompt_version": request.prompt_version,
        "language": (said.language if said else request.language)[:16],
        "input_tokens": request.input_tokens,
        "output_tokens": request.output_tokens,
        "cost_usd": None if usd is None else str(usd),
        "latency_ms": request.latency_ms,
        "outcome": str(request.outcome),
        "created_at": stamp(at),
    }
