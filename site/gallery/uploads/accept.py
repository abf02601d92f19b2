"""Accepting an upload: look at it, check for a duplicate, store row and object. Whatever is refused leaves nothing."""

import hashlib
import logging
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.cache import cache
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from gallery import removal, storage
from gallery.limits import picture_limits
from gallery.models import Image, RemovedPicture, State, Visibility, new_uuid
from gallery.work import queue
from gallery.work.resources import resources
from processors import alike, search_index, text, thumbnail
from processors.images.check import Busy, Refused, refuse_too_many
from processors.images.sandbox import Seen, visit
from processors.records import Claim

MAX_NAME, UNNAMED = 255, "unnamed"
FULL = "There is no room here for more pictures at this moment. Nothing of this file was kept: upload it again later."
HIDDEN = "This picture was uploaded before, and a moderator has hidden it."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """What became of one file: an image, or a problem in a sentence. `busy`, `full` (no room here) and
    `wait`: the same file can be taken later."""

    name: str
    image: Image | None = None
    problem: str = ""
    duplicate: bool = False
    seen: bool = True  # by its sender: not one that waits for a moderator, and that somebody else sent first
    busy: bool = False
    full: bool = False
    wait: int = 0  # seconds until this sender may send more
    cpu: float = 0  # seconds that it took

    @property
    def ok(self) -> bool:
        return self.image is not None


def accept(upload: UploadedFile, uploader: str = "") -> Result:
    """Take one uploaded file. `uploader`: as `Image.uploader`. Never raises for what its sender can mend; the result's
    problem says it."""
    try:
        return _accept(upload, uploader)
    except Exception as problem:  # files and databases each have their own
        if not storage.is_full(problem):
            raise
        log.error("No room for an upload: %s", problem)
        return Result(shown_name(upload.name or ""), problem=FULL, full=True)


def _accept(upload: UploadedFile, uploader: str) -> Result:
    name = shown_name(upload.name or "")
    if getattr(upload, "full", False) or _stored_enough():
        return Result(name, problem=FULL, full=True)
    try:
        refuse_too_many(upload.size or 0, picture_limits())  # of what came in beyond the limit nothing was kept
        file = cast(BinaryIO, upload.file)
        digest = _sha256(file)
        if RemovedPicture.objects.filter(sha256=digest).exists():
            raise Refused(HIDDEN)
        if image := Image.objects.filter(sha256=digest).first():
            return _known(name, image, file, uploader)
        # On one machine all that is made of the pixels, in one visit. An instance on AWS only proves that they are all
        # there: making something of them is the functions' work.
        seen = visit(file, picture_limits(), () if settings.ON_AWS else thumbnail.WANTS)
        return replace(_store(_new(name, digest, seen, uploader), seen, file), cpu=seen.cpu)
    except (Refused, Busy) as problem:
        return Result(name, problem=str(problem), busy=isinstance(problem, Busy), cpu=problem.cpu)


def shown_name(name: str) -> str:
    """A name that is safe to show, of at most 255 characters; "unnamed" where none is left."""
    shown = text.clean(name, MAX_NAME)
    return shown if shown.strip(". ") else UNNAMED


def _stored_enough() -> bool:
    """Whether all that may be stored here is; asked once a minute."""
    if not settings.MAX_STORED_GB:
        return False
    total = cache.get_or_set("stored-bytes", lambda: Image.objects.aggregate(all=Sum("byte_size"))["all"], 60)
    return (total or 0) >= settings.MAX_STORED_GB * 1_000_000_000


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    return hashlib.file_digest(cast(Any, file), "sha256").hexdigest()


def _known(name: str, image: Image, file: BinaryIO, uploader: str) -> Result:
    """The same bytes are here already. Where only the row survived an interruption, or another upload of them is still
    on its way, the object is put again, and what failed for want of it is done again."""
    if image.visibility == Visibility.HIDDEN:
        raise Refused(HIDDEN)
    if not storage.holds(image):
        if settings.ON_AWS:  # where nothing is overwritten
            default_storage.delete(image.object_key)
        _put(image, file)
        for job in image.jobs.exclude(state=State.DONE):
            queue.put_back(job)
    _arrived(image)
    if not Image.objects.filter(pk=image.pk).exists():  # who sent it first has failed, and taken the row away
        default_storage.delete(image.object_key)
        raise Busy("The same picture was on its way and got lost. Upload it again.")
    own = bool(uploader) and image.uploader == uploader
    return Result(name, image=image, duplicate=True, seen=own or image.visibility == Visibility.VISIBLE)


def _store(image: Image, seen: Seen, file: BinaryIO) -> Result:
    """First the row, then the object: the event that the object causes always finds its row. An instance that dies
    between the two leaves a row that nobody sees; the same bytes make it whole when they are sent again. Where the
    thumbnail was made already the upload does that job itself; if it dies over it, a worker takes over."""
    try:
        with transaction.atomic():
            image.save()
            search_index.refresh(connection, image.pk)
            claim = queue.add(image, "thumbnail" if seen.thumbnail else "")
    except IntegrityError:  # the same bytes, sent twice at the same moment
        return _known(image.original_name, Image.objects.get(sha256=image.sha256), file, image.uploader)
    try:
        _put(image, file)
    except Exception:
        removal.remove_arriving(image)  # the object too: it may be there although the storage did not say so
        raise
    if claim:
        _keep_thumbnail(claim, seen)
    _arrived(image, seen.hash)
    return Result(image.original_name, image=image)


def _keep_thumbnail(claim: Claim, seen: Seen) -> None:
    """Where there is no room for it the original is accepted all the same; a worker tries again when the lease ends."""
    try:
        thumbnail.keep(claim, seen, resources())
    except Exception as problem:
        if not storage.is_full(problem):
            raise
        log.error("No room for a thumbnail: %s", problem)


def _new(name: str, digest: str, seen: Seen, uploader: str) -> Image:
    uuid, facts = new_uuid(), seen.facts
    return Image(
        uuid=uuid,
        s3_key=f"uploads/{uuid}.{facts.extension}",
        original_name=name,
        content_type=facts.content_type,
        byte_size=facts.byte_size,
        width=facts.width,
        height=facts.height,
        sha256=digest,
        visibility=Visibility.ARRIVING,
        uploader=uploader,
    )


def _arrived(image: Image, perceptual_hash: str = "") -> None:
    """Row and object are there: from now on everybody sees it, unless all wait for a moderator, or it looks like one
    that was hidden; and what is left to be done is due."""
    queue.arrived(image)
    arriving = Image.objects.filter(pk=image.pk, visibility=Visibility.ARRIVING)
    if arriving.exists():  # else its thumbnail was made with the upload, and that has decided
        hidden = alike.looks_hidden(connection, image.pk, perceptual_hash)
        arriving.update(visibility=Visibility.WAITING if hidden else settings.FIRST_VISIBILITY)
    image.visibility = Image.objects.filter(pk=image.pk).values_list("visibility", flat=True).first() or ""


def _put(image: Image, file: BinaryIO) -> None:
    file.seek(0)
    stored = default_storage.save(image.object_key, File(file))
    if stored != image.object_key:  # S3: another sender of the same bytes was faster, and nothing is overwritten there
        default_storage.delete(stored)
