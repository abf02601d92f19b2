"""What gunicorn serves. Refuses to start half-configured or on a database that is not migrated."""

import os
import sys

from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
try:
    call_command("check")
except SystemCheckError as problem:
    sys.exit(str(problem))

from gallery import readiness  # noqa: E402  (needs the apps)

if readiness.migrations() == readiness.NOT_MIGRATED:
    sys.exit(readiness.NOT_MIGRATED)
connections.close_all()  # gunicorn forks its workers now, and a connection can't be shared
