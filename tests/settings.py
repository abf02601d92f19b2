"""Settings of the tests: the product's own, with throw-away folders and, for TEST_DATABASE=mysql, a private MariaDB."""

import os
import tempfile
import warnings

os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="annotations-"))
from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]  # noqa: F405  (nothing is collected)
UPLOAD_RATE = "100000/minute"
UPLOADS_PER_DAY = 100000
AXES_ENABLED = False  # it wants a request, which client.login() has none of; its own tests switch it on
warnings.filterwarnings("ignore", module="google.*")

if os.environ.get("TEST_DATABASE") == "mysql":
    from tests.servers import mariadb

    DATABASES = {"default": mariadb.start().django()}
else:
    # A file as in production: in memory SQLite locks whole tables, and threads would not wait for each other.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] += "; PRAGMA synchronous = OFF"
