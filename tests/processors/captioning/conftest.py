"""One captioner after the other, each with a local server that speaks its API, and a purse that counts."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from processors.captioning import Request, Subject, shell
from processors.captioning.prices import price
from processors.ledger import Prompt
from tests import pictures
from tests.servers import gemini, openai

KEY = "AIza-secret-key-of-a-test"
CLIENTS = {"gemini": gemini, "genai": gemini, "openai": openai}
MODEL = "gemini-3.5-flash-lite"


def subject(**prompt: Any) -> Subject:
    name, taken = "holidays.jpg", datetime(2026, 7, 1, 12)
    return Subject(pictures.jpeg(320, 240), 4000, 3000, taken, name, Prompt(7, **prompt), "de")


@dataclass
class Purse:
    """A purse that counts. `sent`: of each request, whether something was reserved for it when it came."""

    open: bool = False
    reserved: int = 0
    settled: list[Request] = field(default_factory=list)
    sent: list[bool] = field(default_factory=list)

    def reserve(self) -> None:
        self.reserved += not self.open
        self.open = True

    def settle(self, request: Request) -> None:
        assert self.open, "nothing was reserved for it"
        self.open = False
        self.settled.append(request)

    def give_back(self) -> None:
        self.open = False


@dataclass
class Captioner:
    """A client, its server, and what that can say (`api`). `pauses`: the seconds that were waited."""

    name: str
    api: Any
    server: Any
    client: Any
    pauses: list[float]
    purse: Purse = field(default_factory=Purse)

    def ask(self, *answers: Any, about: Subject | None = None, deadline: float = 20.0) -> Any:
        """What comes of a picture where the server says this."""
        self.server.say(*answers)
        self.server.before = lambda body: self.purse.sent.append(self.purse.open)
        model = shell.Model(self.client, lambda: price(MODEL), deadline)
        return model.describe(about or subject(), self.purse)

    @property
    def count(self) -> int:
        """Of requests. google-generativeai asks again by itself, twice, where a key is refused by 401."""
        twice_more = self.name == "gemini" and self.server.answers[0][0] == 401
        return len(self.server.requests) - 2 * twice_more

    @property
    def outcomes(self) -> list[str]:
        return [str(request.outcome) for request in self.purse.settled]

    def words(self, text: str) -> str:
        """What is said to a moderator, with this captioner's names."""
        client = self.client
        return text.format(vendor=client.vendor, setting=client.model_setting, help=client.key_help)


@pytest.fixture(scope="session")
def servers(_gemini: Any) -> Iterator[dict[str, Any]]:
    fake = openai.FakeOpenAi()
    yield {"gemini": _gemini, "genai": _gemini, "openai": fake}
    fake.stop()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody waits; the seconds that somebody would have."""
    waited: list[float] = []
    monkeypatch.setattr(shell, "time", SimpleNamespace(monotonic=time.monotonic, sleep=waited.append))
    return waited


def made(name: str, server: Any, pauses: list[float]) -> Captioner:
    client = import_module(f"processors.captioning.{name}").client(KEY, MODEL, server.url)
    return Captioner(name, CLIENTS[name], server, client, pauses)


@pytest.fixture(params=CLIENTS)
def captioner(request: pytest.FixtureRequest, servers: dict[str, Any], pauses: list[float]) -> Captioner:
    return made(request.param, servers[request.param], pauses)
