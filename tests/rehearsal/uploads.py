"""Many pictures uploaded through the proxy by people who send the plain form, and the count of what became of them."""

import re
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import requests

from processors.records import KINDS
from tests.flow.visitor import Visitor
from tests.pictures import jpeg
from tests.rehearsal.deployment import Deployment

_seeds = count(1000)
LATE_MINUTES = 6  # site/gallery/work/housekeeping.py sends again what is late by five


def photos(number: int) -> list[bytes]:
    """So many pictures that were never uploaded before."""
    return [jpeg(900, 600, seed=next(_seeds)) for _ in range(number)]


@dataclass
class Tally:
    """`accepted`: uuids of the pictures that the site took. `refused`: (status, the page's heading or sentence) of
    the others; status 0: the connection broke. `again`: the bodies of those, as a person would send them again."""

    accepted: list[str] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    again: list[bytes] = field(default_factory=list)

    @property
    def words(self) -> set[str]:
        return {words for _, words in self.refused}


def upload(url: str, bodies: Iterable[bytes], people: int = 4, pause: float = 0.0) -> Tally:
    """Upload each, by so many people at once; `pause`: seconds that a person takes between two."""
    tally, lock, local = Tally(), threading.Lock(), threading.local()

    def send(body: bytes) -> None:
        if not hasattr(local, "visitor"):
            local.visitor = Visitor(url)
        status, text = _send(local.visitor, body)
        found = re.search(r'class="result ok".*?/images/([0-9a-f-]{36})', text, re.DOTALL)
        with lock:
            if found:
                tally.accepted.append(found[1])
            else:
                tally.refused.append((status, sentence(text)))
                tally.again.append(body)
        time.sleep(pause)

    with ThreadPoolExecutor(people) as threads:
        list(threads.map(send, bodies))
    return tally


def _send(visitor: Visitor, body: bytes) -> tuple[int, str]:
    """Status and text of the answer; of the form itself where that did not come."""
    try:
        form = visitor.get("/")
        if form.status_code != 200:
            return form.status_code, form.text
        answer = visitor.post("/", {}, [("files", ("photo.jpg", body, "image/jpeg"))])
    except (requests.RequestException, AssertionError) as problem:
        return 0, f"<h1>{type(problem).__name__}</h1>"
    return answer.status_code, answer.text


def sentence(page: str) -> str:
    """What the page says to the person who sent the file."""
    found = re.search(r'class="outcome">(.*?)</', page, re.DOTALL) or re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    return " ".join(found[1].split()) if found else page[:80]


def rows(deployment: Deployment, uuids: Iterable[str]) -> list[dict[str, Any]]:
    """The rows of these pictures, each with the rows of its jobs by kind."""
    marks = list(uuids)
    if not marks:
        return []
    among = f"IN ({', '.join(['%s'] * len(marks))})"
    images = deployment.database.query(f"SELECT * FROM images WHERE uuid {among} ORDER BY id", *marks)
    sql = f"SELECT jobs.* FROM jobs JOIN images ON images.id = image_id WHERE uuid {among}"
    jobs = deployment.database.query(sql, *marks)
    return [row | {job["kind"]: job for job in jobs if job["image_id"] == row["id"]} for row in images]


def finished(deployment: Deployment, uuids: Iterable[str]) -> int:
    """How many of them have a thumbnail and a caption."""
    return sum(states(row) == {"done"} for row in rows(deployment, uuids))


def states(row: dict[str, Any]) -> set[str]:
    """Of both jobs."""
    return {row[kind]["state"] for kind in KINDS}


def make_late(deployment: Deployment, uuids: Iterable[str]) -> None:
    """As if their jobs had been due for longer than housekeeping leaves a message on its way."""
    for uuid in uuids:
        sql = f"UPDATE jobs SET due_at = UTC_TIMESTAMP(6) - INTERVAL {LATE_MINUTES} MINUTE"
        deployment.database.query(f"{sql} WHERE image_id = (SELECT id FROM images WHERE uuid = %s)", uuid)


def wait_until(condition: Callable[[], Any], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen within {seconds:.0f} s"
        time.sleep(0.2)


def wait_finished(deployment: Deployment, uuids: Iterable[str], seconds: float = 90.0) -> None:
    """Until every one has a thumbnail and a caption, and no message is under way any more; AssertionError if not."""
    marks = list(uuids)
    wait_until(lambda: finished(deployment, marks) == len(marks), seconds, f"{len(marks)} finished pictures")
    deployment.host.settle(seconds)


def left_behind(deployment: Deployment) -> int:
    """Rows without an object, and objects under uploads/ without a row."""
    s3 = deployment.client("s3").get_paginator("list_objects_v2")
    pages = s3.paginate(Bucket=deployment.bucket, Prefix="uploads/")
    keys = {item["Key"] for page in pages for item in page.get("Contents", [])}
    return len(keys ^ {row["s3_key"] for row in deployment.database.query("SELECT s3_key FROM images")})
