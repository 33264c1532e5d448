"""Files of a results folder: written whole or not at all, and read only where they are plain files.

A received folder is not trusted: a symbolic link in it could lead a reader or a writer to any file of the user, and a
named pipe would never end.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from tasks.errors import InputLimitError
from tasks.limits.packed import PACKERS, load_packer, pack

from ..errors import ConfigError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
"""Flag of `os.open` that rejects a symbolic link; 0 where the system has none."""
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_LINK = "is a symbolic link, which ifharness does not follow in a results folder; put the file itself in its place"


def open_plain(path: Path) -> BinaryIO:
    """Open a file for reading; raises `OSError` for a symbolic link and for what is no regular file."""
    try:
        fd = os.open(path, os.O_RDONLY | NO_LINK | _NO_WAIT)
    except OSError as error:
        raise explain_link(path, error) from None
    if stat.S_ISREG(os.fstat(fd).st_mode):
        return os.fdopen(fd, "rb")
    os.close(fd)
    raise OSError(errno.EINVAL, "is not a regular file", str(path))


def read_plain(path: Path, limit: int) -> bytes:
    """Return the content of a file of at most `limit` bytes; raises `OSError`, as `open_plain` does."""
    with open_plain(path) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise OSError(errno.EFBIG, f"is larger than {limit:,} bytes", str(path))
    return content


def explain_link(path: Path, error: OSError) -> OSError:
    """Return the error of `os.open` with `NO_LINK`, in words where it means a symbolic link."""
    return OSError(errno.ELOOP, _LINK, str(path)) if error.errno in (errno.ELOOP, errno.EMLINK) else error


def check_no_link(path: Path) -> None:
    """Raise `StoreError` if there is a symbolic link at `path`."""
    if path.is_symlink():
        raise StoreError(f"{path}: {_LINK}")


def check_plain(path: Path) -> None:
    """Raise `StoreError` if a file cannot be opened for reading or is no regular file."""
    try:
        open_plain(path).close()
    except OSError as error:
        raise read_problem(path, error) from None


def check_folder_place(folder: Path) -> None:
    """Raise `ConfigError` if a results folder cannot be at `folder`, because a file is there or above."""
    found = next((place for place in (folder, *folder.parents) if place.exists()), None)
    if found and not found.is_dir():
        raise ConfigError(f"--out {folder}: {found} is a file, but results need a folder; give another name")


def write_problem(path: Path, error: OSError) -> StoreError:
    """Return the error for a file that cannot be written, with what to do."""
    if error.errno == errno.EISDIR:
        return StoreError(f"{path}: cannot be written: it is a folder; give the name of a file")
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return StoreError(f"{path}: cannot be written: a file is in the place of its folder; give another name")
    if error.errno == errno.ENOENT:
        return StoreError(f"{path}: cannot be written: {error.strerror}; create the folder {path.parent} first")
    remedy = "free space" if error.errno in FULL else "make it writable"
    return StoreError(
        f"{path}: cannot be written: {error.strerror or error}. Everything written before is saved: "
        f"{remedy} and give the same command again"
    )


def read_problem(path: Path, error: OSError) -> StoreError:
    """Return the error for a file that cannot be read."""
    return StoreError(f"{path}: cannot be read: {error.strerror or error}")


def sync_folder(folder: Path) -> None:
    """Bring the folder's list of names to disk: a new file survives a power cut only with it."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems cannot sync a folder
            os.fsync(fd)
    finally:
        os.close(fd)


def plain_path(path: Path) -> Path:
    """Return a path without the ending that has `write_whole` compress the file."""
    return path.with_suffix("") if path.suffix.lower() in PACKERS else path


def check_compression(path: Path) -> None:
    """Raise `StoreError` if a file of this name cannot be compressed here; call it before long work."""
    try:
        load_packer(path)
    except InputLimitError as error:
        raise StoreError(str(error)) from None


def write_whole(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file whole or not at all, and on disk when this returns; compressed if it is called .gz or .zst.

    Raises `StoreError`.
    """
    check_compression(path)
    chunks = pack(path, chunks)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    remove_leftovers(path.parent, path.name)
    try:
        # A leftover of a killed process with the same number goes first; what is there then is not ours to follow.
        temporary.unlink(missing_ok=True)
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK, 0o666)
        with os.fdopen(fd, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise write_problem(path, error) from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def remove_leftovers(folder: Path, name: str = "") -> None:
    """Remove what killed processes left half written in `folder`: of the file `name`, or of all files."""
    prefix = f".{name}." if name else "."
    with suppress(OSError):  # a folder that cannot be listed
        for path in folder.iterdir():
            if path.name.startswith(prefix) and path.suffix == ".tmp":
                pid = path.suffixes[-2][1:] if len(path.suffixes) > 1 else ""
                if pid.isdecimal() and not _is_alive(int(pid)):
                    with suppress(OSError):
                        path.unlink()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # another user's process, or a number that no process has
        pass
    return True
