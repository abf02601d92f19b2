"""The pictures' storage: S3 by django-storages on AWS, files on one machine. Nothing is public: the browser gets
presigned URLs, or goes through `views.media`."""

import errno
import os
import re
import tempfile
import threading
import time
from collections.abc import Hashable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DatabaseError
from django.utils.http import content_disposition_header

from gallery.models import Image
from processors.images.check import CONTENT_TYPES
from processors.store import ObjectMissing

if settings.ON_AWS:  # one machine has no boto3
    from botocore.credentials import ReadOnlyCredentials
    from storages.backends.s3 import S3Storage

    from gallery.presign import Presigner

    class Bucket(S3Storage):
        """django-storages' S3 with one connection for all threads (its own way costs 250 ms and 13 MiB in each), and
        the content type that the server found: the client's would be stored and served as it is."""

        _shared_lock = threading.Lock()
        _shared: Any = None

        @property
        def connection(self) -> Any:
            with self._shared_lock:
                if self._shared is None:
                    self._shared = super().connection
                return self._shared

        @cached_property
        def _session(self) -> Any:
            return super()._create_session()

        def _create_session(self) -> Any:
            """One session, so that there is one set of credentials, which boto3 renews."""
            return self._session

        @cached_property
        def presigner(self) -> Presigner:
            """Where the bucket's objects lie is asked of botocore: it knows regions, endpoints and addressing."""
            parameters = {"Bucket": self.bucket_name, "Key": "key"}
            example = self.connection.meta.client.generate_presigned_url("get_object", Params=parameters)
            base = example.split("?")[0].removesuffix("key")
            return Presigner(base, self.region_name, self.querystring_expire)

        def url_version(self) -> tuple[ReadOnlyCredentials, int]:
            """What the URLs of all objects depend on: the credentials of this moment and its window. boto3 asks for
            new credentials 15 minutes before the old ones end, and with those the URLs that they signed end."""
            credentials = self._session.get_credentials().get_frozen_credentials()
            return credentials, self.presigner.moment(time.time())

        def url(self, name: str, parameters: Any = None, expire: Any = None, http_method: Any = None) -> str:
            """The key as it is, presigned. With other parameters django-storages and botocore do it: a download that
            somebody asked for is one URL, not 24."""
            if parameters or expire or http_method:
                return super().url(name, parameters, expire, http_method)
            return self.presigner.url(name, *self.url_version())

        def get_object_parameters(self, name: str) -> dict[str, Any]:
            extension = name.rsplit(".", 1)[-1]
            return {**super().get_object_parameters(name), "ContentType": CONTENT_TYPES[extension]}


def is_full(problem: BaseException) -> bool:
    """Whether this says that there is no room: on the disk, or in the database (SQLite's words, and MySQL's)."""
    if isinstance(problem, OSError):
        return problem.errno in (errno.ENOSPC, errno.EDQUOT)
    return isinstance(problem, DatabaseError) and bool(_FULL.search(str(problem)))


_FULL = re.compile("disk is full|Disk full|table '.*' is full")
ARRIVING = ".arriving-"  # how the names of files begin that are not whole yet
LEFT_SECONDS = 3600  # nobody writes a file for so long


class Files(FileSystemStorage):
    """Files of one machine: one is there under its name when it is whole and on the disk, whatever ends us before."""

    def _save(self, name: str, content: File) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        number, fresh = tempfile.mkstemp(prefix=ARRIVING, dir=path.parent)
        try:
            with open(number, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(number)
            os.replace(fresh, path)
        except BaseException:
            os.unlink(fresh)
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)  # the names in a folder are data of their own (fsync(2))
        os.close(folder)
        return name

    def sweep(self) -> int:
        """Remove what killed uploads have left; returns how many files that were."""
        swept = 0
        for path in Path(self.location).rglob(f"{ARRIVING}*"):
            with suppress(OSError):  # it has just become whole, or is not ours
                if time.time() - path.stat().st_mtime > LEFT_SECONDS:
                    path.unlink()
                    swept += 1
        return swept


def holds(image: Image) -> bool:
    """Whether the whole original is there: a name alone says nothing."""
    try:
        return bool(default_storage.size(image.object_key) == image.byte_size)
    except FileNotFoundError:
        return False


def url(key: str) -> str:
    """Where a browser gets the object for the next half hour at least (as long as the credentials of the instance's
    role are valid, if that is less); "" for no key."""
    return default_storage.url(key) if key else ""


def url_version() -> Hashable:
    """Changes when the URLs of `url` do: what is kept with a URL in it is kept under this."""
    return cast(Any, default_storage).url_version() if settings.ON_AWS else None


def origin() -> str:
    """Scheme and host of those URLs; "" on one machine, where they are our own."""
    return "/".join(cast(Any, default_storage).presigner.base.split("/")[:3]) if settings.ON_AWS else ""


def download_url(image: Image, name: str) -> str:
    """Presigned URL (AWS), for a minute, that makes the browser save the original under this name."""
    parameters = {"ResponseContentDisposition": content_disposition_header(True, name)}
    return cast(Any, default_storage).url(image.object_key, parameters=parameters, expire=60)


class Pictures:
    """`processors.store.Store` in this storage, for the work that is done on one machine."""

    def size(self, key: str) -> int:
        try:
            return default_storage.size(key)
        except FileNotFoundError:
            raise ObjectMissing("there is no such object") from None

    def get(self, key: str) -> BinaryIO:
        try:
            return cast(BinaryIO, default_storage.open(key, "rb"))
        except FileNotFoundError:
            raise ObjectMissing("there is no such object") from None

    def put(self, key: str, body: bytes, content_type: str) -> None:
        default_storage.save(key, ContentFile(body))

    def delete(self, key: str) -> None:
        default_storage.delete(key)
