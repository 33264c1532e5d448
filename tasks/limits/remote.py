"""URLs as sources of records: their names, and what of them may be shown."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


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
