"""Accepting an upload: look at it, find its like, store row and object. Whatever is refused leaves nothing."""

import hashlib
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from gallery import dispatch, removal, storage
from gallery.models import Image, State, Visibility, new_uuid
from gallery.uploadhandler import SEPARATOR
from processors.images.check import MIB, Facts, Limits, Refused, slots
from processors.images.sandbox import visit

MAX_NAME = 255
LONG_NAME = f"The file's name is longer than {MAX_NAME} characters. Give it a shorter one."


@dataclass(frozen=True)
class Result:
    """What became of one file: an image, or a problem in a sentence."""

    name: str
    image: Image | None = None
    problem: str = ""
    duplicate: bool = False

    @property
    def ok(self) -> bool:
        return self.image is not None


def limits() -> Limits:
    memory = settings.MAX_DECODE_MIB * MIB
    return Limits(
        max_bytes=settings.MAX_FILE_BYTES,
        max_pixels=settings.MAX_MEGAPIXELS * 1_000_000,
        memory=memory,
        slots=slots(memory),
        # on AWS /tmp is the service's own
        folder=(Path(tempfile.gettempdir()) if settings.ON_AWS else settings.VAR_DIR) / "decoding",
    )


def accept(upload: UploadedFile) -> Result:
    """Take one uploaded file. Never raises for what its sender can mend; the result's problem says it."""
    name = shown_name(upload.name or "")
    try:
        check_name(upload.name or "")
        _refuse_size(upload)
        file = cast(BinaryIO, upload.file)
        digest = _sha256(file)
        if image := Image.objects.filter(sha256=digest).first():
            return _known(name, image, file)
        return _store(name, digest, visit(file, limits()).facts, file)
    except Refused as problem:
        return Result(name, problem=str(problem))


def check_name(name: str) -> None:
    """Refuse a name that no file of a person has."""
    if len(name) > MAX_NAME or len(name.encode(errors="replace")) > 4 * MAX_NAME:
        raise Refused(LONG_NAME)
    if SEPARATOR in name or "/" in name or "\\" in name:
        raise Refused("The file's name contains a slash or backslash. Give it a name without one.")


def shown_name(name: str) -> str:
    """A name that is safe to show: no control or direction-changing characters, at most 255 characters."""
    plain = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return plain.strip()[:MAX_NAME] or "unnamed"


def _refuse_size(upload: UploadedFile) -> None:
    """Before it is read: what came in beyond the limit was not kept."""
    if (upload.size or 0) > settings.MAX_FILE_BYTES:
        raise Refused(
            f"The file has {(upload.size or 0) / 1e6:.1f} MB; at most {settings.MAX_FILE_BYTES / 1e6:.0f} MB are"
            " accepted. Make the picture smaller and upload it again."
        )


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    return hashlib.file_digest(cast(Any, file), "sha256").hexdigest()


def _known(name: str, image: Image, file: BinaryIO) -> Result:
    """The same bytes are here already. If only the row survived an interruption, the object is put again."""
    if image.visibility == Visibility.HIDDEN:
        return Result(name, problem="This picture was uploaded before, and a moderator has hidden it.")
    if image.thumbnail_state != State.DONE and not storage.exists(image.object_key):
        _put(image, file)
    _arrived(image)
    return Result(name, image=image, duplicate=True)


def _store(name: str, digest: str, facts: Facts, file: BinaryIO) -> Result:
    """First the row, then the object: the event that the object causes always finds its row. An instance that dies
    between the two leaves a row that nobody sees; the same bytes make it whole when they are sent again."""
    uuid = new_uuid()
    image = Image(
        uuid=uuid,
        s3_key=f"uploads/{uuid}.{facts.extension}",
        original_name=name,
        content_type=facts.content_type,
        byte_size=facts.byte_size,
        width=facts.width,
        height=facts.height,
        sha256=digest,
        uploaded_at=timezone.now(),  # SQLite's own clock knows milliseconds only, and pages need an exact order
        visibility=Visibility.ARRIVING,
    )
    try:
        with transaction.atomic():
            image.save()
    except IntegrityError:  # the same bytes, sent twice at the same moment
        return Result(name, image=Image.objects.get(sha256=digest), duplicate=True)
    try:
        _put(image, file)
    except Exception:
        removal.remove([image])  # the object too: it may be there although the storage did not say so
        raise
    _arrived(image)
    return Result(name, image=image)


def _arrived(image: Image) -> None:
    """Row and object are there: from now on everybody sees it."""
    if image.visibility == Visibility.ARRIVING:
        image.visibility = Visibility.VISIBLE
        Image.objects.filter(pk=image.pk, visibility=Visibility.ARRIVING).update(visibility=Visibility.VISIBLE)


def _put(image: Image, file: BinaryIO) -> None:
    file.seek(0)
    storage.put(image.object_key, File(file))
    dispatch.submit(image)
