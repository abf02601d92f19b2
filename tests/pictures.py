"""Pictures for the tests, made when they are needed."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms

GPS_TEXT = b"GPS-SECRET-PLACE"


def photo(width: int = 640, height: int = 480, seed: int = 1) -> Image.Image:
    """Something like a photo: gradients and noise, different for each seed."""
    noise = Image.effect_noise((max(width // 8, 1), max(height // 8, 1)), 40 + seed % 40).resize((width, height))
    red = Image.linear_gradient("L").resize((width, height))
    blue = Image.radial_gradient("L").resize((width, height)).point(lambda v: (v * 3 + seed * 31) % 256)
    return Image.merge("RGB", (red, noise, blue))


def encode(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def jpeg(width: int = 640, height: int = 480, seed: int = 1, **options: Any) -> bytes:
    return encode(photo(width, height, seed), "JPEG", **{"quality": 88, **options})


def with_gps(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = GPS_TEXT.decode()
    exif.get_ifd(0x8769)[0x9003] = "2024:05:03 18:20:00"
    exif.get_ifd(0x8825)[1] = "N"
    return jpeg(exif=exif)


def arrow(orientation: int) -> bytes:
    """A picture that is red at the left, blue at the right and white at the top when shown upright, stored turned."""
    upright = Image.new("RGB", (300, 200), (220, 30, 30))
    upright.paste((30, 30, 220), (150, 0, 300, 200))
    upright.paste((255, 255, 255), (0, 0, 300, 40))
    stored = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encode(upright.transpose(stored) if stored is not None else upright, "JPEG", quality=95, exif=exif)


def with_profile() -> bytes:
    """A grey-blue picture with an ICC profile that is not sRGB (Lab's PCS profile made by littleCMS would not do for
    RGB pixels, so XYZ-based sRGB is only used to prove that the profile itself is not passed on)."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return jpeg(icc_profile=profile)


def scan_bomb(scans: int = 1000) -> bytes:
    """A progressive JPEG whose last scan is repeated: a few bytes each, a full pass over the picture each."""
    data = encode(Image.new("L", (2000, 2000), 128), "JPEG", progressive=True, quality=50)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + b"\xff\xd9"


def png_bomb(side: int = 20000) -> bytes:
    """Few bytes that stand for 400 megapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def webp_bomb() -> bytes:
    return encode(Image.new("RGB", (9000, 9000)), "WEBP", lossless=True, method=0)


HOSTILE = {
    "empty.jpg": (lambda: b"", "is empty"),
    "drawing.svg": (lambda: b'<?xml version="1.0"?><svg xmlns="x"><script>alert(1)</script></svg>', "SVG"),
    "page.jpg": (lambda: b"<!DOCTYPE html><html><script>alert(1)</script></html>", "web page"),
    "document.jpg": (lambda: b"%PDF-1.7\n%%EOF", "PDF"),
    "both.jpg": (lambda: b"GIF89a" + b"\0" * 20 + b"%PDF-1.4" + b"\0" * 90, "PDF document disguised"),
    "noise.jpg": (lambda: bytes(range(256)) * 40, "not a picture"),
    "cut.jpg": (lambda: jpeg()[:-4000], "damaged or was cut off"),
    "cut.png": (lambda: encode(photo(), "PNG")[:-9000], "damaged or was cut off"),
    "scans.jpg": (scan_bomb, "scans"),
    "many.png": (png_bomb, "pixels"),
    "huge.webp": (webp_bomb, "more memory"),
    "film.jpg": (lambda: b"\0\0\0\x18ftypisom" + b"\0" * 200, "video"),
    "archive.jpg": (lambda: b"PK\x03\x04" + b"\0" * 200, "ZIP"),
    "scan.tiff": (lambda: encode(photo(), "TIFF"), "TIFF"),
}
