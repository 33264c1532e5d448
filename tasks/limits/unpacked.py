"""Compressed files, gzip and zstd: read piece by piece, the output bounded however small the input."""

from __future__ import annotations

import gzip
import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..errors import InputLimitError
from .memory import MEGABYTE, check_expansion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
"""The first bytes of a file."""
INSTALL = "pip install 'ifharness[scale]'"
_PIECE = 2048
"""Bytes of zstd decompressed at a time: four bytes can stand for 128 KB, so a piece is 64 MB at most."""
_WINDOW = 1 << 27
"""Bytes of memory that a zstd frame may ask for."""
_BUFFER = 1 << 16


@contextmanager
def open_gzip(file: BinaryIO, name: object) -> Iterator[BinaryIO]:
    """Give the content of a gzip file; raises `OSError`, `EOFError` and `InputLimitError` while it is read."""
    counted = _Counted(file)
    with gzip.GzipFile(fileobj=counted, mode="rb") as content:  # type: ignore[call-overload]  # it only reads
        yield _bound(content, counted, name)


@contextmanager
def open_zstd(file: BinaryIO, name: object) -> Iterator[BinaryIO]:
    """Give the content of a zstd file; raises as `open_gzip` does, and `InputLimitError` without zstandard."""
    counted = _Counted(file)
    yield _bound(ZstdReader(counted, name), counted, name)


def _bound(content: Any, packed: _Counted, name: object) -> BinaryIO:
    return io.BufferedReader(_Bounded(content, packed, name), _BUFFER)  # type: ignore[type-var]  # for a file's mode


class _Counted:
    """A file that counts the bytes read from it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        found = self._file.read(size)
        self.count += len(found)
        return found


class _Bounded(io.RawIOBase):
    """Decompressed content; raises `InputLimitError` once it is far larger than what was read for it."""

    def __init__(self, content: Any, packed: _Counted, name: object) -> None:
        self._content, self._packed, self._name = content, packed, name
        self._count = 0

    def readable(self) -> bool:
        """Return that this can be read."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # BufferedReader passes a memoryview
        """Fill the buffer with what comes next, a megabyte at most: gzip holds what it fills a second time."""
        size: int = self._content.readinto(memoryview(buffer)[:MEGABYTE])
        self._count += size
        check_expansion(self._name, self._count, self._packed.count)
        return size


def load_zstandard(name: object) -> Any:
    """Return the module `zstandard`; raises `InputLimitError` with the command that installs it."""
    try:
        import zstandard
    except ImportError:
        raise InputLimitError(f"{name}: zstandard is not installed; to use .zst files, run: {INSTALL}") from None
    return zstandard


class ZstdReader(io.RawIOBase):
    """Decompresses a file, all its frames; raises `OSError` for a damaged one and `EOFError` for a cut one."""

    def __init__(self, file: Any, name: object) -> None:
        self._zstd = load_zstandard(name)
        self._file = file
        self._frame: Any = None
        self._input = b""
        self._output = memoryview(b"")

    def readable(self) -> bool:
        """Return that this can be read."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # BufferedReader passes a memoryview
        """Fill the buffer with what comes next."""
        while not self._output:
            if not self._input:
                self._input = self._file.read(_PIECE)
            if not self._input:
                if self._frame is not None:
                    raise EOFError("the zstd file ends inside a frame; it is cut, so get it again")
                return 0
            self._output = memoryview(self._decompress())
        size = min(len(buffer), len(self._output))
        buffer[:size] = self._output[:size]
        self._output = self._output[size:]
        return size

    def _decompress(self) -> bytes:
        if self._frame is None:
            self._frame = self._zstd.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
        try:
            found: bytes = self._frame.decompress(self._input)
        except self._zstd.ZstdError as error:
            raise OSError(f"not valid zstd data ({error})") from None
        self._input = b""
        if self._frame.eof:
            self._input, self._frame = self._frame.unused_data, None
        return found
