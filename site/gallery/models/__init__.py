"""The schema of image_annotations_db.

`processors/records.py` writes to the same tables by plain SQL: every column that it may leave out has a
`db_default`, and a contract test runs each of its statements against these models. Such a column has the same
`default`: MySQL has no INSERT … RETURNING, and a saved instance would hold a placeholder, which is truthy.
"""

from gallery.models.image import (
    DUE,
    OFFLINE,
    PERSON,
    PROTECTED,
    Image,
    ImageTag,
    ImageWord,
    SearchWord,
    Translation,
    Verdict,
    Visibility,
    new_uuid,
)
from gallery.models.job import OVERDUE, OVERDUE_AFTER, STATUSES, Job, Recaption, State, job_name, status_q
from gallery.models.ledger import Annotation, Budget, Prompt
from gallery.models.review import ReviewClaim, ReviewSample
from gallery.models.visitor import ClientDay, RemovedPicture, Report

__all__ = [
    "DUE",
    "OFFLINE",
    "OVERDUE",
    "OVERDUE_AFTER",
    "PERSON",
    "PROTECTED",
    "STATUSES",
    "Annotation",
    "Budget",
    "ClientDay",
    "Image",
    "ImageTag",
    "ImageWord",
    "Job",
    "Prompt",
    "Recaption",
    "RemovedPicture",
    "Report",
    "ReviewClaim",
    "ReviewSample",
    "SearchWord",
    "State",
    "Translation",
    "Verdict",
    "Visibility",
    "job_name",
    "new_uuid",
    "status_q",
]
