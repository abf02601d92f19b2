"""The arithmetic of colours that a profile's matrix needs."""

from collections.abc import Sequence

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]  # rows

D50: Vector = (0.9642, 1.0, 0.8249)  # the white of every ICC profile
_BRADFORD: Matrix = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))  # to cones


def to_d50(primaries: Sequence[float]) -> list[Vector]:
    """XYZ of full red, green and blue, seen under D50; from x and y of white, red, green, blue. ArithmeticError where
    they are nonsense."""
    white, *colours = ((x, y, 1 - x - y) for x, y in zip(primaries[::2], primaries[1::2], strict=True))
    white = _scaled(white, 1 / white[1])
    shares = _times(_inverse(_turned(colours)), white)
    return [_adapted(_scaled(colour, share), white) for colour, share in zip(colours, shares, strict=True)]


def _adapted(colour: Vector, white: Vector) -> Vector:
    """Bradford's chromatic adaptation, as ICC recommends it (ICC.1:2022, annex E)."""
    cones, from_white, to_white = (_times(_BRADFORD, xyz) for xyz in (colour, white, D50))
    a, b, c = (cone * to / of for cone, to, of in zip(cones, to_white, from_white, strict=True))
    return _times(_inverse(_BRADFORD), (a, b, c))


def _scaled(vector: Vector, by: float) -> Vector:
    return vector[0] * by, vector[1] * by, vector[2] * by


def _times(matrix: Matrix, vector: Vector) -> Vector:
    a, b, c = (sum(one * other for one, other in zip(row, vector, strict=True)) for row in matrix)
    return a, b, c


def _turned(rows: Sequence[Vector]) -> Matrix:
    a, b, c = zip(*rows, strict=True)
    return a, b, c


def _cross(one: Vector, other: Vector) -> Vector:
    (a, b, c), (x, y, z) = one, other
    return b * z - c * y, c * x - a * z, a * y - b * x


def _inverse(matrix: Matrix) -> Matrix:
    a, b, c = matrix
    volume = sum(one * other for one, other in zip(a, _cross(b, c), strict=True))
    return _turned([_scaled(side, 1 / volume) for side in (_cross(b, c), _cross(c, a), _cross(a, b))])
