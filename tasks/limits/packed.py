"""Compressed files written: gzip and zstd by the ending of the name, the same bytes each time."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from .unpacked import load_zstandard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_GZIP = zlib.MAX_WBITS | 16
"""Has zlib write the frame of a gzip file, without a name and a time."""


def _gzip(_: Path) -> Any:
    return zlib.compressobj(6, zlib.DEFLATED, _GZIP)


def _zstd(path: Path) -> Any:
    return load_zstandard(path).ZstdCompressor().compressobj()


PACKERS: dict[str, Callable[[Path], Any]] = {".gz": _gzip, ".zst": _zstd}
"""By the ending of a file: returns an object with `compress` and `flush`."""


def load_packer(path: Path) -> Any:
    """Return what compresses a file of this name, None for a plain one; raises `InputLimitError` without zstandard."""
    make = PACKERS.get(path.suffix.lower())
    return make(path) if make else None


def pack(path: Path, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the content of a file of this name."""
    packer = load_packer(path)
    if packer is None:
        yield from chunks
        return
    for chunk in chunks:
        yield packer.compress(chunk)
    yield packer.flush()
