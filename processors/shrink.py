"""A small copy of a picture: shrunk while it is decoded, upright, in sRGB, without any metadata."""

import io
from typing import BinaryIO

from PIL import Image, ImageCms

from processors.pictures import open_picture, orientation

_SRGB = ImageCms.createProfile("sRGB")
_TURNS = {  # EXIF orientation -> what makes it upright (CIPA DC-008, 4.6.4 A)
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def shrink(file: BinaryIO, side: int) -> Image.Image:
    """The inspected picture in `file`, fitted into side x side pixels, never enlarged; mode RGB or RGBA.

    Shrinking comes before orientation and colours: the other way round everything is decoded in full, at five times
    the memory and time. Raises what Pillow raises where the file is damaged.
    """
    with open_picture(file) as image:
        turn = _TURNS.get(orientation(image))
        profile = image.info.get("icc_profile")
        small = fit(image, side)
    if turn is not None:
        small = small.transpose(turn)
    small = _to_srgb(small, profile)
    small.info = {}  # nothing of the original's metadata reaches an encoder
    return small


def fit(image: Image.Image, side: int) -> Image.Image:
    """The image fitted into side x side pixels, never enlarged."""
    scale = min(1.0, side / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    # draft() gets the fitted size: with a square, as Pillow's own thumbnail() asks, up to four times too much is
    # decoded. Its box is the picture's exact extent, which is not a whole number of pixels when sides are odd.
    drafted = image.draft(None, size)
    box = drafted[1] if drafted else None
    image = _plain_mode(image)
    if image.size == size:
        return image.copy()
    return image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=1.0)


def _plain_mode(image: Image.Image) -> Image.Image:
    """A mode that can be resized smoothly: palettes and single bits can't."""
    if image.mode in ("RGB", "RGBA", "L", "LA", "CMYK"):
        return image
    if image.mode.startswith("I;16"):
        return image.convert("I").point([value >> 8 for value in range(65536)], "L")
    transparent = image.mode in ("PA", "RGBa", "La") or "transparency" in image.info
    return image.convert("RGBA" if transparent else "RGB")


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA") else None
    colours = image.convert("L" if image.mode == "LA" else "RGB") if alpha else image
    colours = _convert_profile(colours, profile)
    if alpha:
        colours.putalpha(alpha)
    return colours


def _convert_profile(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile that is broken, or of another colour space than the pixels, says nothing about them
    return image.convert("RGB")
