"""Names for what is not a picture we take, so that its sender is told what it is and what to do."""

_STARTS = (
    (b"%PDF-", "This is a PDF document, not a picture. Export the page as JPEG or PNG and upload that."),
    (
        b"PK\x03\x04",
        "This is a ZIP archive (or an office document). Upload the pictures inside it one by one.",
    ),
    (b"II*\x00", "TIFF pictures are not accepted. Save it as JPEG or PNG and upload that."),
    (b"MM\x00*", "TIFF pictures are not accepted. Save it as JPEG or PNG and upload that."),
    (b"BM", "BMP pictures are not accepted. Save it as PNG and upload that."),
    (b"8BPS", "Photoshop documents are not accepted. Export it as JPEG or PNG and upload that."),
    (b"\x1aE\xdf\xa3", "This is a video. Only still pictures are accepted."),
    (b"MZ", "This is a program, not a picture."),
    (b"\x7fELF", "This is a program, not a picture."),
)
_VIDEO = (b"isom", b"mp41", b"mp42", b"avc1", b"qt  ", b"M4V ", b"3gp4", b"3gp5")


def problem(head: bytes) -> str:
    """What speaks against a file that begins with these bytes (1,024 are enough), as a sentence; "" if nothing.

    PDF readers accept their header anywhere within the first 1,024 bytes (ISO 32000-1, annex H.3.4.1), so a
    picture that holds one there is two files in one, and is refused whatever else it is.
    """
    for start, sentence in _STARTS:
        if head.startswith(start):
            return sentence
    if b"%PDF-" in head[:1024]:
        return "This file is a PDF document disguised as a picture. Save the picture itself and upload that."
    if head[4:8] == b"ftyp" and head[8:12] in _VIDEO:
        return "This is a video. Only still pictures are accepted."
    return _markup(head.lstrip(b"\xef\xbb\xbf \t\r\n").lower())


def _markup(text: bytes) -> str:
    if not text.startswith(b"<"):
        return ""
    if b"<svg" in text:
        return "SVG drawings are not accepted. Export it as PNG and upload that."
    if b"<html" in text or b"<!doctype html" in text or b"<script" in text:
        return "This is a web page, not a picture. Save the picture itself and upload that."
    return "This is a text file, not a picture."
