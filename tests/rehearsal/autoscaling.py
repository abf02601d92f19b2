"""A simulation of EC2 Auto Scaling's target tracking, minute by minute as CloudWatch sees it. Nothing is measured here
but what is given: the requests that one instance answers in a second.

The rules are AWS's (EC2 Auto Scaling user guide, "Target tracking scaling policies" and "default instance warmup"): the
high alarm wants three minutes above the target, the low alarm fifteen below nine tenths of it; an instance that warms
up counts as capacity, not in the metric. One step in at a time is what the reference deployment's history shows."""

import math
from dataclasses import dataclass, field

HIGH_MINUTES, LOW_MINUTES, LOW_SHARE = 3, 15, 0.9
IDLE_CPU = 2.0  # percent of an instance that nobody asks
# The reference's section 5: the group has three instances from before; 1,500 connections ask at 17:45 and again some
# time after 18:05. When the first load ended and the second began is fitted to its activity history; the second goes on
# until the third instance can be seen. Minutes after 17:40, from and to.
BEGIN, RUNS, FORMER_INSTANCES, MINUTES = "17:40", ((5, 7), (26, 40)), 3, 60


@dataclass(frozen=True)
class Policy:
    """`target`: percent of CPU. `warmup`: default_instance_warmup in terraform/modules/web. `boot`: seconds from the
    launch to the first answer, assumed."""

    target: float = 70.0
    least: int = 1
    most: int = 3
    warmup: int = 300
    boot: int = 180


@dataclass(frozen=True)
class Minute:
    """`minute`: after BEGIN. `rate`: requests answered per second. `cpu`: the metric, percent. `instances`: in the
    group, `serving` of them answer."""

    minute: int
    rate: float
    cpu: float
    instances: int
    serving: int


@dataclass
class _Group:
    policy: Policy
    launched: list[int] = field(default_factory=list)  # seconds; negative: was there before
    high: int = 0
    low: int = 0

    def serving(self, now: int) -> int:
        return sum(now - at >= self.policy.boot for at in self.launched)

    def warm(self, now: int) -> int:
        return sum(now - at >= max(self.policy.boot, self.policy.warmup) for at in self.launched)

    def decide(self, now: int, cpu: float) -> None:
        """What the alarms do at the end of a minute."""
        target, count, warm = self.policy.target, len(self.launched), self.warm(now)
        self.high = self.high + 1 if cpu > target else 0
        self.low = self.low + 1 if cpu < target * LOW_SHARE else 0
        if self.high >= HIGH_MINUTES:
            wanted = min(self.policy.most, math.ceil(warm * cpu / target))
            self.launched += [now] * max(0, wanted - count)
        elif self.low >= LOW_MINUTES and self.policy.least < count == warm and cpu * count / (count - 1) < target:
            self.launched.pop()


def simulate(capacity: float, policy: Policy = Policy()) -> list[Minute]:
    """The group over MINUTES under the load of RUNS; `capacity` in requests per second of one instance. 1,500
    connections ask again as soon as they are answered: whoever serves is at 100 % as long as they ask."""
    group, minutes = _Group(policy, [-3600] * FORMER_INSTANCES), []
    for minute in range(MINUTES):
        now, asked = minute * 60, any(first <= minute < last for first, last in RUNS)
        serving, cpu = group.serving(now), 100.0 if asked else IDLE_CPU
        rate = serving * capacity if asked else 0.0
        minutes.append(Minute(minute, rate, cpu, len(group.launched), serving))
        group.decide(now + 60, cpu)
    return minutes


def clock(minute: int) -> str:
    """The time of day of a minute after BEGIN."""
    hours, minutes = map(int, BEGIN.split(":"))
    total = hours * 60 + minutes + minute
    return f"{total // 60 % 24}:{total % 60:02}"


def words(run: list[Minute]) -> str:
    """When the group's size changed: "1 at 17:40, 2 at 17:48, …"."""
    changes = [
        now for before, now in zip([None, *run], run, strict=False) if not before or before.instances != now.instances
    ]
    return ", ".join(f"{each.instances} at {clock(each.minute)}" for each in changes)
