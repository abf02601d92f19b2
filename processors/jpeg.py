"""What decoding a JPEG takes, from its markers (ITU T.81, annex B), without decoding it."""

import re
from dataclasses import dataclass, field

# Within a scan 0xFF is followed by 0x00 or a restart marker, so that the next other marker ends it.
_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
_TEM, _SOI, _EOI, _SOS = 0x01, 0xD8, 0xD9, 0xDA
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15; between them are DHT, JPG and DAC
_BASELINE, _EXTENDED, _PROGRESSIVE = 0xC0, 0xC1, 0xC2


@dataclass
class Structure:
    """How a JPEG is built. `process` is the frame's marker, `sampling` what each component has of pixels across and
    down, `in_first_scan` how many components the first scan holds, `scans` the number of scans."""

    process: int = 0
    sampling: list[tuple[int, int]] = field(default_factory=list)
    in_first_scan: int = 0
    scans: int = 0

    @property
    def usual(self) -> bool:
        """What browsers show: not lossless, hierarchical or arithmetic."""
        return self.process in (_BASELINE, _EXTENDED, _PROGRESSIVE)

    @property
    def bytes_kept_per_pixel(self) -> float:
        """What libjpeg keeps of the whole picture, at whatever scale it decodes: nothing where all components come
        in one scan, else every coefficient, in 16 bits."""
        if self.process != _PROGRESSIVE and self.in_first_scan >= len(self.sampling):
            return 0.0
        full = max(h for h, _ in self.sampling) * max(v for _, v in self.sampling)
        return 2.0 * sum(h * v for h, v in self.sampling) / full


def structure(data: bytes, enough: int) -> Structure:
    """Read the markers up to the end of the image; scans are counted to `enough` + 1. What follows the end (the film
    of a motion photo, a second picture) is not looked at, and neither are segments, which may hold a thumbnail.
    ValueError where a frame makes no sense."""
    found, at = Structure(), 2
    while (marker := _MARKER.search(data, at)) and found.scans <= enough:
        kind, at = marker[1][0], marker.end()
        if kind == _EOI:
            break
        if kind in (_TEM, _SOI):  # have no length: skipping one would skip what comes behind
            continue
        body = data[at + 2 : at + max(2, int.from_bytes(data[at : at + 2], "big"))]
        if kind in _FRAMES and not found.process:
            found.process, found.sampling = kind, _sampling(body)
        elif kind == _SOS:
            found.scans += 1
            found.in_first_scan = found.in_first_scan or (body[0] if body else 0)
        at += 2 + len(body)
    return found


def _sampling(frame: bytes) -> list[tuple[int, int]]:
    factors = [(value >> 4, value & 15) for value in frame[7::3]]
    if not factors or not all(h and v for h, v in factors):
        raise ValueError("the frame names no components")
    return factors
