"""A small copy of a picture: shrunk while it is decoded, upright, in sRGB, without any metadata."""

from typing import BinaryIO

from PIL import ExifTags, Image, ImageOps

from processors.images import profile, tolerant, transparency
from processors.images.check import DAMAGED, Refused
from processors.images.colour import to_srgb
from processors.images.header import open_picture, orientation

Box = tuple[float, float, float, float]

_PLAIN_MODES = ("RGB", "L", "CMYK")  # that `resize` takes as they are; of others it makes a copy first
_STRIP = 256 * 1024  # pixels or a few more


def shrink(file: BinaryIO, side: int) -> Image.Image:
    """The picture in `file`, fitted into side x side pixels, never enlarged; mode RGB or RGBA. Refused as
    `open_picture`; where the pixels are damaged, or take too much memory, whatever the decoder raises.

    Shrinking comes before orientation and colours: the other way round everything is decoded in full, at five times
    the memory and time.
    """
    with open_picture(file) as image:
        turned = orientation(image)
        meaning = profile.of(image, file)
        size = _fitted(image.size, side)
        # draft() gets the fitted size: with a square, as Pillow's own thumbnail() asks, up to four times too much is
        # decoded. Its box is the picture's exact extent, which is not a whole number of pixels when sides are odd.
        drafted = image.draft(None, size)
        transparency.correct(image)
        frame = transparency.frame(image)
        image.load()
        if tolerant.lacks_end(image):
            _refuse_cut(file)
        if image.mode in _PLAIN_MODES and "transparency" not in image.info and not frame:
            small = _resize(image, size, drafted[1] if drafted else None)
        else:
            small = _in_strips(image, size, frame)
    del image  # and with it what was decoded, before more memory is taken
    small.getexif()[ExifTags.Base.Orientation] = turned
    ImageOps.exif_transpose(small, in_place=True)
    small = to_srgb(small, meaning)
    small.info = {}  # nothing of the original's metadata reaches an encoder
    return small


def _refuse_cut(file: BinaryIO) -> None:
    """Refused where pixels of a JPEG without an end marker depend on what comes behind it."""
    one, other = (_with_end(file, end) for end in (tolerant.END, tolerant.MORE))
    for top in range(0, one.height, 64):  # in strips, for the memory's sake
        strip = (0, top, one.width, min(top + 64, one.height))
        if one.crop(strip).tobytes() != other.crop(strip).tobytes():
            raise Refused(DAMAGED)


def _with_end(file: BinaryIO, end: bytes) -> Image.Image:
    with open_picture(file) as image:
        image.draft(None, (image.width // 2, image.height // 2))  # smaller, fine details would have no say
        setattr(image, "end", end)  # noqa: B010
        image.load()
        return image


def fit(image: Image.Image, side: int) -> Image.Image:
    """The image (RGB or RGBA) fitted into side x side pixels, never enlarged."""
    # Twice the size before LANCZOS: with less, the SSIM of a thumbnail falls by 0.01; it takes a few milliseconds.
    return _resize(image, _fitted(image.size, side), None, reducing_gap=2.0)


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _resize(image: Image.Image, size: tuple[int, int], box: Box | None, reducing_gap: float = 1.0) -> Image.Image:
    if image.size == size:
        return image.copy()
    return image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=reducing_gap)


def _in_strips(image: Image.Image, size: tuple[int, int], frame: transparency.Box | None) -> Image.Image:
    """The same for other modes, which are converted and reduced in strips: a whole copy would double the memory.
    The pixels are those that `resize` with its reducing_gap makes of the whole. Nothing is outside the frame."""
    across, down = (max(1, whole // part) for whole, part in zip(image.size, size, strict=True))
    rows = down * max(1, _STRIP // (image.width * down))
    reduced: Image.Image | None = None
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        plain = transparency.cut_out(strip, frame, top) if frame else _plain_mode(strip)
        part = _premultiplied(plain).reduce((across, down))
        reduced = reduced or Image.new(part.mode, (part.width, -(-image.height // down)))
        reduced.paste(part, (0, top // down))
    assert reduced is not None  # noqa: S101  (a picture has rows)
    small = reduced.resize(size, Image.Resampling.LANCZOS, (0, 0, image.width / across, image.height / down))
    return small.convert({"RGBa": "RGBA", "La": "LA"}.get(small.mode, small.mode))


def _premultiplied(image: Image.Image) -> Image.Image:
    """With transparency, pixels can be averaged only so."""
    return image.convert({"RGBA": "RGBa", "LA": "La"}.get(image.mode, image.mode))


def _plain_mode(image: Image.Image) -> Image.Image:
    """A mode that can be resized smoothly: palettes and single bits can't, and neither can one colour that stands for
    transparency."""
    if image.mode.startswith("I"):  # 16 bits of grey
        return transparency.grey_of_16_bits(image)
    if image.mode in ("PA", "RGBa", "La") or "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in ("RGB", "RGBA", "L", "LA", "CMYK") else image.convert("RGB")
