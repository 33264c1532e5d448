"""Pages of the web, fetched once: kept on disk, asked again after a passing fault, never with a key in what is told."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode, urlsplit

from ..errors import SourceError

if TYPE_CHECKING:
    import httpx2
    from tenacity import RetryCallState

T = TypeVar("T")

CACHE = "articles-cache"
"""Where fetched pages are kept unless the run file says otherwise; a relative path starts at the working folder."""
ATTEMPTS = 5
FIRST_WAIT = 1.0
"""Seconds before the second attempt where the server names no wait; each later one is twice as long."""
LONGEST_WAIT = 300.0
"""Seconds; a server that names a longer wait has closed for the day, and is not waited for."""
TIMEOUT = 30.0
AGENT = "ifharness/0.1"
_PASSING = (408, 425, 429, 500, 502, 503, 504)


class Missing(SourceError):
    """The server has no such page."""


class Unusable(Exception):
    """What a page holds cannot be read; it is asked for again."""


class _Again(Exception):
    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


@dataclass(frozen=True)
class Page:
    """What a server answered."""

    body: bytes
    retrieved: str
    """UTC time, ISO 8601."""

    def json(self) -> Any:
        """Return the body as JSON; raises `Unusable`."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Unusable(f"the answer is no JSON but {self.body[:60]!r}") from None


@dataclass(frozen=True)
class Web:
    """Asks one server, one request at a time, and keeps every good answer in a folder.

    A page that was kept is not asked for again, in this run or another; delete the folder to have it fetched anew.
    """

    source: str
    """Name of the article source, for messages and for the folder."""
    cache: str = CACHE
    per_second: float = 5.0
    """Requests, at most."""
    agent: str = AGENT
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Parameters that are sent and never kept or told."""
    _clock: dict[str, float] = field(default_factory=dict, repr=False)

    def read(self, url: str, params: Mapping[str, str | int], mode: Callable[[Page], T]) -> T:
        """Return what `reading` makes of a page; it raises `Unusable` for one that is to be asked for again.

        Raises `Missing` where the server has no such page (400, 404, 410), and `SourceError` where it refuses, or
        fails as often as is tried.
        """
        address = f"{url}?{urlencode(params)}" if params else url
        place = (
            Path(self.cache).expanduser() / self.source / f"{hashlib.sha256(address.encode()).hexdigest()[:32]}.json"
        )
        kept = _kept(place)
        if kept:
            try:
                return _made(mode, kept)
            except Unusable:
                pass  # kept by a version that read less strictly
        return self._tried(address, place, lambda: self._fetch(url, params, address), mode)

    def _tried(self, address: str, place: Path, fetch: Callable[[], Page], mode: Callable[[Page], T]) -> T:
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

        def attempt() -> T:
            page = fetch()
            try:
                found = _made(mode, page)
            except Unusable as error:
                raise _Again(str(error)) from None
            _keep(place, page, address)
            return found

        retrying = Retrying(
            stop=stop_after_attempt(ATTEMPTS), wait=_wait, retry=retry_if_exception_type(_Again), reraise=True
        )
        try:
            return retrying(attempt)
        except _Again as error:
            raise SourceError(
                f"{self.source}: {_shown(address)}: {error}, {ATTEMPTS} times. What came before is kept in "
                f"{self.cache}: the same command goes on there"
            ) from None

    def _fetch(self, url: str, params: Mapping[str, str | int], address: str) -> Page:
        import httpx2

        self._pace()
        try:
            # None of the params would take away those of the address.
            response = self._client.get(url, params={**params, **self.secret} or None)
        except httpx2.RequestError as error:
            raise _Again(f"no answer ({type(error).__name__})") from None
        except (httpx2.InvalidURL, ValueError):
            raise SourceError(f"{self.source}: {_shown(address)} is no address that can be asked") from None
        self._refuse(response, address)
        return Page(response.content, datetime.now(UTC).isoformat(timespec="seconds"))

    def _pace(self) -> None:
        """Wait until the next request may go out."""
        pause = self._clock.get("next", 0.0) - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        self._clock["next"] = time.monotonic() + 1 / self.per_second

    def _refuse(self, response: httpx2.Response, address: str) -> None:
        """Raise what an answer other than a good one means."""
        status = response.status_code
        if status in _PASSING:
            wait = _named(response.headers.get("retry-after", ""))
            if wait is not None and wait > LONGEST_WAIT:
                raise SourceError(
                    f"{self.source}: asked too often ({status}): the server wants a wait of {wait:.0f} seconds. What "
                    f"came before is kept in {self.cache}: the same command goes on there, later"
                )
            raise _Again(f"the server answered {status}", wait)
        if status in (401, 403):
            why = "the key is refused" if self.secret else "the server lets nobody in, or not this program"
            raise SourceError(f"{self.source}: {_shown(address)} answered {status}: {why}")
        if status in (400, 404, 410):
            raise Missing(f"{self.source}: {_shown(address)} answered {status}: there is no such page")
        if status >= 300:
            raise SourceError(f"{self.source}: {_shown(address)} answered {status}; check the options of the source")

    @cached_property
    def _client(self) -> httpx2.Client:
        import httpx2

        if self.secret:
            # The client tells every address, parameters included, to whoever listens.
            logging.getLogger("httpx2").addFilter(_Silent(tuple(self.secret.values())))
        return httpx2.Client(timeout=TIMEOUT, follow_redirects=True, headers={"user-agent": self.agent})


class _Silent(logging.Filter):
    """Takes secrets out of what a logger tells."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.getMessage()
        for secret in self._secrets:
            told = told.replace(secret, "[key]").replace(urlencode({"": secret})[1:], "[key]")
        record.msg, record.args = told, ()
        return True


def key_from(variable: str, source: str) -> str:
    """Return the key in an environment variable or in `.env` of the working folder; raises `SourceError`."""
    key = os.environ.get(variable, "").strip()
    if not key and Path(".env").is_file():
        from dotenv import dotenv_values

        key = (dotenv_values(".env", interpolate=False).get(variable) or "").strip()
    if not key or not key.isascii() or not key.isprintable():
        raise SourceError(
            f"article source {source!r} needs a key: put it into the environment variable {variable} (it never "
            "stands in a run file)"
        )
    return key


def check_address(source: str, option: str, address: Any) -> str:
    """Return an http address without its last slash; raises `SourceError`, which does not show what may be a secret."""
    try:
        parts = urlsplit(address if isinstance(address, str) else "")
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
        raise SourceError(f"article source {source!r}: limit must be a whole number of at least 1, got {limit!r}")
    return limit


def _made(mode: Callable[[Page], T], page: Page) -> T:
    """Read a page; one of another shape than the documented one is unusable, not an error of the reader's."""
    try:
        return mode(page)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise Unusable(f"the answer has not the documented shape ({type(error).__name__}: {error})") from None


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, _Again) else None
    return asked if asked is not None else FIRST_WAIT * 2.0 ** (state.attempt_number - 1)


def _named(header: str) -> float | None:
    """Return the seconds of a Retry-After header: a number, or a time of day; None if there is none."""
    if header.strip().isdigit():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _kept(place: Path) -> Page | None:
    try:
        record = json.loads(place.read_bytes())
        return Page(b64decode(record["body"]), record["retrieved"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # not there, or cut off by a crash: fetched again


def _keep(place: Path, page: Page, address: str) -> None:
    record = {"address": address, "retrieved": page.retrieved, "body": b64encode(page.body).decode()}
    draft = place.with_suffix(f".{os.getpid()}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(record), encoding="utf-8")
        draft.replace(place)
    except OSError as error:
        raise SourceError(
            f"{place.parent} cannot be written: {error.strerror}; name another folder with cache in the options"
        ) from None


def _shown(address: str) -> str:
    return address if len(address) <= 120 else f"{address[:119]}…"
