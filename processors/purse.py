"""What the requests of one job may cost, while it is done: `captioning.Purse` with the ledger behind it."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from processors import job, ledger
from processors.captioning import Description, Outcome, Permanent, Request, instructions
from processors.captioning.choice import OFFLINE
from processors.ledger import Reservation
from processors.prompt import Prompt
from processors.records import TRIAL, Claim

NO_PRICE = (
    "There is a budget for captions, and nobody knows what {model} costs. Say it by CAPTION_PRICE (USD for a million"
    " tokens in and out, such as 0.30/2.50; 0/0 for a server of your own), or set ANNOTATION_BUDGET_USD to 0."
)


class Purse:
    """Opened by `begin`, in the transaction of the claim. `prompt`: by which the picture is described."""

    prompt: Prompt
    _claim: Claim
    _blank: Request

    def __init__(self, resources: job.Resources) -> None:
        self._resources = resources
        self._choice = resources.choice or OFFLINE
        self._price = self._choice.price
        self._reserved: Reservation | None = None

    def begin(self, claim: Claim) -> None:
        """Read the prompt, and reserve the first request. Raises as `reserve`, and Permanent where there is a budget
        and no price."""
        self._claim, self.prompt = claim, ledger.prompt_of(self._resources.connection, claim)
        languages = self.prompt.languages_or(self._resources.language)
        self._blank = Request(Outcome.UNKNOWN, self._choice.model, languages[0], self.prompt.id, instructions.VERSION)
        longest = instructions.longest(self.prompt, languages)
        self._bound = None if self._price is None else self._price.bound(longest)
        if self._bound is None and self._resources.budget:
            raise Permanent(NO_PRICE.format(model=self._choice.model))
        self._reserved = self._reserve()

    def reserve(self) -> None:
        if self._reserved is None:
            ledger.open_month(self._resources.connection, datetime.now(UTC))
            self._reserved = job.record(self._resources, self._reserve)

    def _reserve(self) -> Reservation | None:
        """None for what costs nothing, or nobody knows how much."""
        if not self._bound:
            return None
        resources = self._resources
        return ledger.reserve(resources.connection, self._claim, self._blank, self._bound, resources.budget)

    def settle(self, request: Request) -> None:
        job.record(self._resources, lambda: self._settle(request))
        self._reserved = None

    def _settle(self, request: Request) -> None:
        ledger.settle(self._resources.connection, self._claim, self._reserved, request, ())

    def give_back(self) -> None:
        if self._reserved is not None:
            self.settle(replace(self._blank, outcome=Outcome.REFUSED, usd=Decimal(0)))

    def pay(self, said: Description) -> None:
        """Settle the request that brought the caption, in the transaction that records it."""
        outcome = Outcome.TRIAL if self._claim.kind == TRIAL else Outcome.CAPTION
        request = replace(said.request, outcome=outcome)
        ledger.settle(self._resources.connection, self._claim, self._reserved, request, said.words)
