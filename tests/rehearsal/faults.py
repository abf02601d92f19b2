"""Every fault that is rehearsed: in the terminal's table, and as a test each."""

from collections.abc import Callable

from tests.rehearsal import (
    fault_budget,
    fault_delivery,
    fault_gemini,
    fault_machines,
    fault_outages,
    fault_queues,
    fault_releases,
    fault_visitors,
)
from tests.rehearsal.deployment import Deployment
from tests.servers.gemini import GOOD

CLOCK = 60.0  # a message comes back after 3 s instead of 180, unless a fault sets it otherwise

FAULTS: dict[str, Callable[[Deployment], str]] = {
    "three instances started together on an empty database": fault_machines.instances_start_together,
    "every message is delivered twice, in shuffled order": fault_delivery.twice_and_shuffled,
    "messages are lost, and workers die": fault_delivery.lost,
    "hostile uploads of each kind, through the proxy": fault_visitors.hostile_uploads,
    "200 slow connections of all kinds, to the proxy and to an instance": fault_visitors.slow_connections,
    "Gemini answers 429 and 500 for a while": fault_gemini.unwell_for_a_while,
    "Gemini is down for good, then back": fault_gemini.down_for_good,
    "the month's budget is used up, while messages are doubled and functions killed": fault_budget.used_up,
    "a web instance is killed during uploads": fault_machines.web_instance_is_killed,
    "the database's password rotates twice": fault_outages.password_rotates,
    "the database stops for 30 s during 50 uploads": fault_outages.database_stops,
    "the thumbnail function has 128 MB, a large HEIC comes": fault_machines.memory_is_too_small,
    "functions are killed in the middle of a job": fault_machines.functions_are_killed,
    "a release that does not start": fault_releases.broken,
    "the functions' password is new before the database has it": fault_releases.functions_password,
    "a picture that ends the function each time": fault_queues.poisoned,
    "500 pictures at once": fault_queues.burst,
}


def rehearse(deployment: Deployment, name: str) -> None:
    """One fault, from a calm deployment to a calm one; AssertionError where something was lost."""
    deployment.gemini.say((200, GOOD))
    with deployment.report.step(name) as line:
        try:
            line.result = FAULTS[name](deployment)
        finally:
            deployment.host.set_clock(CLOCK)
            deployment.replace_dead_instances()
