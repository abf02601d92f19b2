"""The size of AV1 frames, from their sequence headers (AV1 Bitstream & Decoding Process Specification, 5.3 to 5.5)."""

_SEQUENCE_HEADER = 1
_MAX_OBUS = 10_000  # a picture has a handful, and one for each group of tiles
_MAX_HEADERS = 16  # a picture has one


def largest_frame(data: bytes) -> int:
    """Pixels of the largest frame that these OBUs may hold; 0 without a sequence header. IndexError where they are
    cut off, or there are too many of them."""
    largest, at, obus, headers = 0, 0, 0, 0
    while at < len(data):
        if obus > _MAX_OBUS or headers > _MAX_HEADERS:
            raise IndexError
        obus += 1
        kind, extended, sized = data[at] >> 3 & 15, data[at] & 4, data[at] & 2
        at += 2 if extended else 1
        size, at = _leb128(data, at) if sized else (len(data) - at, at)
        if kind == _SEQUENCE_HEADER:
            headers += 1
            width, height = _frame_size(data[at : at + size])
            largest = max(largest, width * height)
        at += size
    return largest


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    """The number at this place, seven bits a byte, and where it ends."""
    value = 0
    for i in range(8):
        value |= (data[at + i] & 0x7F) << (7 * i)
        if not data[at + i] & 0x80:
            return value, at + i + 1
    raise IndexError


class _Bits:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, count: int) -> int:
        value = 0
        for _ in range(count):
            value = value << 1 | (self.data[self.at >> 3] >> (7 - (self.at & 7)) & 1)
            self.at += 1
        return value


def _frame_size(data: bytes) -> tuple[int, int]:
    """max_frame_width and _height of a sequence header: no frame of the sequence is larger."""
    bits = _Bits(data)
    bits.take(3 + 1)  # seq_profile, still_picture
    if bits.take(1):  # reduced_still_picture_header
        bits.take(5)
    else:
        _operating_points(bits)
    width_bits, height_bits = bits.take(4) + 1, bits.take(4) + 1
    return bits.take(width_bits) + 1, bits.take(height_bits) + 1


def _operating_points(bits: _Bits) -> None:
    delay_bits = _timing(bits) if bits.take(1) else 0
    display_delay = bits.take(1)
    for _ in range(bits.take(5) + 1):
        bits.take(12)
        if bits.take(5) > 7:
            bits.take(1)
        if delay_bits and bits.take(1):
            bits.take(2 * delay_bits + 1)
        if display_delay and bits.take(1):
            bits.take(4)


def _timing(bits: _Bits) -> int:
    """timing_info and decoder_model_info; returns the length of the delays of each operating point, 0 if none."""
    bits.take(32 + 32)
    if bits.take(1):  # equal_picture_interval: a uvlc number follows
        zeros = 0
        while not bits.take(1):
            zeros += 1
        bits.take(zeros)
    if not bits.take(1):
        return 0
    delay_bits = bits.take(5) + 1
    bits.take(32 + 5 + 5)
    return delay_bits
