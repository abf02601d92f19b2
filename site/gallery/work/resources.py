"""What the processors work with on one machine."""

from functools import cache

from django.conf import settings
from django.db import connection, transaction

from gallery.limits import picture_limits
from gallery.storage import Pictures
from processors.captioning import Captioner
from processors.job import Resources


def resources() -> Resources:
    """For this thread, as the database's connection is its own."""
    return Resources(
        Pictures(),
        connection,
        picture_limits(),
        captioner,
        settings.ANNOTATION_LANGUAGE,
        transaction=lambda _: transaction.atomic(),
    )


@cache
def captioner() -> Captioner:
    """Gemini with a key, else the describer that needs none."""
    if not settings.GEMINI_API_KEY:
        from processors.captioning.offline import Offline

        return Offline()
    from processors.captioning import gemini

    return gemini.Gemini(settings.GEMINI_API_KEY, settings.GEMINI_MODEL, settings.GEMINI_ENDPOINT)
