"""What of a picture is transparent, where Pillow tells it otherwise than it decodes."""

from typing import Any

from PIL import Image

Box = tuple[int, int, int, int]

_WIDENED = {"L;1": 255, "L;2": 85, "L;4": 17}  # grey of few bits becomes 8 of them


def correct(image: Image.Image) -> None:
    """Before decoding: the one transparent value of a PNG as its pixels will have it. Pillow leaves it as it is in the
    file, where it may have more bits than the pixels, or fewer."""
    value = image.info.get("transparency")
    depth = _tile(image, "PNG", "args")
    if isinstance(value, tuple):
        shift = 8 if depth == "RGB;16B" else 0  # the lower half is lost: what differs only there gets transparent, too
        image.info["transparency"] = tuple(part >> shift & 255 for part in value)
    elif isinstance(value, int) and image.mode == "L":
        widened = _WIDENED.get(depth, 1)
        image.info["transparency"] = value * widened & 255


def frame(image: Image.Image) -> Box | None:
    """Before decoding: the part of a GIF that has pixels, where that is not all; around it is nothing."""
    box: Box | None = _tile(image, "GIF", "extents")
    return None if box == (0, 0, *image.size) else box


def _tile(image: Image.Image, format: str, name: str) -> Any:
    """What Pillow's decoder of that format will be told."""
    tiles = getattr(image, "tile", None)
    return getattr(tiles[0], name) if tiles and image.format == format else None


def cut_out(strip: Image.Image, box: Box, top: int) -> Image.Image:
    """The strip, from row `top` of the picture on, in RGBA with nothing outside the box."""
    left, upper, right, lower = box
    inside = (left, max(0, upper - top), right, min(strip.height, lower - top))
    result = Image.new("RGBA", strip.size)
    if inside[1] < inside[3]:
        result.paste(strip.crop(inside).convert("RGBA"), inside)
    return result


def grey_of_16_bits(image: Image.Image) -> Image.Image:
    """In 8 bits, L, or LA where one value is transparent."""
    wide = image.convert("I")
    grey = wide.point([value >> 8 for value in range(65536)], "L")
    if "transparency" not in image.info:
        return grey
    seen = wide.point([255 * (value != image.info["transparency"]) for value in range(65536)], "L")
    return Image.merge("LA", (grey, seen))
