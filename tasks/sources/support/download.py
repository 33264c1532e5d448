"""Files at a URL, downloaded by a process of its own within limits of size and time.

http:// and https:// are fetched as pages of articles are, with each redirect checked. Every other protocol is read
through fsspec.
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

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Event
    from typing import BinaryIO

TOTAL_SECONDS = 600.0
"""Seconds in which a file must have arrived."""
_SHARE = 2
"""A file may take one half of the free space for temporary files."""
_LOCAL = "file"
_WEB = ("http", "https")


@contextmanager
def local_copy(source: str, seconds: float = TOTAL_SECONDS) -> Iterator[Path]:
    """Give the path of a temporary copy of the file at a URL; of a file:// URL, the path of the file itself.

    Raises `BadSample` without the credentials in the URL, also for a file that is too large, or late.
    """
    shown, parts = hide_credentials(source), urlsplit(source)
    if parts.scheme.lower() == _LOCAL:
        yield Path(url2pathname(parts.path))
        return
    with TemporaryDirectory(prefix="ifharness-") as folder:
        path = Path(folder) / (name_path(source).name or "download")
        most = shutil.disk_usage(folder).free // _SHARE
        wanted = json.dumps({"source": source, "path": str(path), "most": most})
        try:
            done = subprocess.run(  # noqa: S603  # a module of ours; the URL, with its credentials, is no argument
                [sys.executable, "-P", "-m", __name__],
                input=wanted.encode(),
                capture_output=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise BadSample(f"{shown} was not there after {seconds:g} seconds; download it and give the file") from None
        if done.stdout or done.returncode:
            last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            why = done.stdout.decode(errors="replace") or last or "the download ended without a result"
            raise BadSample(f"{shown} cannot be read: {why.replace(source, shown)[:300]}")
        yield path


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


def main() -> None:
    """Download the file that standard input names; print the reason if that fails."""
    wanted = json.load(sys.stdin)
    _limit_files(wanted["most"])
    place = Path(wanted["path"])
    try:
        with place.open("wb") as file:
            _download(wanted["source"], file)
    except (OSError, ValueError, RuntimeError, InputLimitError) as error:
        full = place.exists() and place.stat().st_size >= wanted["most"]
        large = f"it is larger than {wanted['most'] / MEGABYTE:,.0f} MB, half of the space for temporary files"
        sys.stdout.write(large if full else describe_error(error))


if __name__ == "__main__":
    main()
