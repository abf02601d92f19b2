"""Tests of what only a real MySQL server does are collected by `make test-mysql` only."""

import os

collect_ignore = [] if "REAL_MYSQL" in os.environ else ["test_mysql.py"]
