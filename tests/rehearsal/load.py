"""The reference deployment's load test on this machine: ApacheBench with 1,500 connections that are kept alive, on
/gallery, through the proxy, over three instances. And what one instance can do, for the simulation of scaling."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.rehearsal import autoscaling
from tests.rehearsal.autoscaling_chart import draw
from tests.rehearsal.deployment import INSTANCES, Deployment
from tests.rehearsal.instances import Instance
from tests.rehearsal.uploads import photos, upload, wait_finished

CONNECTIONS, REQUESTS = 1500, 30_000
ALONE_CONNECTIONS, ALONE_REQUESTS = 64, 6000
SPREAD = 0.05  # how far an instance may be from its third of the requests
CHART = Path(__file__).resolve().parents[2] / "docs" / "autoscaling.png"


@dataclass(frozen=True)
class Result:
    """What ab counted; times in ms."""

    complete: int
    failed: int
    other_than_2xx: int
    kept_alive: int
    per_second: float
    p50: int
    p95: int
    p99: int


def rehearse(deployment: Deployment) -> None:
    report = deployment.report
    with report.step("a page of 24 pictures to ask for"):
        wait_finished(deployment, upload(deployment.url, photos(24)).accepted)
    with report.step(f"{REQUESTS} requests on {CONNECTIONS} connections kept alive, through the proxy") as step:
        step.result = through_the_proxy(deployment)
    with report.step("one instance alone, at full load") as step:
        capacity = requests_per_cpu_second(deployment.instances[0])
        step.result = f"{capacity:.0f} requests for each second of CPU (measured)"
    with report.step("target tracking over the reference's hour (simulated)") as step:
        run = autoscaling.simulate(capacity, policy(deployment))
        draw(run, capacity, CHART)
        step.result = f"instances: {autoscaling.words(run)}; {CHART.name}"


def through_the_proxy(deployment: Deployment) -> str:
    """No request fails, and each instance gets its share."""
    deployment.balancer.wait(INSTANCES)
    before = _served(deployment)
    result = bench(f"{deployment.url}/gallery", REQUESTS, CONNECTIONS)
    served = {name: number - before[name] for name, number in _served(deployment).items()}
    assert (result.complete, result.failed, result.other_than_2xx) == (REQUESTS, 0, 0), result
    assert result.kept_alive == REQUESTS, result
    share = REQUESTS / len(served)
    assert all(abs(number - share) <= share * SPREAD for number in served.values()), served
    spread = ", ".join(f"{name} {number}" for name, number in served.items())
    return (
        f"0 failed, {result.per_second:.0f}/s, p50 {result.p50} ms, p95 {result.p95} ms, p99 {result.p99} ms; {spread}"
        f" (one machine with {os.cpu_count()} cores runs all of it, ab too)"
    )


def requests_per_cpu_second(instance: Instance) -> float:
    """What an instance with one processor of this machine could answer in a second, if it did nothing else."""
    address = f"http://127.0.0.1:{instance.port}/gallery"
    bench(address, 500, ALONE_CONNECTIONS)  # warm
    before = cpu_seconds(instance)
    result = bench(address, ALONE_REQUESTS, ALONE_CONNECTIONS)
    assert (result.failed, result.other_than_2xx) == (0, 0), result
    return ALONE_REQUESTS / (cpu_seconds(instance) - before)


def cpu_seconds(instance: Instance) -> float:
    """What gunicorn's processes have used so far (proc(5), stat: utime and stime)."""
    ticks = 0
    for pid in _family(instance.process.pid):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def bench(url: str, requests: int, connections: int) -> Result:
    """ApacheBench; `-l`: pages may differ in length, as they do when a picture is added."""
    command = ["ab", "-k", "-l", "-q", "-s", "60", "-n", str(requests), "-c", str(connections), url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return parse(done.stdout)


def parse(text: str) -> Result:
    """ab's report as numbers."""

    def number(label: str) -> float:
        found = re.search(rf"^{label}:?\s+([\d.]+)", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    return Result(
        complete=int(number("Complete requests")),
        failed=int(number("Failed requests")),
        other_than_2xx=int(number("Non-2xx responses")),
        kept_alive=int(number("Keep-Alive requests")),
        per_second=number("Requests per second"),
        p50=int(number(r"\s*50%")),
        p95=int(number(r"\s*95%")),
        p99=int(number(r"\s*99%")),
    )


def policy(deployment: Deployment) -> autoscaling.Policy:
    """As Terraform made it: sizes of the group and the target."""
    api = deployment.client("autoscaling")
    group = api.describe_auto_scaling_groups()["AutoScalingGroups"][0]
    tracking = api.describe_policies()["ScalingPolicies"][0]["TargetTrackingConfiguration"]
    return autoscaling.Policy(tracking["TargetValue"], group["MinSize"], group["MaxSize"])


def _served(deployment: Deployment) -> dict[str, int]:
    return {name: int(row["hrsp_2xx"]) for name, row in deployment.balancer.targets().items()}
