"""Pages of the web, fetched once: cached on disk, retried after a passing fault, never with a key in a message."""

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
from urllib.parse import urlencode

from ...errors import InputLimitError, SourceError
from ...limits.addresses import ForbiddenAddressError, origin_of
from ...limits.files import read_capped
from ...limits.memory import MemoryBudget
from ...limits.syntax import parse_json
from . import fetch as fetching
from .fetch import Fetched, NoResponseError

if TYPE_CHECKING:
    import httpx2
    from tenacity import RetryCallState

T = TypeVar("T")

CACHE = "articles-cache"
"""Folder of fetched pages unless the run file names another; a relative path starts at the working folder."""
ATTEMPTS = 5
FIRST_WAIT = 1.0
"""Seconds before the second attempt where the server names no wait; each later wait is twice as long."""
LONGEST_WAIT = 300.0
"""Seconds; a longer wait that the server names ends the run instead."""
TIMEOUT = 30.0
"""Seconds without a byte."""
AGENT = "ifharness/0.1"
_PASSING = (408, 425, 429, 500, 502, 503, 504)


class Missing(SourceError):
    """The server has no such page."""


class Unusable(Exception):
    """The content of a page cannot be read; the page is requested again."""


class _Again(Exception):
    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


@dataclass(frozen=True)
class Page:
    """One response of a server."""

    body: bytes
    retrieved: str
    """UTC time, ISO 8601."""

    def json(self) -> Any:
        """Return the body as JSON; raises `Unusable`, and `InputLimitError` for one that takes too much memory."""
        try:
            text = self.body.decode("utf-8-sig")
            MemoryBudget("the page").add_json(text)
            return parse_json(text)
        except ValueError:
            raise Unusable(f"the response is not JSON but {self.body[:60]!r}") from None


@dataclass(frozen=True)
class Web:
    """Sends one request at a time to the servers of a source, and caches every good response in a folder.

    A cached page is not requested again, in this run or another; delete the folder to fetch new pages.
    """

    source: str
    """Name of the article source, for messages and for the folder."""
    cache: str = CACHE
    per_second: float = 5.0
    """Maximum requests."""
    agent: str = AGENT
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Parameters that are sent, but never cached or shown."""
    named: tuple[str, ...] = ()
    """Addresses in the options of the source; only these may be inside the user's own network."""
    _clock: dict[str, float] = field(default_factory=dict, repr=False)

    def read(self, url: str, params: Mapping[str, str | int], mode: Callable[[Page], T], *, attempts: int = 0) -> T:
        """Return what `mode` makes of a page; it raises `Unusable` for a page that is to be requested again.

        `attempts` is `ATTEMPTS` unless given. Raises `Missing` where the server has no such page (400, 404, 410), and
        `SourceError` where it refuses, every attempt fails, or the address is inside the user's network.
        """
        address = f"{url}?{urlencode(params)}" if params else url
        name = f"{hashlib.sha256(address.encode()).hexdigest()[:32]}.json"
        place = Path(self.cache).expanduser() / self.source / name
        try:
            cached = _load_cached(place)
            if cached:
                try:
                    return _apply(mode, cached)
                except Unusable:
                    pass  # cached by a version that checked less
            return self._retry(address, place, lambda: self._fetch(url, params, address), mode, attempts or ATTEMPTS)
        except InputLimitError as error:
            raise SourceError(f"{self.source}: {_short(address)}: {error}") from None

    def _retry(
        self, address: str, place: Path, fetch: Callable[[], Page], mode: Callable[[Page], T], attempts: int
    ) -> T:
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

        def attempt() -> T:
            page = fetch()
            try:
                found = _apply(mode, page)
            except Unusable as error:
                raise _Again(str(error)) from None
            _save(place, page, address)
            return found

        retrying = Retrying(
            stop=stop_after_attempt(attempts), wait=_wait, retry=retry_if_exception_type(_Again), reraise=True
        )
        try:
            return retrying(attempt)
        except _Again as error:
            raise SourceError(
                f"{self.source}: {_short(address)}: {error}, {attempts} times. Earlier pages are cached in "
                f"{self.cache}: the same command resumes there"
            ) from None

    def _fetch(self, url: str, params: Mapping[str, str | int], address: str) -> Page:
        import httpx2

        self._pace()
        try:
            origins = [origin_of(given) for given in self.named]
            response = fetching.fetch(self._client, url, {**params, **self.secret}, origins, fetching.TOTAL_SECONDS)
        except NoResponseError as error:
            raise _Again(str(error)) from None
        except ForbiddenAddressError as error:
            raise SourceError(
                f"{self.source}: {_short(address)} {error}; only addresses in the options of the source may do so"
            ) from None
        except (httpx2.InvalidURL, ValueError):
            raise SourceError(f"{self.source}: {_short(address)} is no valid address") from None
        self._check_status(response, address)
        return Page(response.body, datetime.now(UTC).isoformat(timespec="seconds"))

    def _pace(self) -> None:
        """Wait until the next request may be sent."""
        pause = self._clock.get("next", 0.0) - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        self._clock["next"] = time.monotonic() + 1 / self.per_second

    def _check_status(self, response: Fetched, address: str) -> None:
        """Raise the error that the status of a response stands for."""
        status = response.status
        if status in _PASSING:
            wait = _retry_after(response.headers.get("retry-after", ""))
            if wait is not None and wait > LONGEST_WAIT:
                raise SourceError(
                    f"{self.source}: too many requests ({status}): the server names a wait of {wait:.0f} seconds. "
                    f"Earlier pages are cached in {self.cache}: the same command resumes there, later"
                )
            raise _Again(f"the server answered {status}", wait)
        if status in (401, 403):
            why = "the key is refused" if self.secret else "the server refuses access, to everyone or to this program"
            raise SourceError(f"{self.source}: {_short(address)} answered {status}: {why}")
        if status in (400, 404, 410):
            raise Missing(f"{self.source}: {_short(address)} answered {status}: there is no such page")
        if status >= 300:
            raise SourceError(f"{self.source}: {_short(address)} answered {status}; check the options of the source")

    @cached_property
    def _client(self) -> httpx2.Client:
        import httpx2

        if self.secret:
            # The client logs every address, parameters included.
            logging.getLogger("httpx2").addFilter(_Redacting(tuple(self.secret.values())))
        headers = {"user-agent": self.agent, "accept-encoding": "gzip"}
        return httpx2.Client(timeout=TIMEOUT, follow_redirects=False, headers=headers)


class _Redacting(logging.Filter):
    """Removes secrets from the records of a logger."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        for secret in self._secrets:
            message = message.replace(secret, "[key]").replace(urlencode({"": secret})[1:], "[key]")
        record.msg, record.args = message, ()
        return True


def _apply(mode: Callable[[Page], T], page: Page) -> T:
    """Read a page; one of another structure than the documented one is unusable, not an error of the reader."""
    try:
        return mode(page)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, RecursionError) as error:
        why = f"{type(error).__name__}: {error}"
        raise Unusable(f"the response has not the documented shape ({why:.120})") from None


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    named = error.wait if isinstance(error, _Again) else None
    return named if named is not None else FIRST_WAIT * 2.0 ** (state.attempt_number - 1)


def _retry_after(header: str) -> float | None:
    """Return the seconds of a Retry-After header (a number, or a time of day); None if there is none."""
    given = header.strip()
    if given.isascii() and given.isdigit():
        return float(given[:12])
    try:
        return max(0.0, (parsedate_to_datetime(given) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def _load_cached(place: Path) -> Page | None:
    try:
        record = json.loads(read_capped(place, 2 * fetching.LARGEST_BODY))
        return Page(b64decode(record["body"]), record["retrieved"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None  # not there, or cut off by a crash: fetched again


def _save(place: Path, page: Page, address: str) -> None:
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


def _short(address: str) -> str:
    return address if len(address) <= 120 else f"{address[:119]}…"
