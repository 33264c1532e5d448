"""Files at a URL, downloaded and uploaded by a process of its own within limits of size and time.

http:// and https:// are fetched as pages of articles are, with each redirect checked. Every other protocol is read and
written through fsspec.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from ...errors import BadSample, InputLimitError
from ...limits.addresses import ForbiddenAddressError, origin_of
from ...limits.hub import REQUEST_SECONDS, describe_error
from ...limits.memory import MEGABYTE
from ...limits.remote import hide_credentials, name_path
from ...limits.spool import lasting_folder, temporary_space

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Event
    from typing import BinaryIO

TOTAL_SECONDS = 600.0
"""Seconds in which a file must have arrived."""
_LOCAL = "file"
_WEB = ("http", "https")


@contextmanager
def local_copy(source: str, seconds: float = TOTAL_SECONDS) -> Iterator[Path]:
    """Give the path of a temporary copy of the file at a URL; of a file:// URL, the path of the file itself.

    Raises `BadSample` without the credentials in the URL, also for a file that is too large, or late.
    """
    if (own := _local_path(source)) is not None:
        yield own
        return
    with TemporaryDirectory(prefix="ifharness-") as folder:
        yield _copy_to(Path(folder), source, seconds)


def lasting_copy(source: str) -> Path:
    """Return the path of a copy as `local_copy` makes it, which is there until this process ends."""
    if (own := _local_path(source)) is not None:
        return own
    if source not in _LASTING:
        _LASTING[source] = _copy_to(lasting_folder(), source, TOTAL_SECONDS)
    return _LASTING[source]


_LASTING: dict[str, Path] = {}
"""Copies by URL."""


def upload(folder: Path, target: str, seconds: float = TOTAL_SECONDS) -> None:
    """Copy the files of a folder into the folder at a URL; raises `BadSample` without the credentials in the URL."""
    why = _run({"target": target, "folder": str(folder)}, seconds)
    if why is not None:
        raise BadSample(
            f"{hide_credentials(target)} cannot be written: {why.replace(target, hide_credentials(target))}"
        )


def find_upload_problem(target: str, *, overwrite: bool = True) -> str:
    """Return why nothing can be written at a URL, "" if nothing is known; what is there counts unless `overwrite`."""
    if urlsplit(target).scheme.lower() in _WEB:
        return "web servers take no files; give a path, or the URL of a storage such as s3://bucket/name"
    found = _run({"target": target, "overwrite": overwrite}, REQUEST_SECONDS * 2)
    return "" if found is None else found.replace(target, hide_credentials(target))


def _local_path(source: str) -> Path | None:
    parts = urlsplit(source)
    return Path(url2pathname(parts.path)) if parts.scheme.lower() == _LOCAL else None


def _copy_to(folder: Path, source: str, seconds: float) -> Path:
    path = folder / (name_path(source).name or "download")
    why = _run({"source": source, "path": str(path), "most": temporary_space()}, seconds)
    if why is not None:
        shown = hide_credentials(source)
        raise BadSample(f"{shown} cannot be read: {why.replace(source, shown)[:300]}")
    return path


def _run(wanted: dict[str, Any], seconds: float) -> str | None:
    """Have a process do what is wanted; return why it failed, None if it did not."""
    try:
        done = subprocess.run(  # noqa: S603  # a module of ours; the URL, with its credentials, is no argument
            [sys.executable, "-P", "-m", __name__],
            input=json.dumps(wanted).encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it took longer than {seconds:g} seconds"
    if not (done.stdout or done.returncode):
        return None
    last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
    return done.stdout.decode(errors="replace") or last or "the process ended without a result"


def _download(source: str, file: BinaryIO) -> None:
    """Write the file at a URL; raises `ValueError` or `OSError` with the reason alone."""
    if urlsplit(source).scheme.lower() in _WEB:
        _download_page(source, file)
        return
    import fsspec  # type: ignore[import-untyped]  # it has no types of its own

    try:
        with fsspec.open(source, "rb") as opened:
            shutil.copyfileobj(opened, file, MEGABYTE)
    except ImportError as error:
        raise ValueError(f"{error}, and run the command again") from None
    except FileNotFoundError:
        raise ValueError("there is no such file") from None


def _download_page(source: str, file: BinaryIO) -> None:
    import httpx2

    from .fetch import NoResponseError, follow

    def save(response: Any, _: Event) -> bytes:
        file.writelines(response.iter_raw())
        return b""

    # As a page of articles: the address that the user names may be anywhere, those of redirects may not.
    client = httpx2.Client(timeout=REQUEST_SECONDS, follow_redirects=False, headers={"accept-encoding": "identity"})
    try:
        status = follow(client, source, {}, [origin_of(source)], read=save).status
    except (NoResponseError, ForbiddenAddressError, httpx2.InvalidURL) as error:
        raise ValueError(str(error)) from None
    if status in (404, 410):
        raise ValueError("there is no such file")
    if status >= 300:
        raise ValueError(f"the server answered {status}")


def _limit_files(most: int) -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def _upload(folder: Path, target: str) -> None:
    """Write the files of a folder; raises `ValueError` or `OSError` with the reason alone."""
    system, place = _file_system(target)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = f"{place.rstrip('/')}/{path.relative_to(folder).as_posix()}"
        system.makedirs(name.rpartition("/")[0], exist_ok=True)
        system.put_file(str(path), name)


def _file_system(target: str) -> tuple[Any, str]:
    import fsspec

    try:
        system, place = fsspec.core.url_to_fs(target)
    except ImportError as error:
        raise ValueError(f"{error}, and run the command again") from None
    return system, place


def _check_target(target: str, *, overwrite: bool) -> None:
    system, place = _file_system(target)
    if not overwrite and system.exists(place):
        raise ValueError("it is there already; name another place, or replace it with --overwrite")


def _do(wanted: dict[str, Any]) -> None:
    if "folder" in wanted:
        _upload(Path(wanted["folder"]), wanted["target"])
    elif "target" in wanted:
        _check_target(wanted["target"], overwrite=wanted["overwrite"])
    else:
        _limit_files(wanted["most"])
        with Path(wanted["path"]).open("wb") as file:
            _download(wanted["source"], file)


def main() -> None:
    """Do what standard input says; print the reason if that fails."""
    wanted = json.load(sys.stdin)
    try:
        _do(wanted)
    except (OSError, ValueError, RuntimeError, InputLimitError) as error:
        place, most = Path(wanted.get("path", "")), wanted.get("most", 0)
        full = most and place.is_file() and place.stat().st_size >= most
        large = f"it is larger than {most / MEGABYTE:,.0f} MB, half of the space for temporary files"
        sys.stdout.write(large if full else describe_error(error))


if __name__ == "__main__":
    main()
