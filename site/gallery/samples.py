"""The pictures that a new installation shows, drawn here so that no one else's are needed."""

import io
import math
import random
from collections.abc import Callable, Iterator

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]


def draw() -> Iterator[tuple[str, bytes]]:
    """File names and encoded pictures, the same every time: one portrait, one very wide, one transparent PNG, one
    that its camera stored lying on its side."""
    yield "sunset over the sea.jpg", _jpeg(_sea())
    yield "mountains.jpg", _jpeg(_mountains())
    yield "city at night.jpg", _jpeg(_city())
    yield "forest (portrait).jpg", _jpeg(_forest())
    yield "desert panorama.jpg", _jpeg(_desert())
    yield "planet.png", _png(_planet())
    yield "balloons.jpg", _jpeg(_balloons())
    yield "tiles.webp", _webp(_tiles())
    yield "lighthouse.jpg", _lying(_lighthouse())


def _sky(width: int, height: int, top: Colour, bottom: Colour) -> Image.Image:
    mask = Image.linear_gradient("L").resize((width, height))
    return Image.composite(Image.new("RGB", (width, height), bottom), Image.new("RGB", (width, height), top), mask)


def _grain(image: Image.Image) -> Image.Image:
    """A little noise, as film has it; flat colours look drawn."""
    noise = Image.effect_noise(image.size, 14).convert("RGB")
    return ImageChops.overlay(image, Image.blend(Image.new("RGB", image.size, (128, 128, 128)), noise, 0.25))


def _glow(image: Image.Image, x: int, y: int, radius: int, colour: Colour) -> Image.Image:
    mask = Image.radial_gradient("L").point(lambda v: max(0, 255 - 2 * v)).resize((radius * 2, radius * 2))
    image.paste(Image.new("RGB", mask.size, colour), (x - radius, y - radius), mask)
    return image


def _ridge(width: int, base: float, swing: float, seed: int) -> Callable[[int], float]:
    rng = random.Random(seed)  # noqa: S311  (a drawing, not a secret)
    waves = [(rng.uniform(1, 3) * 2**i, rng.uniform(0, 6.28), swing / 1.8**i) for i in range(6)]
    return lambda x: base + sum(math.sin(x / width * f * 3.14 + p) * a for f, p, a in waves)


def _hills(image: Image.Image, base: float, swing: float, seed: int, colour: Colour) -> None:
    height_at = _ridge(image.width, base, swing, seed)
    line = [(x, height_at(x)) for x in range(0, image.width + 8, 8)]
    ImageDraw.Draw(image).polygon([(0, image.height), *line, (image.width, image.height)], fill=colour)


def _sea() -> Image.Image:
    image = _glow(_sky(1800, 1200, (52, 40, 98), (250, 150, 80)), 900, 700, 520, (255, 214, 140))
    pen = ImageDraw.Draw(image)
    pen.ellipse((800, 600, 1000, 800), fill=(255, 236, 180))
    image.paste(_sky(1800, 480, (190, 96, 82), (24, 30, 66)), (0, 720))
    for i in range(60):
        y, half = 724 + i * 8, 100 - i + 30 * math.sin(i * 1.7)
        pen.line((900 - half, y, 900 + half, y), fill=(255, 200 - i, 130 - i), width=3)
    return image


def _mountains() -> Image.Image:
    image = _sky(1800, 1200, (98, 152, 214), (226, 236, 244))
    for i, colour in enumerate([(164, 186, 210), (118, 146, 178), (70, 102, 134), (36, 66, 84), (22, 46, 48)]):
        _hills(image, 480 + i * 150, 130 - i * 12, i + 3, colour)
    return image


def _city() -> Image.Image:
    rng = random.Random(5)  # noqa: S311
    image = _glow(_sky(1800, 1200, (8, 10, 28), (40, 32, 74)), 1400, 260, 260, (230, 226, 200))
    pen = ImageDraw.Draw(image)
    for x in range(0, 1800, 120):
        top = rng.randrange(380, 860)
        pen.rectangle((x, top, x + 104, 1200), fill=(14, 16, 30))
        for y in range(top + 20, 1180, 34):
            for w in range(x + 12, x + 92, 26):
                if rng.random() < 0.45:
                    pen.rectangle((w, y, w + 14, y + 18), fill=(255, 206, 112))
    return image


def _forest() -> Image.Image:
    rng = random.Random(8)  # noqa: S311
    image = _sky(1200, 1800, (206, 230, 190), (66, 112, 62))
    for depth in range(5):
        shade = (70 - depth * 10, 120 - depth * 18, 74 - depth * 12)
        for _ in range(9):
            x, size = rng.randrange(1200), 190 + depth * 60
            y = 900 + depth * 190
            for part in range(3):
                top = y - size * (2 - part * 0.55)
                points = [(x - size / 2, top + size), (x + size / 2, top + size), (x, top)]
                ImageDraw.Draw(image).polygon(points, fill=shade)
    return image


def _desert() -> Image.Image:
    image = _glow(_sky(2400, 700, (92, 176, 222), (250, 228, 180)), 1900, 180, 160, (255, 250, 220))
    for i, colour in enumerate([(232, 180, 112), (216, 152, 82), (190, 122, 60)]):
        _hills(image, 430 + i * 90, 46, i + 20, colour)
    return image


def _planet() -> Image.Image:
    image = Image.new("RGBA", (1200, 1200))
    ball = _sky(800, 800, (120, 220, 210), (20, 60, 120))
    for i in range(7):
        ImageDraw.Draw(ball).ellipse((-100, 60 + i * 110, 900, 110 + i * 110), fill=(230, 244, 236 - i * 12))
    mask = Image.new("L", (800, 800))
    ImageDraw.Draw(mask).ellipse((4, 4, 796, 796), fill=255)
    image.paste(ball.filter(ImageFilter.GaussianBlur(9)), (200, 200), mask)
    ImageDraw.Draw(image).arc((40, 470, 1160, 730), 168, 372, fill=(244, 190, 90, 230), width=26)
    return image


def _balloons() -> Image.Image:
    image = _sky(1600, 1200, (120, 190, 240), (236, 246, 252))
    pen = ImageDraw.Draw(image)
    for x, y, size, colour in [
        (380, 420, 190, (214, 48, 60)),
        (860, 300, 150, (250, 180, 40)),
        (1230, 560, 220, (90, 60, 160)),
    ]:
        pen.ellipse((x - size, y - size, x + size, y + size * 1.15), fill=colour)
        pen.ellipse(
            (x - size * 0.45, y - size, x + size * 0.45, y + size * 1.15), fill=tuple(c * 8 // 10 for c in colour)
        )
        pen.rectangle((x - 30, y + size * 1.5, x + 30, y + size * 1.75), fill=(110, 70, 40))
        for side in (-1, 1):
            pen.line((x + side * size * 0.5, y + size, x + side * 28, y + size * 1.5), fill=(90, 60, 40), width=4)
    return image


def _tiles() -> Image.Image:
    image = Image.new("RGB", (1500, 1500), (248, 244, 232))
    pen = ImageDraw.Draw(image)
    colours = [(24, 92, 124), (226, 110, 60), (240, 190, 80), (60, 140, 110)]
    for row in range(10):
        for column in range(10):
            x, y, start = column * 150, row * 150, (row * 7 + column * 3) % 4 * 90
            pen.pieslice((x - 150, y - 150, x + 150, y + 150), start, start + 90, fill=colours[(row + column * 2) % 4])
            pen.ellipse((x + 50, y + 50, x + 100, y + 100), fill=colours[(row * 3 + column) % 4])
    return image


def _lighthouse() -> Image.Image:
    image = _sky(1200, 1600, (250, 220, 230), (180, 210, 236))
    pen = ImageDraw.Draw(image)
    pen.polygon([(0, 1600), (0, 1300), (700, 1180), (1200, 1380), (1200, 1600)], fill=(70, 110, 80))
    for i in range(6):
        left, right = 500 - i * 12, 660 + i * 12
        colour = (200, 40, 50) if i % 2 else (250, 250, 248)
        pen.polygon(
            [(left, 500 + i * 120), (right, 500 + i * 120), (right + 12, 620 + i * 120), (left - 12, 620 + i * 120)],
            fill=colour,
        )
    pen.rectangle((520, 400, 640, 500), fill=(255, 240, 150))
    pen.polygon([(500, 400), (580, 310), (660, 400)], fill=(60, 60, 70))
    return image


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    _grain(image).save(out, "JPEG", quality=88)
    return out.getvalue()


def _lying(image: Image.Image) -> bytes:
    """Stored as a camera held sideways stores it: turned, with the orientation and the date in EXIF."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0x9003] = "2026:05:03 18:20:00"
    out = io.BytesIO()
    _grain(image).transpose(Image.Transpose.ROTATE_90).save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=85)
    return out.getvalue()
