"""The queue: jobs, and captions of many pictures that are written again."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from gallery.fields import AsciiField
from gallery.models.image import Image
from processors import records

# A job that nobody has taken up for as long as a message lives was lost on its way, or whoever works is gone.
OVERDUE_AFTER = records.EVENT_LIFE


class State(models.TextChoices):
    """What is known of a job. "Paused" is put off for a reason that a person should know, and counts as no try."""

    QUEUED = "queued", "waiting"
    RUNNING = "running", "in progress"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    DECLINED = "declined", "declined by the model"
    PAUSED = "paused", "paused"


# How a job stands, for people: as its state says, or "overdue" where it should long have been taken up.
OVERDUE = "overdue"
STATUSES = dict(State.choices) | {OVERDUE: OVERDUE}
_MAY_BE_OVERDUE = (State.QUEUED, State.RUNNING)


def job_name(kind: str) -> str:
    """A kind of job in a word for people."""
    return {"annotation": "Caption", records.TRIAL: "Trial of a prompt"}.get(kind, kind.capitalize())


def status_q(status: str, path: str = "") -> models.Q:
    """The condition for jobs that stand so, as `Job.status` says. `path` leads to them from another model:
    "jobs__"."""
    limit = timezone.now() - OVERDUE_AFTER
    if status == OVERDUE:
        return models.Q(**{f"{path}state__in": _MAY_BE_OVERDUE, f"{path}due_at__lt": limit})
    on_time = {f"{path}due_at__gte": limit} if status in _MAY_BE_OVERDUE else {}
    return models.Q(**{f"{path}state": status, **on_time})


class JobQuerySet(models.QuerySet["Job"]):
    def with_status(self, status: str) -> "JobQuerySet":
        """The jobs that stand so."""
        return self.filter(status_q(status))

    def hold_caption_of(self, image_id: int) -> None:
        """Lock the job of a picture's caption until the end of the transaction, ahead of the picture, as functions have
        it (`records.hold`). One row: of several each index would have its own order, and two would wait for each
        other."""
        list(self.filter(image=image_id, kind="annotation").select_for_update())


class Job(models.Model):
    """The queue: one row for each thing to be done with a picture. `due_at` is not-before while it is queued or
    paused, and the end of the lease while it is running. `kind`: one of `records.KINDS`, or `records.TRIAL`."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="jobs")
    kind = AsciiField(max_length=16)
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED, db_default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0, db_default=0)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, default="", db_default="")
    # Of a trial, the prompt that is tried; of a caption that is written again, what had it written again.
    prompt = models.ForeignKey("Prompt", null=True, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    recaption = models.ForeignKey(
        "Recaption", null=True, on_delete=models.SET_NULL, db_constraint=False, db_index=False, related_name="jobs"
    )

    objects = JobQuerySet.as_manager()

    class Meta:
        db_table = "jobs"
        constraints = [models.UniqueConstraint(fields=["image", "kind"], name="jobs_once")]
        indexes = [
            models.Index(fields=["kind", "state", "due_at"], name="jobs_queue"),
            models.Index(fields=["kind", "state", "image"], name="jobs_state"),  # for the moderators' list
            models.Index(fields=["recaption", "state"], name="jobs_recaption"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.image_id}"

    @property
    def name(self) -> str:
        return job_name(self.kind)

    @property
    def status(self) -> str:
        """How this job stands, as `status_q` finds it; its words are in STATUSES."""
        late = self.state in _MAY_BE_OVERDUE and self.due_at < timezone.now() - OVERDUE_AFTER
        return OVERDUE if late else str(self.state)


class Recaption(models.Model):
    """Captions of many pictures that are written again, a few at a time (`gallery.work.recaption`). `criteria`: what
    chooses the pictures. `last_image`: the highest id that was looked at."""

    criteria = models.JSONField(default=dict)
    pictures = models.PositiveIntegerField(default=0)  # that the criteria chose when it began
    last_image = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True)  # all are queued, or somebody stopped it
    stopped = models.BooleanField(default=False)

    class Meta:
        db_table = "recaptions"
        ordering = ["-id"]
        default_permissions = ("add", "view")
        indexes = [models.Index(fields=["ended_at", "id"], name="recaptions_open")]

    def __str__(self) -> str:
        return f"recaption {self.pk}"
