"""A truthful description without any model: shape, colours, light and date, from the pixels and EXIF alone."""

import colorsys
import io
import time
from collections import Counter
from decimal import Decimal

from PIL import Image

from processors.captioning import Description, Outcome, Purse, Request, Subject, Words

MODEL = "offline"
_HUES = (  # upper end of each, in degrees
    (15, "red"),
    (40, "orange"),
    (68, "yellow"),
    (160, "green"),
    (195, "turquoise"),
    (255, "blue"),
    (290, "purple"),
    (335, "pink"),
    (361, "red"),
)


class Offline:
    def describe(self, subject: Subject, purse: Purse) -> Description:
        """One or two sentences in English, whatever language is asked for: `language` of the answer says so. It costs
        nothing, and no prompt changes it."""
        started = time.monotonic()
        with Image.open(io.BytesIO(subject.jpeg), formats=("JPEG",)) as image:
            pixels = image.convert("RGB").resize((48, 48), Image.Resampling.BOX).tobytes()
        shape, light, colours = _shape(subject.width, subject.height), _light(pixels), _colours(pixels)
        caption = f"A {light + ' ' if light else ''}{shape} picture, mostly {' and '.join(colours)}."
        if subject.taken:
            caption += f" Taken on {subject.taken.day} {subject.taken:%B %Y}."
        tags = tuple(dict.fromkeys(filter(None, [shape, light, *colours])))
        taken_ms = round((time.monotonic() - started) * 1000)
        alt_text = f"{shape.capitalize()} picture in {' and '.join(colours)}"
        request = Request(Outcome.CAPTION, MODEL, "en", None, "1", usd=Decimal(0), latency_ms=taken_ms)
        return Description((Words("en", caption, alt_text, tags),), "", MODEL, None, request)


def _shape(width: int, height: int) -> str:
    ratio = width / max(height, 1)
    if ratio >= 2:
        return "panoramic"
    if ratio <= 0.5:
        return "tall"
    if 0.95 <= ratio <= 1.05:
        return "square"
    return "landscape" if ratio > 1 else "portrait"


def _light(pixels: bytes) -> str:
    mean = sum(pixels) / len(pixels)
    return "dark" if mean < 80 else "light" if mean > 175 else ""


def _colours(pixels: bytes) -> list[str]:
    """The one or two colours that cover most of the picture."""
    names = Counter(_name(*pixels[i : i + 3]) for i in range(0, len(pixels), 3))
    (first, _), *rest = names.most_common(2)
    return [first] + [name for name, count in rest if count > len(pixels) / 3 * 0.2]


def _name(red: int, green: int, blue: int) -> str:
    hue, saturation, value = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
    if value < 0.18:
        return "black"
    if saturation < 0.15:
        return "white" if value > 0.85 else "grey"
    name = next(name for end, name in _HUES if hue * 360 < end)
    return "brown" if name == "orange" and value < 0.6 else name
