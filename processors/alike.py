"""Pictures that look alike, by perceptual hashes of 64 bits in hexadecimal."""

from processors.sql import Connection, many

ALIKE = 3  # bits of two perceptual hashes that differ: as many as four quarters can't hide


def looks_hidden(connection: Connection, image_id: int, perceptual_hash: str) -> bool:
    """Whether another picture that looks like this is hidden: at most three of the hash's 64 bits differ. Of such two
    one quarter at least is the same, so that each look is one at an index."""
    if not _says_something(perceptual_hash):
        return False
    looks = [
        f"SELECT perceptual_hash FROM images WHERE {band} = %s AND visibility = 'hidden' AND id <> %s"  # noqa: S608
        for band in _quarters(perceptual_hash)
    ]
    values = [value for quarter in _quarters(perceptual_hash).values() for value in (quarter, image_id)]
    found = many(connection, " UNION ".join(looks), *values)
    return any((int(other, 16) ^ int(perceptual_hash, 16)).bit_count() <= ALIKE for (other,) in found)


def _says_something(perceptual_hash: str) -> bool:
    """A picture without edges (a wall, a clear sky, a smooth slope of light) has nearly no bit set, or nearly all: so
    have all others of its kind, whatever they show. Fewer than eight say nothing."""
    ones = int(perceptual_hash or "0", 16).bit_count()
    return 8 <= ones <= 64 - 8


def hash_bands(perceptual_hash: str) -> dict[str, str]:
    """The columns of a picture's perceptual hash, by which pictures that look alike are found."""
    return {"perceptual_hash": perceptual_hash, **_quarters(perceptual_hash)}


def _quarters(perceptual_hash: str) -> dict[str, str]:
    return {f"hash_band_{n}": perceptual_hash[4 * n - 4 : 4 * n] for n in range(1, 5)}
