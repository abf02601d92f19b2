"""How much memory making a thumbnail takes, reckoned from a picture's header.

From peak resident memory, measured with Pillow 13 and pi-heif 1.4 on 12, 24 and 48 MP pictures of each format and mode
(`make bench NAME=memory` prints some of them). Within 10 % where it matters, near the limit; the Lambda functions keep
enough in hand for that (`aws.limits`).
"""

from PIL import Image

MIB = 1024 * 1024
_PREVIEW_SIDE = 1600  # as in thumbnail.py, which imports this file
_BANDS = 6 * MIB  # of a PNG that is read in bands
_SMALL_COPIES = 28 * MIB  # what comes after decoding the others whole: reduced, resized, encoded

# Bytes for each pixel of the whole picture.
_BY_MODE = {  # PNG and GIF: as decoded, and what `shrink` converts before it resizes
    "1": 1 + 1,
    "L": 1,
    "P": 1 + 4,
    "I;16": 2 + 4 + 1,
    "RGB": 4,
    "LA": 4 + 4,  # resizing takes a copy with the colours premultiplied
    "RGBA": 4 + 4,
}
_ONE_COLOUR_TRANSPARENT = 4 + 4  # converted to RGBA first, beside what was decoded
_BY_FORMAT = {  # those whose decoder keeps copies of its own; with transparency
    "WEBP": (15.3, 16.3),
    "AVIF": (11.3, 13.5),
    "HEIF": (7.0, 11.0),
}
_FILE_COPIES = {"WEBP": 1, "AVIF": 1, "HEIF": 2}  # the file itself, where it is read as a whole


def needed(image: Image.Image, format: str, byte_size: int, *, kept: float = 0.0, in_bands: bool = False) -> int:
    """Bytes that decoding and shrinking an opened picture takes. `kept`: what a JPEG keeps for each pixel at any
    scale (`jpeg.Structure.bytes_kept_per_pixel`); `in_bands`: whether a PNG is read so (`png.layout`)."""
    width, height = image.size
    if in_bands:
        factor = max(1, max(width, height) // _PREVIEW_SIDE)
        return _BANDS + _resized(-(-width // factor), -(-height // factor))
    if format == "JPEG":
        scale = next((scale for scale in (8, 4, 2) if max(width, height) // scale >= _PREVIEW_SIDE), 1)
        small = -(-width // scale), -(-height // scale)
        return max(int(width * height * kept) + 4 * small[0] * small[1], _resized(*small)) + 2 * MIB
    return int(width * height * _per_pixel(image, format)) + byte_size * _FILE_COPIES.get(format, 0) + _SMALL_COPIES


def _resized(width: int, height: int) -> int:
    """Bytes of a decoded picture, of what is between the passes across and down, and of the preview."""
    scale = min(1.0, _PREVIEW_SIDE / max(width, height))
    across, down = round(width * scale), round(height * scale)
    return 4 * (width * height + across * height + across * down)


def _per_pixel(image: Image.Image, format: str) -> float:
    if format in _BY_FORMAT:
        return _BY_FORMAT[format][image.mode.endswith("A")]
    if "transparency" in image.info:
        return (4 if image.mode == "RGB" else 1) + _ONE_COLOUR_TRANSPARENT
    return _BY_MODE.get(image.mode, 8)
