"""The replacement of the web instances, which AWS calls an instance refresh: which one an apply has started, and how it
ends. Times are in seconds.
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html names the statuses."""

import time
from collections.abc import Callable
from typing import Any

ENDS = ("Successful", "Failed", "Cancelled", "RollbackFailed", "RollbackSuccessful")
PAUSE = 15.0
SHOWS_WITHIN = 30.0  # from the end of the apply until AWS lists what it has started
PATIENCE = 2 * 3600.0  # three instances, each given up and started again after half an hour


class StillRunning(Exception):
    """It has not ended within the time that we wait."""


def newest(autoscaling: Any, group: str) -> dict[str, Any]:
    """The group's newest refresh as AWS tells it, {} when there never was one."""
    found = autoscaling.describe_instance_refreshes(AutoScalingGroupName=group, MaxRecords=1)["InstanceRefreshes"]
    return dict(found[0]) if found else {}


def started(ask: Callable[[], dict[str, Any]], before: str, pause: float = PAUSE) -> bool:
    """Whether there is a refresh to wait for: one with another id than `before`, or one that has not ended.
    `ask` gives the newest."""
    end = time.monotonic() + SHOWS_WITHIN
    while True:
        found = ask()
        if found and (found["InstanceRefreshId"] != before or found["Status"] not in ENDS):
            return True
        if time.monotonic() + pause > end:
            return False
        time.sleep(pause)


def wait(
    ask: Callable[[], dict[str, Any]], say: Callable[[str], None], pause: float = PAUSE, patience: float = PATIENCE
) -> dict[str, Any]:
    """The refresh when it has ended; `say` gets a line for each change. StillRunning after `patience`."""
    end, told = time.monotonic() + patience, ""
    while (found := ask())["Status"] not in ENDS:
        if (line := _line(found)) != told:
            say(line)
            told = line
        if time.monotonic() > end:
            raise StillRunning(f"The instances are still being replaced after {patience / 60:.0f} minutes ({line})")
        time.sleep(pause)
    return found


def _line(found: dict[str, Any]) -> str:
    done = f"{found['Status']}, {found.get('PercentageComplete', 0)} %"
    return ": ".join(filter(None, (done, found.get("StatusReason", ""))))
