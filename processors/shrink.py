"""A small copy of a picture: shrunk while it is decoded, upright, in sRGB, without any metadata."""

import io
from typing import BinaryIO

from PIL import Image, ImageCms

from processors import png
from processors.pictures import decoding, open_picture, orientation

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
    the memory and time. Refused where the file is damaged.
    """
    with open_picture(file) as image:
        turn = _TURNS.get(orientation(image))
        profile = image.info.get("icc_profile")
        size = _fitted(image.size, side)
        layout = png.layout(file)
        small = _in_bands(file, layout, size) if layout else _at_once(image, size)
    del image  # and with it what was decoded, before more memory is taken
    if turn is not None:
        small = small.transpose(turn)
    small = _to_srgb(small, profile)
    small.info = {}  # nothing of the original's metadata reaches an encoder
    return small


def _at_once(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Decode an opened picture no larger than it has to be, and bring it to this size."""
    # draft() gets the fitted size: with a square, as Pillow's own thumbnail() asks, up to four times too much is
    # decoded. Its box is the picture's exact extent, which is not a whole number of pixels when sides are odd.
    drafted = image.draft(None, size)
    with decoding():
        image.load()
    return _resize(_plain_mode(image), size, drafted[1] if drafted else None)


def _in_bands(file: BinaryIO, layout: png.Layout, size: tuple[int, int]) -> Image.Image:
    """The same for a large PNG, with the same pixels: `resize` with its reducing_gap reduces first, too."""
    across, down = (max(1, whole // part) for whole, part in zip((layout.width, layout.height), size, strict=True))
    reduced: Image.Image | None = None
    top = 0
    with decoding():
        for band in png.bands(file, layout, down):
            part = _premultiplied(_plain_mode(band)).reduce((across, down))
            reduced = reduced or Image.new(part.mode, (part.width, -(-layout.height // down)))
            reduced.paste(part, (0, top))
            top += part.height
    assert reduced is not None  # noqa: S101  (a picture has rows)
    small = reduced.resize(size, Image.Resampling.LANCZOS, (0, 0, layout.width / across, layout.height / down))
    return small.convert({"RGBa": "RGBA", "La": "LA"}.get(small.mode, small.mode))


def _premultiplied(image: Image.Image) -> Image.Image:
    """With transparency, pixels can be averaged only so; `resize` does it by itself, but for each band anew."""
    return image.convert({"RGBA": "RGBa", "LA": "La"}[image.mode]) if image.mode in ("RGBA", "LA") else image


def fit(image: Image.Image, side: int) -> Image.Image:
    """The image (RGB or RGBA) fitted into side x side pixels, never enlarged."""
    # Twice the size before LANCZOS: with less, the SSIM of a thumbnail falls by 0.01; it takes a few milliseconds.
    return _resize(image, _fitted(image.size, side), None, reducing_gap=2.0)


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _resize(
    image: Image.Image,
    size: tuple[int, int],
    box: tuple[float, float, float, float] | None,
    reducing_gap: float = 1.0,
) -> Image.Image:
    if image.size == size:
        return image.copy()
    return image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=reducing_gap)


def _plain_mode(image: Image.Image) -> Image.Image:
    """A mode that can be resized smoothly: palettes and single bits can't, and neither can one colour that stands for
    transparency."""
    if image.mode.startswith("I"):  # 16 bits of grey
        return image.convert("I").point([value >> 8 for value in range(65536)], "L")
    if image.mode in ("PA", "RGBa", "La") or "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in ("RGB", "RGBA", "L", "LA", "CMYK") else image.convert("RGB")


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
