"""How the body of an upload is received: in a temporary file, and never more of a file than its limit."""

import time
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict

MAX_SECONDS = 1200  # 20 files of 25 MB at 3.3 Mbit/s
# What a path separator in a file's name becomes: Django would silently keep the last part of the path, and the form
# could not tell the sender. The division slash is no separator anywhere.
SEPARATOR = "\u2215"


class LimitedHandler(TemporaryFileUploadHandler):
    """Counts every byte of a file but keeps none beyond the limit: the form then refuses it by its size. Gives up
    where a request takes too long: it holds one of few places."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.end = time.monotonic() + MAX_SECONDS

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if time.monotonic() > self.end:
            raise SuspiciousOperation(f"An upload took longer than {MAX_SECONDS} seconds.")
        if start < settings.MAX_FILE_BYTES:
            self.file.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> TemporaryUploadedFile:
        self.file.seek(0)
        self.file.size = file_size
        return self.file


class _Parser(MultiPartParser):
    def sanitize_file_name(self, file_name: str) -> str | None:
        return super().sanitize_file_name(file_name.replace("/", SEPARATOR).replace("\\", SEPARATOR))


def parse_file_upload(
    request: HttpRequest, META: dict[str, Any], post_data: Any
) -> tuple[QueryDict, MultiValueDict[str, Any]]:
    """In place of HttpRequest.parse_file_upload for one request: the same, keeping separators visible."""
    return _Parser(META, post_data, request.upload_handlers, request.encoding).parse()
