"""Gemini in trouble, for a while and for good."""

from processors.records import TRIES
from tests.flow.visitor import Visitor
from tests.rehearsal.deployment import Deployment
from tests.rehearsal.story import PASSWORD
from tests.rehearsal.uploads import finished, photos, rows, upload, wait_finished
from tests.servers.gemini import GOOD, error

REQUESTS_FOR_ONE = 3  # in each try of a job


def unwell_for_a_while(deployment: Deployment) -> str:
    """429 and 500: captions come late, none is missing, and the requests are bounded."""
    gemini = deployment.gemini
    gemini.say(*[error(429), error(500)] * 6, (200, GOOD))
    tally = upload(deployment.url, photos(6))
    wait_finished(deployment, tally.accepted, 150)  # what was put off waits for housekeeping
    requests, paid = len(gemini.requests), gemini.paid
    assert requests == 12 + 6
    assert (len(tally.accepted), finished(deployment, tally.accepted), paid) == (6, 6, 6)
    return f"accepted 6, finished 6, lost 0, paid {paid} of {requests} requests; 12 were refused"


def down_for_good(deployment: Deployment) -> str:
    """The thumbnails are there, and the captions say that they failed. When Gemini is back, one command and one button
    bring all of them. Nobody looks after the queue meanwhile: people do all of it."""
    for instance in deployment.instances:
        instance.kill_worker()
    first = _fail(deployment, 4)
    _lose_the_last_word(deployment, first[0])
    overdue = "Overdue: nobody has taken it up yet. A moderator can run it again."
    for uuid, words in {first[0]: overdue, first[1]: "No caption yet."}.items():
        assert words in Visitor(deployment.url).get(f"/images/{uuid}").text
    deployment.gemini.say((200, GOOD))
    said = deployment.instances[1].manage("redrive").strip().splitlines()
    wait_finished(deployment, first)
    paid = deployment.gemini.paid
    second = _fail(deployment, 2)
    deployment.gemini.say((200, GOOD))
    _press_the_button(deployment)
    wait_finished(deployment, second)
    paid += deployment.gemini.paid
    assert (letters(deployment), paid) == (0, 6), (letters(deployment), paid)
    return f"accepted 6, failed 6, after redrive finished 6, lost 0, paid {paid} ({' '.join(said)})"


def letters(deployment: Deployment) -> int:
    """Messages in both dead-letter queues."""
    sqs, count = deployment.client("sqs"), 0
    for url in deployment.outputs["dead_letter_queues"].values():
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        count += sum(int(found[name]) for name in names)
    return count


def _fail(deployment: Deployment, number: int) -> list[str]:
    """Upload so many, and wait until the last try of each has failed: the tries between are as if made."""
    deployment.gemini.say(error(500))
    name = deployment.functions["annotation"]
    before = len(deployment.host.functions[name].deliveries)
    tally = upload(deployment.url, photos(number))
    deployment.host.settle(120)
    assert _states(deployment, tally.accepted) == [("done", "queued")] * number
    for row in rows(deployment, tally.accepted):
        sql = "UPDATE jobs SET attempts = %s, due_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE id = %s"
        deployment.database.query(sql, TRIES - 1, row["annotation"]["id"])
    deployment.host.deliver(deployment.host.functions[name].deliveries[before:])
    deployment.host.settle(120)
    assert _states(deployment, tally.accepted) == [("done", "failed")] * number
    assert deployment.gemini.paid == 0
    assert len(deployment.gemini.requests) == 2 * number * REQUESTS_FOR_ONE
    return tally.accepted


def _states(deployment: Deployment, uuids: list[str]) -> list[tuple[str, str]]:
    return [(row["thumbnail"]["state"], row["annotation"]["state"]) for row in rows(deployment, uuids)]


def _lose_the_last_word(deployment: Deployment, uuid: str) -> None:
    """As if the last try had died before it could write down anything."""
    deployment.database.query(
        "UPDATE jobs SET state = 'running', error = '', finished_at = NULL, due_at = UTC_TIMESTAMP(6) - INTERVAL 16"
        " MINUTE WHERE kind = 'annotation' AND image_id = (SELECT id FROM images WHERE uuid = %s)",
        uuid,
    )


def _press_the_button(deployment: Deployment) -> None:
    deployment.instances[0].manage("moderator", "mod", text=PASSWORD + "\n")
    with Visitor(deployment.tunnel) as moderator:
        moderator.log_in("mod", PASSWORD)
        list_ = "/admin/gallery/image/"
        form = moderator.get(list_)
        assert "Run everything that failed again" in form.text
        token = form.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        answer = moderator.session.post(
            f"{deployment.tunnel}{list_}redrive/", {"csrfmiddlewaretoken": token}, timeout=60
        )
        assert "2 jobs of 2 pictures will be done again." in answer.text, answer.text
