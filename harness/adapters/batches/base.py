"""Batch adapter: the boundary to a provider's batch API, and the records that cross it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, Self

from ..transport.errors import parse_retry_after

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping
    from pathlib import Path

    from ...errors import AdapterError
    from ..base import Request, Response

RESUBMIT, LIVE, FAIL = "resubmit", "live", "fail"
FALLBACKS = (RESUBMIT, LIVE, FAIL)
"""What happens to a request that a batch ended without answering."""
_LATEST = 1e11
"""Unix times above are none; those below have a date that can be shown."""
_ID = re.compile(r"(?!\.+$)[\w.:-]{1,200}", re.ASCII)
MARK = "ifharness"
"""Name under which a batch carries its marker where a provider has a place for it."""


class BatchGone(Exception):
    """The provider does not have the batch, or its results, any more."""


class BatchTooLarge(Exception):
    """The provider does not take a batch of this size."""


@dataclass(frozen=True)
class BatchLimits:
    """What one batch may hold at most."""

    requests: int
    bytes: int
    """Of the file, or of the body that creates the batch."""


@dataclass(frozen=True)
class BatchFile:
    """The requests of one batch on disk, one line each, as `BatchAdapter.write_request` wrote them."""

    path: Path
    marker: str
    """16 hex digits that no other batch has; custom ids begin with it."""
    requests: int
    bytes: int
    prepared: float = 0.0
    """Unix time before which the batch cannot have been created."""


@dataclass(frozen=True)
class LineError:
    """Why a provider did not take a batch: the complaint about one line, or about the whole."""

    code: str
    message: str
    line: int | None = None
    """From 1; None is the whole batch."""
    error: AdapterError | None = None
    """What a live request with this complaint would meet; None is a rejection."""


@dataclass(frozen=True)
class BatchState:
    """A batch as the provider reports it."""

    batch_id: str
    """Letters, digits and `._:=+-`, with one slash at most; it is on record, and part of addresses."""
    status: str
    """The provider's own word, in lower case."""
    ended: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    """Requests by what became of them, as far as the provider counts them."""
    created: float | None = None
    """Unix time."""
    expires: float | None = None
    """Unix time."""
    errors: tuple[LineError, ...] = ()
    """Of a batch that was not taken."""
    results: tuple[str, ...] = ()
    """Where the results are, in the provider's terms."""
    inline: tuple[Any, ...] = ()
    """Results that came with the state."""
    wait: float | None = None
    """Seconds that the provider asks to wait before the next look."""


@dataclass(frozen=True)
class BatchLine:
    """What became of one request; neither body nor error is a line that cannot be read."""

    custom_id: str
    body: Any = None
    """What the provider would have sent as the body of an HTTP 200."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers that such a reply would have had, as far as the line holds them."""
    error: AdapterError | None = None


class BatchAdapter(Protocol):
    """The batch API of one provider. Used as an async context manager around all its calls.

    Each call raises the `AdapterError` that a live request would meet, `BatchGone` or `BatchTooLarge`.
    """

    limits: BatchLimits

    def write_request(self, custom_id: str, request: Request) -> bytes:
        """Return one request as a line; raises `Rejected` for what cannot be sent."""
        ...

    async def submit(self, file: BatchFile) -> BatchState:
        """Create one batch.

        After `Unavailable` the provider may have created it or not: `find` it before another attempt.
        """
        ...

    async def find(self, file: BatchFile, known: Collection[str]) -> BatchState | None:
        """Return the batch that was created of a file although no answer arrived; `known` are other batches."""
        ...

    async def poll(self, batch_id: str) -> BatchState:
        """Return the state of a batch."""
        ...

    def results(self, state: BatchState) -> AsyncIterator[BatchLine]:
        """Yield the results of a batch that has ended, one in memory at a time, in any order."""
        ...

    def parse(self, line: BatchLine, request: Request) -> Response:
        """Return the response that a line holds; raises an `AdapterError` for one that holds none."""
        ...

    async def cancel(self, batch_id: str) -> None:
        """Ask the provider to end a batch; what it has answered so far stays available."""
        ...

    async def __aenter__(self) -> Self:
        """Open the connection; raises `ConfigError`."""
        ...

    async def __aexit__(self, *exc_info: object) -> None:
        """Close it."""
        ...


def next_look(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a reply asks to wait before the next look, at most an hour; None if it does not."""
    wait = parse_retry_after(headers)
    return None if wait is None else min(wait, 3600.0)


def check_id(value: object) -> str:
    """Return the name that a provider gave to a batch or a file, "" for one that does not fit into an address."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def parse_time(value: object) -> float | None:
    """Return a time as Unix time: seconds, or an ISO 8601 text; None for what is neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if 0 < value < _LATEST else None
    if not isinstance(value, str) or not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    seconds = (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    return seconds if 0 < seconds < _LATEST else None
