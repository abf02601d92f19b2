"""How the body of an upload is received: in a file without a name, so that nothing is left of it however we end, and
never more of a picture than its limit."""

import html
import io
import re
import tempfile
import time
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser

from gallery.storage import is_full
from gallery.uploads.accept import shown_name

MAX_SECONDS = 1200  # 20 files of 25 MB at 3.3 Mbit/s


class Incoming(UploadedFile):
    """`full`: there was no room for all of it, and nothing of it was kept."""

    file: Any
    full = False


class Parser(MultiPartParser):
    """Django's, with a name for every file: its own drops the joiners of a name, and files whose name is ".."."""

    def sanitize_file_name(self, file_name: str) -> str:
        return shown_name(re.split(r"[/\\]", html.unescape(file_name))[-1])


class LimitedHandler(FileUploadHandler):
    """Counts every byte of a file but keeps none beyond the limit: the form then refuses it by its size. Gives up
    where a request takes too long: it holds one of few places."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.end = time.monotonic() + MAX_SECONDS

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = Incoming(None, self.file_name, self.content_type)
        try:
            self.file.file = tempfile.TemporaryFile()  # noqa: SIM115  (Django closes it with the request)
        except OSError as problem:
            self._give_up(problem)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if time.monotonic() > self.end:
            raise SuspiciousOperation(f"An upload took longer than {MAX_SECONDS} seconds.")
        if start < settings.MAX_FILE_BYTES and not self.file.full:
            try:
                self.file.file.write(raw_data)
            except OSError as problem:
                self._give_up(problem)
        return None

    def file_complete(self, file_size: int) -> UploadedFile:
        try:
            self.file.file.seek(0)
        except OSError as problem:
            self._give_up(problem)
        self.file.size = file_size
        return self.file

    def _give_up(self, problem: OSError) -> None:
        """The disk is full: what came of this file makes room, and the next ones are received all the same."""
        if not is_full(problem):
            raise problem
        if self.file.file:
            with suppress(OSError):
                self.file.file.close()
        self.file.file, self.file.full = io.BytesIO(), True


class Receiver(FileUploadHandler):
    """Has our parser read the body. Django offers this place for it (`handle_raw_input`)."""

    limited: LimitedHandler | None = None

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: str, encoding: str | None = None
    ) -> Any:
        self.limited = LimitedHandler(self.request)
        return Parser(META, input_data, [self.limited], encoding).parse()

    @property
    def last_name(self) -> str:
        """Of the file that came last, whole or not; "" before the first."""
        return (self.limited and self.limited.file_name) or ""
