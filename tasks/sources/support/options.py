"""Options of sources, checked before anything is read."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ...errors import SourceError


def key_from(variable: str, source: str) -> str:
    """Return the key in an environment variable or in `.env` of the working folder; raises `SourceError`."""
    key = os.environ.get(variable, "").strip()
    if not key and Path(".env").is_file():
        from dotenv import dotenv_values

        key = (dotenv_values(".env", interpolate=False).get(variable) or "").strip()
    if not key or not key.isascii() or not key.isprintable():
        raise SourceError(
            f"article source {source!r} needs a key: set the environment variable {variable} (never write the key "
            "into a run file)"
        )
    return key


def check_address(source: str, option: str, address: Any) -> str:
    """Return an http address without its last slash; raises `SourceError`, which does not show what may be a secret."""
    try:
        parts = urlsplit(address if isinstance(address, str) else "")
        _ = parts.port  # raises for one that is no number
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise SourceError(
            f"article source {source!r}: {option} must be an address such as https://example.org, without a user"
        )
    return str(address).rstrip("/")


def check_limit(source: str, limit: Any) -> int:
    """Return a number of articles; raises `SourceError`."""
    if type(limit) is not int or limit < 1:
        raise SourceError(f"article source {source!r}: limit must be a whole number of at least 1, got {limit!r:.40}")
    return limit


def check_day(source: str, option: str, value: Any) -> str:
    """Return a day in ISO form, "" for None; raises `SourceError`."""
    if value is None:
        return ""
    try:
        return (value if isinstance(value, date) else date.fromisoformat(value)).isoformat()[:10]
    except (TypeError, ValueError):
        raise SourceError(
            f"article source {source!r}: {option} takes a day, such as 2026-01-31, got {value!r:.40}"
        ) from None
