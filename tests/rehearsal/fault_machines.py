"""Machines that die: a web instance, a function in the middle of a job, a function with too little memory."""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.flow.visitor import Visitor
from tests.pictures import encoded, heic_grid, quadrants
from tests.rehearsal.deployment import INSTANCES, Deployment
from tests.rehearsal.uploads import finished, left_behind, photos, rows, upload, wait_finished, wait_until
from tests.servers.gemini import GOOD


def instances_start_together(deployment: Deployment) -> str:
    """On the empty database, when the rehearsal began."""
    applied = [line.strip() for output in deployment.migrations for line in output.splitlines() if "Applying " in line]
    assert len(applied) == len(set(applied)) > 10
    recorded = deployment.database.query("SELECT app, name FROM django_migrations")
    assert len(recorded) == len(applied)
    migrating = sum("Applying " in output for output in deployment.migrations)
    assert migrating == 1
    return f"{len(applied)} migrations ran once, by 1 of {INSTANCES} instances"


def web_instance_is_killed(deployment: Deployment) -> str:
    """In the middle of uploads. The proxy goes on with the others, and nobody sees half a picture."""
    victim = deployment.instances[1]
    with ThreadPoolExecutor(1) as threads:
        uploading = threads.submit(upload, deployment.url, photos(30), people=4, pause=0.3)
        time.sleep(1.5)
        victim.kill()
        tally = uploading.result()
    deployment.balancer.wait(INSTANCES - 1)
    assert {status for status, _ in tally.refused} <= {0, 502, 503, 504}
    later = upload(deployment.url, tally.again)
    everybody = tally.accepted + later.accepted
    wait_finished(deployment, everybody)
    deployment.replace_dead_instances()
    half = _half_an_upload(deployment)
    done, paid = finished(deployment, {*everybody, half}), deployment.gemini.paid
    assert (len(later.refused), len({*everybody, half}), done, paid) == (0, 31, 31, 31)
    assert left_behind(deployment) == 0
    return (
        f"accepted {len(tally.accepted)}; {len(tally.refused)} failed until the health check saw it, and were sent"
        f" again; finished {done - 1} of 30, lost 0, paid {paid - 1}; half an upload: seen by nobody, whole when"
        " sent again"
    )


def _half_an_upload(deployment: Deployment) -> str:
    """S3 holds its breath, so that an instance has written the row and not yet the object when it is killed. Returns
    the picture's uuid, once its person has sent it again."""
    victim, (body,) = deployment.instances[1], photos(1)
    os.kill(deployment.moto.process.pid, signal.SIGSTOP)
    try:
        sending = threading.Thread(target=upload, args=(f"http://127.0.0.1:{victim.port}", [body]))
        sending.start()
        wait_until(lambda: _arriving(deployment), 20, "the row of an upload")
        victim.kill()
        sending.join(30)
    finally:
        os.kill(deployment.moto.process.pid, signal.SIGCONT)
    (row,) = _arriving(deployment)
    deployment.balancer.wait(INSTANCES - 1)
    with Visitor(deployment.url) as visitor:
        assert row["uuid"] not in visitor.get("/gallery").text
        assert visitor.get(f"/images/{row['uuid']}").status_code == 404
    again = upload(deployment.url, [body])
    assert again.accepted == [row["uuid"]], again
    wait_finished(deployment, again.accepted)
    deployment.replace_dead_instances()
    return str(row["uuid"])


def _arriving(deployment: Deployment) -> list[dict[str, Any]]:
    return deployment.database.query("SELECT uuid FROM images WHERE visibility = 'arriving'")


def functions_are_killed(deployment: Deployment) -> str:
    """SIGKILL in the middle of a job: its message comes back when the lease of the dead one is over."""
    deployment.host.set_clock(10.0)
    gemini = deployment.gemini
    gemini.delay = 15.0
    gemini.say(("slow", GOOD))
    asked = _killed_meanwhile(deployment, "annotation", photos(1)[0])
    gemini.answers = [(200, GOOD)]
    drawn = _killed_meanwhile(deployment, "thumbnail", encoded(quadrants(8000, 8000), "PNG"))
    began = time.monotonic()
    wait_finished(deployment, [asked, drawn], 240)
    seconds, paid = time.monotonic() - began, gemini.paid
    attempts = {row["uuid"]: row for row in rows(deployment, [asked, drawn])}
    assert attempts[asked]["annotation"]["attempts"] == attempts[drawn]["thumbnail"]["attempts"] == 2
    assert paid == 3, paid
    return (
        f"accepted 2, finished 2 when the message came back ({seconds:.0f} s later), lost 0, paid {paid}: Gemini's"
        " answer to the one that died counts"
    )


def _killed_meanwhile(deployment: Deployment, name: str, body: bytes) -> str:
    """Upload a picture and kill the function that works on it; the picture's uuid."""
    asked = len(deployment.gemini.requests)
    (uuid,) = upload(deployment.url, [body]).accepted
    end = time.monotonic() + 30
    while rows(deployment, [uuid])[0][name]["state"] != "running":
        assert time.monotonic() < end, f"the {name} of {uuid} did not begin, or was too fast"
        time.sleep(0.005)
    if name == "annotation":
        wait_until(lambda: len(deployment.gemini.requests) > asked, 30, "the request to Gemini")
    assert deployment.host.functions[deployment.functions[name]].kill() == 1
    assert rows(deployment, [uuid])[0][name]["state"] == "running"
    return uuid


def memory_is_too_small(deployment: Deployment) -> str:
    """128 MB and a large HEIC: it is refused in words before it can end the process. With more memory it is made."""
    _set_memory(deployment, 128)
    tally = upload(deployment.url, [heic_grid(8, 6)])
    deployment.host.settle(60)
    (row,) = rows(deployment, tally.accepted)
    words = row["thumbnail"]["error"]
    assert (row["thumbnail"]["state"], row["annotation"]["state"]) == ("failed", "done")
    assert "more memory than this service has" in words
    thumbnails = deployment.host.functions[deployment.functions["thumbnail"]]
    assert thumbnails.deliveries[-1].errors == []
    _set_memory(deployment, 592)
    deployment.instances[0].manage("redrive")
    wait_finished(deployment, tally.accepted)
    paid = deployment.gemini.paid
    assert paid == 1, paid
    return f"accepted 1, refused at 128 MB: “{words}”; at 592 MB finished, lost 0, paid {paid}"


def _set_memory(deployment: Deployment, megabytes: int) -> None:
    """As a release does it: a new version, then the alias."""
    api, name = deployment.client("lambda"), {"FunctionName": deployment.functions["thumbnail"]}
    api.update_function_configuration(**name, MemorySize=megabytes)
    api.update_alias(**name, Name="live", FunctionVersion=api.publish_version(**name)["Version"])
