#!/usr/bin/env python
"""Django's command line, with site/ on the path: `python manage.py help`."""

import os
import sys
from pathlib import Path

# site/ is a folder on the path and never a package: the standard library has a module of that name.
sys.path[:0] = [str(Path(__file__).parent / "site"), str(Path(__file__).parent)]

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
