"""What gunicorn serves. Refuses to start half-configured or on a database that is not migrated."""

import os
import sys

from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.core.wsgi import get_wsgi_application

BOOT_ERROR = 3  # gunicorn's WORKER_BOOT_ERROR: it gives up; after any other it would start workers for ever


def refuse(words: object) -> None:
    print(words, file=sys.stderr, flush=True)  # noqa: T201
    sys.exit(BOOT_ERROR)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    application = get_wsgi_application()
    call_command("check")
except (SystemExit, SystemCheckError) as problem:
    refuse(problem)

from gallery import readiness  # noqa: E402  (needs the apps)

if readiness.migrations() == readiness.NOT_MIGRATED:
    refuse(readiness.NOT_MIGRATED)
