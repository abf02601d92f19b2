"""How the body of an upload is received: in a temporary file, and never more of a file than its limit."""

import time

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest

MAX_SECONDS = 1200  # 20 files of 25 MB at 3.3 Mbit/s


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
