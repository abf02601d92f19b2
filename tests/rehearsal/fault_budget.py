"""A month's budget that is nearly used up while everything else goes wrong, too."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from tests.flow.budget import SPENT, bound
from tests.rehearsal.deployment import Deployment
from tests.rehearsal.uploads import finished, photos, rows, upload, wait_finished, wait_until
from tests.servers.gemini import GOOD, error

ROOM = 4  # requests that the budget has room for
PICTURES = 6
SILENT = {"candidates": GOOD["candidates"]}  # without its tokens: it may have cost all that was reserved


def used_up(deployment: Deployment) -> str:
    """Every message comes twice, requests are refused, a function is killed over one: what is spent or reserved is
    never more than the budget, and the ledger says the same. With a higher budget all goes on by itself."""
    gemini, host = deployment.gemini, deployment.host
    limit = spent(deployment)[0] + ROOM * bound()
    with _budget_of(deployment, limit), _watched(deployment, limit) as looks:
        gemini.delay = 20.0
        gemini.say(("slow", GOOD), error(500), (*error(429), {"Retry-After": "0"}), (200, SILENT))
        with host.holding() as held:
            uuids = upload(deployment.url, photos(PICTURES)).accepted
        over = next(each for each in held if each.function == deployment.functions["annotation"])
        _killed_over(deployment, over)
        deliveries = [each for each in held if each is not over] * 2
        random.Random(7).shuffle(deliveries)
        host.deliver(deliveries)
        host.settle(60)
        ends = ["done"] * (ROOM - 1) + ["paused"] * (PICTURES - ROOM + 1)
        wait_until(lambda: _states(deployment, uuids) == ends, 60, f"{ends} instead of {_states(deployment, uuids)}")
        assert (spent(deployment), gemini.paid) == ((limit, limit), ROOM)
    gemini.say((200, GOOD))
    wait_finished(deployment, uuids, 75)  # the budget is the deployment's again; housekeeping sees that there is room
    budget, ledger = spent(deployment)
    assert budget == ledger
    paid = ROOM + gemini.paid
    assert (finished(deployment, uuids), paid) == (PICTURES, PICTURES + 1)
    return (
        f"accepted {PICTURES}, room for {ROOM} requests: paid {ROOM}, one of them of a function that was killed;"
        f" {PICTURES - ROOM + 1} paused, and finished with a higher budget; in {len(looks)} looks never more than the"
        " budget, and the ledger's sum always the same"
    )


def _states(deployment: Deployment, uuids: list[str]) -> list[str]:
    return sorted(row["annotation"]["state"] for row in rows(deployment, uuids))


def spent(deployment: Deployment) -> tuple[Decimal, Decimal]:
    """By the budget and by the ledger, at one moment."""
    (row,) = deployment.database.query(SPENT)
    return row["budget"], row["ledger"]


@contextmanager
def _watched(deployment: Deployment, limit: Decimal) -> Iterator[list[tuple[Decimal, Decimal]]]:
    over = threading.Event()
    looks: list[tuple[Decimal, Decimal]] = []

    def look() -> None:
        while not over.wait(0.02):
            looks.append(spent(deployment))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield looks
    finally:
        over.set()
        watcher.join()
    assert looks
    assert all(budget == ledger <= limit for budget, ledger in looks)


@contextmanager
def _budget_of(deployment: Deployment, usd: Decimal) -> Iterator[None]:
    """Within, the annotation function has this budget; as a release does it: a new version, then the alias."""
    api, name = deployment.client("lambda"), {"FunctionName": deployment.functions["annotation"]}
    former = api.get_function_configuration(**name)["Environment"]["Variables"]
    for variables in ({**former, "ANNOTATION_BUDGET_USD": f"{usd:f}"}, former):
        api.update_function_configuration(**name, Environment={"Variables": variables})
        api.update_alias(**name, Name="live", FunctionVersion=api.publish_version(**name)["Version"])
        if variables is not former:
            yield


def _killed_over(deployment: Deployment, delivery: object) -> None:
    """The function that gets this message, while the model thinks. The message comes back when its lease is over."""
    asked = len(deployment.gemini.requests)
    deployment.host.deliver([delivery])
    wait_until(lambda: len(deployment.gemini.requests) > asked, 30, "the request to Gemini")
    assert deployment.host.functions[deployment.functions["annotation"]].kill() == 1
