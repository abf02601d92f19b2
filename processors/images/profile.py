"""What the numbers of a picture mean, as an ICC profile: its own, or one made from what the libraries tell.

A profile is the plain way to say it: LittleCMS then converts all of them alike. High dynamic range is mapped into what
a screen shows by the profile's curve.
"""

import struct
from collections.abc import Callable
from typing import BinaryIO

import pi_heif
from PIL import Image

from processors.images import matrix

Primaries = tuple[float, ...]  # x and y of white, red, green, blue, as in PNG's cHRM
Curve = Callable[[float], float]  # from the number of a pixel to light, both 0 to 1

_D65 = (0.3127, 0.3290)
_PRIMARIES: dict[int, Primaries] = {  # ITU-T H.273, table 2; 2 is "unspecified"
    1: (*_D65, 0.640, 0.330, 0.300, 0.600, 0.150, 0.060),  # BT.709 and sRGB
    4: (0.310, 0.316, 0.670, 0.330, 0.210, 0.710, 0.140, 0.080),
    5: (*_D65, 0.640, 0.330, 0.290, 0.600, 0.150, 0.060),
    6: (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    7: (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    8: (0.310, 0.316, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049),
    9: (*_D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046),  # BT.2020
    10: (1 / 3, 1 / 3, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0),  # XYZ
    11: (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    12: (*_D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),  # Display P3
    22: (*_D65, 0.630, 0.340, 0.295, 0.605, 0.155, 0.077),
}
_SRGB = 13  # its transfer characteristics
_PEAK = 1000 / 203  # the brightest of a picture in HDR, in terms of paper (ITU-R BT.2408: 203 candela a square metre)
_STEPS = 256  # of a curve: decoders hand out 8 bits


def of(image: Image.Image, file: BinaryIO) -> bytes | None:
    """The ICC profile for the picture in `file`, opened as `image`; None where it is sRGB or nothing says."""
    if profile := image.info.get("icc_profile"):
        return bytes(profile)
    if codes := _codes(image, file):
        return _from_codes(*codes)
    if gamma := "srgb" not in image.info and image.info.get("gamma"):
        return _from_gamma(gamma, image.info.get("chromaticity"))
    return None


def _codes(image: Image.Image, file: BinaryIO) -> tuple[int, int] | None:
    """Primaries and transfer characteristics by their numbers in ITU-T H.273."""
    if cicp := image.info.get("cicp"):  # PNG, see `tolerant`
        return cicp[0], cicp[1]
    nclx = _nclx_of_avif(file) if image.format == "AVIF" else image.info.get("nclx_profile")
    if not nclx:
        return None
    transfer = nclx["transfer_characteristics"]  # encoders write BT.709's for what is sRGB, and browsers know that
    return nclx["color_primaries"], _SRGB if transfer in (1, 6, 14, 15) else transfer


def _nclx_of_avif(file: BinaryIO) -> dict[str, int] | None:
    """From libheif, which reads this header too: Pillow decodes AVIF, and doesn't tell."""
    try:
        file.seek(0)
        found: dict[str, int] | None = pi_heif.open_heif(file).info.get("nclx_profile")
        return found
    except Exception:  # whatever libheif does not understand: the pixels are not its business
        return None


def _from_codes(primaries: int, transfer: int) -> bytes | None:
    curve = _CURVES.get(transfer, _srgb)
    known = _PRIMARIES.get(primaries, _PRIMARIES[1])
    return None if curve is _srgb and known is _PRIMARIES[1] else _made(known, curve)


def _from_gamma(gamma: float, primaries: Primaries | None) -> bytes | None:
    """Of a PNG's gAMA and cHRM. Alone, 1/2.2 means sRGB."""
    if not primaries and abs(2.2 * gamma - 1) < 0.05:
        return None
    try:
        return _made(primaries or _PRIMARIES[1], lambda value: value ** (1 / gamma))
    except (ArithmeticError, struct.error):  # nonsense says nothing
        return None


def _srgb(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _smpte240(value: float) -> float:
    return value / 4 if value < 0.0913 else ((value + 0.1115) / 1.1115) ** (1 / 0.45)


def _pq(value: float) -> float:
    """SMPTE ST 2084: 10,000 candela a square metre at most."""
    root = value ** (32 / 2523)
    light = (max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (8192 / 1305)
    return _toned(light * 10_000 / 203)


def _hlg(value: float) -> float:
    """ITU-R BT.2100, on a screen of 1,000 candela a square metre."""
    e = 2.718281828
    scene = value**2 / 3 if value <= 0.5 else (e ** ((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return _toned(scene**1.2 * _PEAK)


def _toned(light: float) -> float:
    """What is brighter than paper gets into reach, and little else changes (E. Reinhard et al., Photographic Tone
    Reproduction for Digital Images, equation 4); browsers do it so on screens without HDR."""
    return min(1.0, light * (1 + light / _PEAK**2) / (1 + light))


_CURVES: dict[int, Curve] = {  # ITU-T H.273, table 3; for all others sRGB's, as browsers have it
    **dict.fromkeys((1, 6, 11, 14, 15), lambda value: value**2.4),  # BT.709, shown as BT.1886 wants it
    4: lambda value: value**2.2,
    5: lambda value: value**2.8,
    7: _smpte240,
    8: lambda value: value,
    16: _pq,
    17: lambda value: min(1.0, value**2.6 * 52.37 / 48),
    18: _hlg,
}


def _made(primaries: Primaries, curve: Curve) -> bytes:
    """An ICC profile of matrix and curve (ICC.1:2001-04, 6.3.1.2)."""
    steps = [round(65535 * curve(step / (_STEPS - 1))) for step in range(_STEPS)]
    table = struct.pack(f">4s4xI{_STEPS}H", b"curv", _STEPS, *steps)
    columns = matrix.to_d50(primaries)
    parts = [struct.pack(">4s4x3i", b"XYZ ", *(round(65536 * value) for value in xyz)) for xyz in columns]
    names = (b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC")
    first = 128 + 4 + 12 * len(names)
    places = [(first + 20 * part, 20) for part in range(3)] + [(first + 60, len(table))] * 3
    tags = b"".join(struct.pack(">4sII", name, *place) for name, place in zip(names, places, strict=True))
    body = struct.pack(">I", len(names)) + tags + b"".join(parts) + table
    white = struct.pack(">3i", *(round(65536 * value) for value in matrix.D50))
    head = struct.pack(">I4xI4s4s4s12x4s28x12s", 128 + len(body), 0x02100000, b"mntr", b"RGB ", b"XYZ ", b"acsp", white)
    return head.ljust(128, b"\0") + body
