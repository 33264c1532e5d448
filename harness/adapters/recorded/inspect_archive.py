"""The members of an inspect_ai `.eval` log, a zip archive: each decompressed within limits of size.

Logs are compressed by deflate, and by Zstandard (method 93) in every member from inspect_ai 0.3.210 on, which `zipfile`
lists but does not decompress before Python 3.14.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.limits.files import check_regular
from tasks.limits.memory import MEGABYTE, VARIABLE, memory_cap
from tasks.limits.syntax import describe_json_error, parse_json

from ...errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

STORED, DEFLATE, ZSTD = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, 93
_LARGEST_DIRECTORY = 32 * MEGABYTE
"""Bytes of the list of members; `zipfile` takes ten times as much memory for it."""
_MOST_TOTAL = 20
"""Times the memory cap that all members together may have, decompressed: a limit of time, for one is in memory."""
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, RuntimeError, OverflowError)
"""What a damaged archive makes `zipfile` and pyarrow raise; a version that is unknown is a `RuntimeError` too."""
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_END_SIZE = 22
_LOCAL_SIZE = 30
_ENCRYPTED = 1


class InspectArchive:
    """An open `.eval` log; every error is a `ConfigError` that names file and member."""

    def __init__(self, path: Path, file: BinaryIO, archive: zipfile.ZipFile) -> None:
        self._path = path
        self._file = file
        # Of two members with one name the later one counts.
        self._members = {info.filename: info for info in archive.infolist() if not info.is_dir()}
        self._archive = archive
        self._left = _MOST_TOTAL * memory_cap()

    @property
    def names(self) -> list[str]:
        """The names of the members, in the order of the archive."""
        return list(self._members)

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def read_json(self, name: str) -> Any:
        """Return the value of a member."""
        try:
            return parse_json(self._read(name).decode("utf-8"))
        except UnicodeDecodeError as error:
            raise ConfigError(f"{self._path}, {name}: is not UTF-8 text (byte {error.start})") from None
        except ValueError as error:
            raise ConfigError(f"{self._path}, {name}: {describe_json_error(error)}") from None

    def _read(self, name: str) -> bytes:
        info = self._members[name]
        where = f"{self._path}, {name}"
        if info.flag_bits & _ENCRYPTED:
            raise ConfigError(f"{where}: is encrypted")
        most = min(memory_cap(), self._left)
        try:
            found = self._read_zstd(info, most) if info.compress_type == ZSTD else self._read_plain(info, most, where)
        except _DAMAGE as error:
            raise ConfigError(
                f"{where}: is damaged ({' '.join(str(error).split())[:120] or 'it ends early'})"
            ) from None
        if len(found) > most:
            raise ConfigError(
                f"{where}: the content takes more than {most // MEGABYTE} MB once it is decompressed; use a part of "
                f"the log, or allow more with {VARIABLE}=MEGABYTES"
            )
        self._left -= len(found)
        return found

    def _read_plain(self, info: zipfile.ZipInfo, most: int, where: str) -> bytes:
        if info.compress_type not in (STORED, DEFLATE):
            raise ConfigError(
                f"{where}: is compressed by method {info.compress_type}, but inspect_ai writes {DEFLATE} (deflate) or "
                f"{ZSTD} (Zstandard); convert the log with: inspect log dump FILE > FILE.json"
            )
        with self._archive.open(info) as member:
            return member.read(most + 1)

    def _read_zstd(self, info: zipfile.ZipInfo, most: int) -> bytes:
        import pyarrow as pa  # type: ignore[import-untyped]  # it has no types of its own

        self._file.seek(info.header_offset)
        head = self._file.read(_LOCAL_SIZE)
        name_size, extra_size = struct.unpack("<HH", head[26:_LOCAL_SIZE])
        self._file.seek(info.header_offset + _LOCAL_SIZE + name_size + extra_size)
        packed = self._file.read(min(info.compress_size, memory_cap()))
        # A member may consist of several frames; the stream continues with the next one.
        with pa.CompressedInputStream(pa.BufferReader(packed), "zstd") as stream:
            found = bytes(stream.read(most + 1))
        if len(found) <= most and zlib.crc32(found) != info.CRC:
            raise ValueError("its checksum differs")
        return found


@contextmanager
def open_archive(path: Path) -> Iterator[InspectArchive]:
    """Open a log; raises `ConfigError` for what is no archive, or one with too many members."""
    check_regular(path)
    with path.open("rb") as file:
        _check_directory(path, file)
        try:
            archive = zipfile.ZipFile(file)
        except _DAMAGE as error:
            raise ConfigError(f"{path}: is a damaged zip archive ({' '.join(str(error).split())[:120]})") from None
        with archive:
            yield InspectArchive(path, file, archive)


def _check_directory(path: Path, file: BinaryIO) -> None:
    """Raise `ConfigError` for a list of members that is too large, as the end of the archive states it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - (1 << 16) - 2 * _END_SIZE - 56))
    tail = file.read()
    at = len(tail) - _END_SIZE
    if not (tail[at : at + 4] == _END and tail.endswith(b"\x00\x00")):
        at = tail.rfind(_END)
    if at < 0 or at + _END_SIZE > len(tail):
        raise ConfigError(f"{path}: is a zip archive without an end, so it was cut off; copy the log again")
    stated = struct.unpack_from("<L", tail, at + 12)[0]
    at_64 = tail.rfind(_END_64)
    if at_64 >= 0 and at_64 + 48 <= len(tail):
        stated = max(0 if stated == 0xFFFFFFFF else stated, struct.unpack_from("<Q", tail, at_64 + 40)[0])
    if stated > _LARGEST_DIRECTORY:
        raise ConfigError(f"{path}: its list of members is larger than {_LARGEST_DIRECTORY // MEGABYTE} MB")
