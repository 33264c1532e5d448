"""PNG files of grey pictures: written as the same bytes everywhere, and read back for thumbnails.

zlib promises no bytes: its versions, and the libraries that replace it, compress the same pixels differently. So the
compressed stream is written here, by the parts of Deflate (RFC 1951) that leave no choice: fixed codes, and
repeats of the byte before.
"""

from __future__ import annotations

import struct
import zlib
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ..errors import BadPicture

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    Pixels = np.ndarray[tuple[int, int], np.dtype[np.uint8]]
    """Rows of brightness from 0 (black) to `WHITE`."""
    Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]

WHITE = 15
"""The brightest of the 16 shades of grey: 4 bits a pixel."""
SIDE = 8000
"""Pixels that a picture may be wide or high; providers take no more."""
PIXELS = 40_000_000
"""Pixels that a picture may have in all."""
_MAGIC = b"\x89PNG\r\n\x1a\n"
_SAME_AS_ABOVE = 2
"""The filter of each row: bytes are differences to the row above, so that stems of letters become zeros."""
_LONGEST = 258
_SHORTEST = 3
_LENGTHS = (
    (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1), (15, 1), (17, 1), (19, 2),
    (23, 2), (27, 2), (31, 2), (35, 3), (43, 3), (51, 3), (59, 3), (67, 4), (83, 4), (99, 4), (115, 4), (131, 5),
    (163, 5), (195, 5), (227, 5), (258, 0),
)  # fmt: skip
"""First length and extra bits of the codes 257 to 285 (RFC 1951, 3.2.5)."""
_REPEAT = 256
"""Number of the token that repeats a byte 0 times."""
_LAST_BLOCK, _BLOCK_BITS = 0b011, 3
_END_BITS = 7
_DISTANCE_BITS = 5


class PngSize(NamedTuple):
    """What the header of a PNG file says."""

    width: int
    height: int


def encode_png(pixels: Pixels) -> bytes:
    """Return a PNG file of 16 shades of grey; the same pixels are the same bytes everywhere."""
    return _write_file(pixels, _compress)


def _write_file(pixels: Pixels, compress: Callable[[bytes], bytes]) -> bytes:
    import numpy as np

    height, width = pixels.shape
    even = np.full((height, width + width % 2), WHITE, np.uint8)
    even[:, :width] = pixels
    packed = (even[:, ::2] << 4) | even[:, 1::2]
    above = np.vstack([np.zeros((1, packed.shape[1]), np.uint8), packed[:-1]])
    rows = np.hstack([np.full((height, 1), _SAME_AS_ABOVE, np.uint8), packed - above])
    header = struct.pack(">IIBBBBB", width, height, 4, 0, 0, 0, 0)
    return b"".join((_MAGIC, _chunk(b"IHDR", header), _chunk(b"IDAT", compress(rows.tobytes())), _chunk(b"IEND", b"")))


def read_size(content: bytes) -> PngSize:
    """Return the size that a PNG file names; raises `BadPicture` for what is none, or is too large to be shown."""
    if len(content) < 33 or not content.startswith(_MAGIC) or content[12:16] != b"IHDR":
        raise BadPicture("is no PNG file")
    size = PngSize(*struct.unpack(">II", content[16:24]))
    check_size(size.width, size.height)
    return size


def check_size(width: int, height: int) -> None:
    """Raise `BadPicture` for a picture that is empty or larger than `SIDE` or `PIXELS`."""
    if not (0 < width <= SIDE and 0 < height <= SIDE and width * height <= PIXELS):
        raise BadPicture(
            f"is {width} x {height} pixels, but a picture has at most {SIDE:,} a side and {PIXELS:,} in all"
        )


def decode_png(content: bytes) -> Pixels:
    """Return the pixels of a file that `encode_png` wrote; raises `BadPicture` for any other."""
    import numpy as np

    width, height = read_size(content)
    at, data = 33, b""
    if content[24:29] != bytes((4, 0, 0, 0, 0)):
        raise BadPicture("is a PNG file of another kind than ifharness draws")
    while (kind := content[at + 4 : at + 8]) and kind != b"IEND":
        size = int.from_bytes(content[at : at + 4], "big")
        data += content[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += 12 + size
    each = 1 + (width + 1) // 2
    try:
        raw = zlib.decompressobj().decompress(data, each * height)
    except zlib.error as error:
        raise BadPicture(f"cannot be read: {error}") from None
    if len(raw) != each * height or any(raw[::each].strip(bytes((_SAME_AS_ABOVE,)))):
        raise BadPicture("is a PNG file of another kind than ifharness draws")
    packed = np.cumsum(np.frombuffer(raw, np.uint8).reshape(height, each)[:, 1:], axis=0, dtype=np.uint8)
    pixels = np.empty((height, packed.shape[1] * 2), np.uint8)
    pixels[:, ::2], pixels[:, 1::2] = packed >> 4, packed & WHITE
    return pixels[:, :width]


def shrink(content: bytes, times: int) -> bytes:
    """Return a file of the same picture a whole number of `times` smaller, for a page.

    It is as small as zlib makes it, so its bytes are not the same everywhere. Raises `BadPicture` as `decode_png`.
    """
    import numpy as np

    pixels = decode_png(content)
    height, width = (size + -size % times for size in pixels.shape)
    whole = np.full((height, width), WHITE, np.uint16)
    whole[: pixels.shape[0], : pixels.shape[1]] = pixels
    blocks = whole.reshape(height // times, times, width // times, times).sum(axis=(1, 3))
    means = ((blocks + times * times // 2) // (times * times)).astype(np.uint8)
    return _write_file(means, lambda data: zlib.compress(data, 9))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _compress(data: bytes) -> bytes:
    """Return `data` as a zlib stream of one block with fixed codes, in which runs of a byte are repeats of it."""
    import numpy as np

    values = np.frombuffer(data, np.uint8)
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    # A run is its first byte, repeats of the greatest length, and one shorter repeat or up to two bytes more.
    whole, rest = np.divmod(np.diff(np.append(starts, len(values))) - 1, _LONGEST)
    repeated = rest >= _SHORTEST
    parts = 1 + whole + np.where(repeated, 1, rest)
    place = np.arange(parts.sum()) - np.repeat(np.cumsum(parts) - parts, parts)
    whole, rest, repeated = (np.repeat(column, parts) for column in (whole, rest, repeated))
    tokens = np.repeat(values[starts].astype(np.int64), parts)
    tokens = np.where((place > 0) & (place <= whole), _REPEAT + _LONGEST, tokens)
    tokens = np.where((place > whole) & repeated, _REPEAT + rest, tokens)
    codes, sizes = _code_table()
    stream = _pack_bits(
        np.concatenate(([_LAST_BLOCK], codes[tokens], [0])), np.concatenate(([_BLOCK_BITS], sizes[tokens], [_END_BITS]))
    )
    return b"\x78\x01" + stream + struct.pack(">I", zlib.adler32(data))


@cache
def _code_table() -> tuple[Numbers, Numbers]:
    """Return the bits of each token and how many they are: bytes by value, repeats by `_REPEAT` and their length."""
    import numpy as np

    codes, sizes = (np.zeros(_REPEAT + _LONGEST + 1, np.int64) for _ in range(2))
    for value in range(256):
        code, size = (0x30 + value, 8) if value < 144 else (0x190 + value - 144, 9)
        codes[value], sizes[value] = _reverse(code, size), size
    for number, (first, extra) in enumerate(_LENGTHS):
        code, size = (number + 1, 7) if number < 23 else (0xC0 + number - 23, 8)
        for more in range(1 << extra):
            length = first + more
            if length < _LONGEST or first == _LONGEST:
                codes[_REPEAT + length] = _reverse(code, size) | more << size
                sizes[_REPEAT + length] = size + extra + _DISTANCE_BITS  # the distance is 1, whose code is 0
    return codes, sizes


def _reverse(code: int, size: int) -> int:
    return int(f"{code:0{size}b}"[::-1], 2)


def _pack_bits(codes: Numbers, sizes: Numbers) -> bytes:
    """Return the lowest `sizes` bits of each of `codes`, one after the other, the lowest first."""
    import numpy as np

    ends = np.cumsum(sizes)
    bits = np.zeros(ends[-1], np.uint8)
    for place in range(int(sizes.max())):
        longer = sizes > place
        bits[(ends - sizes)[longer] + place] = (codes[longer] >> place) & 1
    return np.packbits(bits, bitorder="little").tobytes()
