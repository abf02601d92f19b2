"""SQLite has no users: what needs the run's own database on a server is collected with TEST_DATABASE=mysql only, by the
second half of `make test`."""

import os

collect_ignore = [] if os.environ.get("TEST_DATABASE") == "mysql" else ["test_functions_user.py"]
