"""What the log of batches holds of one batch, and the checks of its events: a received log is never trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from tasks.limits.value_kinds import (
    AMOUNT,
    COUNTS,
    FLAG,
    TABLE,
    TEXT,
    WHOLE,
    ValueKind,
    find_wrong_kind,
    or_null,
)

from ...config.prices import Prices

if TYPE_CHECKING:
    from collections.abc import Mapping

RUN, PREPARED, SUBMITTED, POLLED, COLLECTING = "run", "prepared", "submitted", "polled", "collecting"
RESOLVED, NOT_OURS, CANCELLED, CONTINUED = "resolved", "not_ours", "cancelled", "continued"


class BatchEntry(NamedTuple):
    """One request of a batch."""

    sample_id: str
    epoch: int
    turn: int
    """Number of the response in its dialogue, from 1."""
    attempt: int
    """Batches that the request was in, this one included."""


@dataclass
class BatchRecord:
    """What the log says of one batch."""

    marker: str
    requests: int
    bytes: int
    prepared: float
    """Unix time."""
    reserved_tokens: int = 0
    reserved_cost: float = 0.0
    """US dollars that the requests cost at their worst."""
    batch_id: str = ""
    """The provider's name of the batch, "" while none is known."""
    submitted: float = 0.0
    expires: float | None = None
    status: str = PREPARED
    """The provider's own word."""
    counts: dict[str, int] = field(default_factory=dict)
    """Requests by what the provider says became of them."""
    sizes: dict[str, int] | None = None
    """Bytes that the journals had when the results were first read; None before."""
    resolved: bool = False
    taken: bool = True
    """Whether the provider began to answer it; False is no attempt at its requests."""
    outcome: dict[str, int] = field(default_factory=dict)
    """Requests by what became of them: `answered`, `failed`, `open`."""
    doubtful: int = 0
    """Requests that the provider may have charged without reporting it."""
    found: bool = False
    """Whether it was found at the provider, not created by an answer; such a batch may be another run's."""
    others: set[str] = field(default_factory=set)
    """Batches of the provider that were taken for this one, and are not."""
    cancelled: bool = False
    """Whether the user had the batch cancelled."""


_MARKER = re.compile(r"[0-9a-f]{16}", re.ASCII)
_BATCH_ID = re.compile(r"(?:[\w-]+/)?(?!\.+$)[\w.:=+-]{1,300}", re.ASCII)


_TURNS = range(1, 1001)
"""Numbers that a response of a dialogue can have."""


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 53


def _are_counts(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_count, value.values()))


def _is_wasted(value: object) -> bool:
    """Return whether a value lists sample, epoch, turn and tokens."""
    return isinstance(value, list) and all(
        isinstance(one, list)
        and len(one) == 4
        and isinstance(one[0], str)
        and all(map(_is_count, one[1:3]))
        and COUNTS.fits(one[3])
        for one in value
    )


_COUNT = ValueKind(_is_count, "a whole number from 0")
_POSITIVE = ValueKind(lambda value: _is_count(value) and value != 0, "a whole number from 1")
_TURN = ValueKind(lambda value: _is_count(value) and value in _TURNS, "a whole number from 1 to 1000")
_TABLE_OF_COUNTS = ValueKind(_are_counts, "a table of whole numbers from 0")
_KIND_OF_MARKER = ValueKind(
    lambda value: isinstance(value, str) and bool(_MARKER.fullmatch(value)), "16 digits of 0-9 and a-f"
)
_KIND_OF_ID = ValueKind(
    lambda value: isinstance(value, str) and bool(_BATCH_ID.fullmatch(value)), "the provider's name of a batch"
)
_RESERVED = ValueKind(
    lambda value: isinstance(value, dict) and _is_count(value.get("tokens")) and AMOUNT.fits(value.get("cost")),
    "a table of tokens and cost",
)
_STATE = {"batch_id": _KIND_OF_ID, "status": TEXT, "counts": _TABLE_OF_COUNTS}
_REQUIRED: dict[str, dict[str, ValueKind]] = {
    RUN: {"about": TABLE},
    PREPARED: {"requests": _POSITIVE, "bytes": _COUNT, "reserved": _RESERVED},
    SUBMITTED: _STATE,
    POLLED: _STATE,
    COLLECTING: {"sizes": _TABLE_OF_COUNTS},
    RESOLVED: {"outcome": _TABLE_OF_COUNTS},
    NOT_OURS: {},
    CANCELLED: {},
    CONTINUED: {},
}
_OPTIONAL = {
    "expires": TEXT,
    "wasted": ValueKind(_is_wasted, "a list of [sample, epoch, turn, tokens]"),
    "doubtful": _COUNT,
    "taken": FLAG,
    "found": FLAG,
}
OF_RUN = (RUN, CANCELLED, CONTINUED)
"""Events about the run, not about one batch."""
_OPTIONAL_TEXT = or_null(TEXT)
_ABOUT = {
    "ask": or_null(TABLE),
    "key_env": _OPTIONAL_TEXT,
    "prices": or_null(TABLE),
    "max_output": or_null(_POSITIVE),
}
_PRICES = {
    "input": AMOUNT,
    "output": AMOUNT,
    "date": TEXT,
    "cached_input": or_null(AMOUNT),
    "up_to": or_null(WHOLE),
    "source": TEXT,
    "batch": or_null(AMOUNT),
}


def find_wrong_event(event: Mapping[str, Any], markers: Mapping[str, BatchRecord]) -> str:
    """Return what is wrong with an event of a log, "" if nothing is; `markers` are the batches prepared before it."""
    kind = event.get("event")
    if not isinstance(kind, str) or kind not in _REQUIRED:
        return f"event is {kind!r:.40}, but must be one of {', '.join(_REQUIRED)}"
    required = {"time": TEXT, **_REQUIRED[kind], **({} if kind in OF_RUN else {"marker": _KIND_OF_MARKER})}
    if missing := next((name for name in required if name not in event), ""):
        return f"{missing} is missing"
    if wrong := find_wrong_kind(event, {**_OPTIONAL, **required}):
        return wrong
    if kind == RUN:
        return _find_wrong_about(event["about"])
    if kind not in (PREPARED, *OF_RUN) and event["marker"] not in markers:
        return f"marker {event['marker']} belongs to no batch that was prepared"
    return ""


def _find_wrong_about(about: Mapping[str, Any]) -> str:
    """Return what is wrong with the settings of a run, "" if nothing is."""
    if wrong := find_wrong_kind(about, _ABOUT, "about."):
        return wrong
    prices = about.get("prices")
    if not prices:
        return ""
    unknown = next((name for name in prices if name not in _PRICES), "")
    missing = next((name for name in ("input", "output", "date") if name not in prices), "")
    if unknown or missing:
        return f"about.prices: {unknown} is unknown" if unknown else f"about.prices: {missing} is missing"
    return find_wrong_kind(prices, _PRICES, "about.prices.")


def find_wrong_entry(line: Mapping[str, Any]) -> str:
    """Return what is wrong with a line of a map, "" if nothing is."""
    kinds = {"sample_id": TEXT, "epoch": _COUNT, "turn": _TURN, "attempt": _POSITIVE}
    missing = next((name for name in kinds if name not in line), "")
    return f"{missing} is missing" if missing else find_wrong_kind(line, kinds)


def is_ours(name: str) -> bool:
    """Return whether a file of the folder of batches has the name of one of ours."""
    return bool(_MARKER.fullmatch(name.removesuffix(".jsonl").removesuffix(".map")))


def price_table(about: Mapping[str, Any]) -> Prices | None:
    """Return the prices on record, None where there are none."""
    return Prices(**about["prices"]) if about.get("prices") else None


def parse_custom_id(custom_id: str, record: BatchRecord) -> int | None:
    """Return the number of a request in its batch, from 1; None for an id that the batch does not have."""
    marker, dash, number = custom_id.rpartition("-")
    if marker != record.marker or not dash or not (number.isascii() and number.isdigit()) or len(number) > 9:
        return None
    return int(number) if 1 <= int(number) <= record.requests else None
