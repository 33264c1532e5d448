"""Files at a URL, opened through fsspec: s3://, gs://, https:// and every other protocol that is installed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..errors import InputLimitError

if TYPE_CHECKING:
    from typing import BinaryIO

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_SHOWN = 200
"""Characters of a library's message that an error shows."""


def is_url(source: object) -> bool:
    """Return whether a source is a URL rather than a path; `hf:owner/set` is neither."""
    return isinstance(source, str) and bool(_URL.match(source))


def hide_credentials(source: str) -> str:
    """Return a source as it may be printed and saved: a URL without user, password, query and fragment."""
    if not is_url(source):
        return source
    parts = urlsplit(source)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def name_path(source: str | Path) -> Path:
    """Return a path with the file name of a source, for its suffix only: a URL's query is no part of it."""
    return Path(urlsplit(source).path) if isinstance(source, str) and is_url(source) else Path(source)


def open_url(source: str) -> BinaryIO:
    """Open a URL for reading bytes.

    Raises `FileNotFoundError`, `OSError` for a server that does not deliver, and `InputLimitError` with the package to
    install for a protocol that is not.
    """
    import fsspec  # type: ignore[import-untyped]  # it has no types of its own

    shown = hide_credentials(source)
    try:
        opened: BinaryIO = fsspec.open(source, "rb").open()
    except ImportError as error:
        raise InputLimitError(f"{shown}: {error}, and run the command again") from None
    except FileNotFoundError:
        raise FileNotFoundError(shown) from None
    except (OSError, ValueError, RuntimeError) as error:
        why = " ".join(str(error).split()).replace(source, shown)[:_SHOWN]
        raise OSError(f"cannot be opened: {why or type(error).__name__}") from None
    return opened
