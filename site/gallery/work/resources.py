"""What the processors work with on one machine."""

import os
from functools import cache

from django.conf import settings
from django.db import connection, transaction

from gallery.limits import picture_limits
from gallery.storage import Pictures
from processors import records
from processors.captioning import Captioner, choice
from processors.job import Resources

# Seconds for all requests of one try: a model on a machine without a graphics card takes its time. Less than the lease.
DEADLINE = records.LEASE.total_seconds() - 15


def resources() -> Resources:
    """For this thread, as the database's connection is its own."""
    return Resources(
        Pictures(),
        connection,
        picture_limits(),
        captioner,
        settings.CAPTIONER,
        settings.ANNOTATION_BUDGET_USD,
        settings.ANNOTATION_LANGUAGE,
        visibility=settings.FIRST_VISIBILITY,
        transaction=lambda _: transaction.atomic(),
    )


@cache
def captioner() -> Captioner:
    """As the environment chooses it, with its key, which on AWS only the annotation function has."""
    key = "CAPTION_API_KEY" if settings.CAPTIONER.captioner == "openai" else "GEMINI_API_KEY"
    return choice.captioner(settings.CAPTIONER, os.environ.get(key, "").strip(), DEADLINE)
