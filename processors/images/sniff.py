"""Names for what is not a picture we take, so that its sender is told what it is and what to do."""

_AS_JPEG_OR_PNG = "which is not accepted. Save it as JPEG or PNG and upload that."
_VIDEO = "This is a video. Only still pictures are accepted."
_ARCHIVE = "This is an archive, not a picture. Unpack it and upload the pictures inside one by one."
_KINDS: tuple[tuple[int, tuple[bytes, ...], str], ...] = (  # from which byte on, how it begins, and what it is
    (0, (b"%PDF-",), "This is a PDF document, not a picture. Export the page as JPEG or PNG and upload that."),
    (0, (b"PK\x03\x04",), "This is a ZIP archive (or an office document). Upload the pictures inside it one by one."),
    (0, (b"\x1f\x8b", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ\0"), _ARCHIVE),
    (0, (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), f"This is a TIFF or raw picture, {_AS_JPEG_OR_PNG}"),
    (0, (b"IIRO", b"IIU\0", b"FUJIFILM"), f"This is a TIFF or raw picture, {_AS_JPEG_OR_PNG}"),
    (0, (b"BM",), "This is a BMP picture, which is not accepted. Save it as PNG and upload that."),
    (0, (b"8BPS",), f"This is a Photoshop document, {_AS_JPEG_OR_PNG}"),
    (0, (b"\0\0\1\0", b"\0\0\2\0"), f"This is an icon, {_AS_JPEG_OR_PNG}"),
    (0, (b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51"), f"This is a JPEG 2000 picture, {_AS_JPEG_OR_PNG}"),
    (0, (b"\0\0\0\x0cJXL ", b"\xff\x0a"), f"This is a JPEG XL picture, {_AS_JPEG_OR_PNG}"),
    (0, (b"\x1aE\xdf\xa3", b"FLV\1", b"\0\0\1\xba", b"\0\0\1\xb3"), _VIDEO),
    (8, (b"AVI ",), _VIDEO),
    (0, (b"ID3", b"OggS", b"fLaC"), "This is a sound file. Only pictures are accepted."),
    (0, (b"MZ", b"\x7fELF"), "This is a program, not a picture."),
)
_BRANDS = (b"avif", b"avis", b"mif1", b"msf1", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx")
_OURS = (
    (0, (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")),
    (8, (b"WEBP",)),
    (4, tuple(b"ftyp" + brand for brand in _BRANDS)),
)


def problem(head: bytes) -> str:
    """What speaks against a file that begins with these bytes (4,096 are enough), as a sentence; "" if nothing.

    PDF readers accept their header anywhere within the first 1,024 bytes (ISO 32000-1, annex H.3.4.1), so a
    picture that holds one there is two files in one, and is refused whatever else it is.
    """
    if not head:
        return "The file is empty. Was it copied completely?"
    for at, starts, sentence in _KINDS:
        if head[at:].startswith(starts):
            return sentence
    if b"%PDF-" in head[:1024]:
        return "This file is a PDF document disguised as a picture. Save the picture itself and upload that."
    if head[4:8] in (b"ftyp", b"moov", b"mdat") and not begins_as_picture(head):
        return _VIDEO
    return _markup(head.lstrip(b"\xef\xbb\xbf \t\r\n").lower())


def begins_as_picture(head: bytes) -> bool:
    """Whether the first 16 bytes are those of a format that is accepted."""
    return any(head[at:].startswith(starts) for at, starts in _OURS)


def _markup(text: bytes) -> str:
    if not text.startswith(b"<"):
        return ""
    if b"<svg" in text:
        return "This is an SVG drawing, which is not accepted. Export it as PNG and upload that."
    if b"<html" in text or b"<!doctype html" in text or b"<script" in text:
        return "This is a web page, not a picture. Save the picture itself and upload that."
    return "This is a text file, not a picture."
