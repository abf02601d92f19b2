"""A table as a file for spreadsheets."""

import csv
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which a cell begins that a spreadsheet would execute (OWASP)


def csv_file(name: str, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """To be downloaded as `name`."""
    attached = f'attachment; filename="{name}"'
    response = HttpResponse(content_type="text/csv; charset=utf-8", headers={"Content-Disposition": attached})
    csv.writer(response).writerows([header, *rows])
    return response


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: names of prompts are what people write."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
