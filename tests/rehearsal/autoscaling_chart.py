"""The simulation as a picture: requests, CPU and instances over the hour, one under the other."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.rehearsal.autoscaling import MINUTES, Minute, clock

SCALE = 2  # drawn large, for sharp screens
WIDTH, HEIGHT = 860, 560
LEFT, RIGHT, TOP, PANEL, GAP = 64, 20, 76, 118, 38
INK, GREY, GRID = "#1b1f24", "#6a737d", "#dfe3e8"
BLUE, ORANGE, GREEN, LIGHT = "#2b6cb0", "#c05621", "#2f855a", "#9ae6b4"


def draw(run: list[Minute], capacity: float, file: Path) -> None:
    """Write the chart as PNG."""
    canvas = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), "white")
    pen = ImageDraw.Draw(canvas)
    _text(
        pen,
        LEFT,
        14,
        "Auto scaling, simulated: 1,500 connections ask at 17:45 for a moment, and from 18:06 to 18:20",
        INK,
        15,
    )
    words = f"Measured: {capacity:.0f} requests/s of one instance at 100 % CPU. Simulated: alarms, boots and warm-up."
    _text(pen, LEFT, 36, words, GREY, 12)
    peak = max(each.rate for each in run)
    _panel(pen, 0, "requests/s", run, lambda each: each.rate, peak * 1.1, BLUE)
    _panel(pen, 1, "CPU % (metric)", run, lambda each: each.cpu, 110, ORANGE, line=70)
    _panel(pen, 2, "instances", run, lambda each: each.serving, 3.5, LIGHT)
    _panel(pen, 2, "", run, lambda each: each.instances, 3.5, GREEN)
    _text(pen, LEFT + 90, TOP + 2 * (PANEL + GAP) - 20, "in the group; light: answering", GREY, 12)
    file.parent.mkdir(exist_ok=True)
    canvas.quantize(64).save(file, optimize=True)


def _panel(
    pen: ImageDraw.ImageDraw, row: int, title: str, run: list[Minute], value: Callable[[Minute], float], most: float,
    colour: str, line: float | None = None,
) -> None:  # fmt: skip
    top = TOP + row * (PANEL + GAP)
    bottom = top + PANEL

    def x(minute: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * minute / MINUTES

    def y(number: float) -> float:
        return bottom - PANEL * number / most

    if title:
        _text(pen, LEFT, top - 20, title, INK, 13)
        for minute in range(0, MINUTES + 1, 10):
            _line(pen, [(x(minute), top), (x(minute), bottom)], GRID)
            _text(pen, x(minute) - 14, bottom + 3, clock(minute), GREY, 11)
        for number in _ticks(most):
            _line(pen, [(LEFT, y(number)), (WIDTH - RIGHT, y(number))], GRID)
            _text(pen, 14, y(number) - 7, f"{number:g}", GREY, 11)
    if line is not None:
        _line(pen, [(LEFT, y(line)), (WIDTH - RIGHT, y(line))], GREY)
        _text(pen, WIDTH - RIGHT - 66, y(line) - 16, f"target {line:g} %", GREY, 11)
    steps = [(x(each.minute + end), y(value(each))) for each in run for end in (0, 1)]
    _line(pen, steps, colour, 2)


def _ticks(most: float) -> list[float]:
    step = next(size for size in (1, 25, 50, 100, 200, 500, 1000, 2000, 5000) if most / size <= 5)
    return [step * count for count in range(int(most // step) + 1)]


def _line(pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], colour: str, width: int = 1) -> None:
    pen.line([(a * SCALE, b * SCALE) for a, b in points], colour, width * SCALE)


def _text(pen: ImageDraw.ImageDraw, x: float, y: float, words: str, colour: str, size: int) -> None:
    pen.text((x * SCALE, y * SCALE), words, colour, ImageFont.load_default(size * SCALE))
