"""Zstandard: a compressed file read piece by piece, its output bounded however small the input."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from ..errors import InputLimitError

if TYPE_CHECKING:
    from typing import BinaryIO

MAGIC = b"\x28\xb5\x2f\xfd"
"""The first bytes of a frame."""
INSTALL = "pip install 'ifharness[scale]'"
_PIECE = 2048
"""Bytes decompressed at a time: four bytes can stand for 128 KB, so a piece is 64 MB at most."""
_WINDOW = 1 << 27
"""Bytes of memory that a frame may ask for."""


def load_zstandard(name: object) -> Any:
    """Return the module `zstandard`; raises `InputLimitError` with the command that installs it."""
    try:
        import zstandard
    except ImportError:
        raise InputLimitError(f"{name}: zstandard is not installed; to use .zst files, run: {INSTALL}") from None
    return zstandard


class ZstdReader(io.RawIOBase):
    """Decompresses a file, all its frames; raises `OSError` for a damaged one and `EOFError` for a cut one."""

    def __init__(self, file: BinaryIO, name: object) -> None:
        self._zstd = load_zstandard(name)
        self._file = file
        self._frame: Any = None
        self._input = self._output = b""

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
            self._output = self._decompress()
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
