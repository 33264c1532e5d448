"""Adapter: the boundary to a model provider, and the records that cross it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeAlias

from tasks.sample import Sample, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    OnHeaders: TypeAlias = Callable[[Mapping[str, str]], None]
    """Takes the headers of a reply, by lower-case name."""

STOPS = ("end", "length", "refusal")
"""Why a response ended, as adapters report it."""
UNKNOWN_STOP = "unknown"
"""Of a response of another program that did not record why it ended."""
RECORDED_STOPS = (*STOPS, UNKNOWN_STOP)
RETRIES = ("failures", "truncated", "refused", "blank")
"""What can be requested again: failures (rejected ones too), responses cut at the token limit, refusals, blank ones."""
_EMPTY: tuple[object, ...] = (None, "", (), False)
_ALWAYS = frozenset({"epoch", "text", "model", "cost"})


@dataclass(frozen=True)
class Settings:
    """Settings of a request beside its turns; None is not sent."""

    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    """The model seed."""
    stop: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Provider-specific fields, sent as they are."""

    def to_json(self) -> dict[str, Any]:
        """Return the settings that are not None."""
        record = {k: v for k, v in asdict(self).items() if v not in (None, (), {})}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in record.items()}


@dataclass(frozen=True)
class Request:
    """One prompt to one model."""

    sample_id: str
    epoch: int
    model: str
    turns: tuple[Turn, ...]
    settings: Settings


@dataclass(frozen=True)
class Response:
    """A response, as it is saved in `responses.jsonl`."""

    sample_id: str
    epoch: int
    text: str
    """What the model wrote, without thinking that the provider reports apart."""
    model: str
    """The model that the provider says it served."""
    reasoning: str = ""
    """Thinking that the provider reports apart."""
    stop: str = "end"
    """`end`, `length` (cut at the token limit), `refusal`, or `unknown` where another program did not record it."""
    raw_stop: str = ""
    """The provider's own word for it."""
    request_id: str = ""
    from_cache: bool = False
    """Taken from the cache: this run made no request for it."""
    usage: dict[str, int] | None = None
    """Tokens: `input`, `output`, and where reported `cached`, `reasoning`."""
    cost: float | None = None
    """US dollars, `wasted` tokens included; None is unknown."""
    started: str = ""
    """UTC time of the first attempt, ISO 8601."""
    seconds: float = 0.0
    """From the first attempt to the response, waits included."""
    attempts: int = 1
    unset: tuple[str, ...] = ()
    """Settings of the run that the request did not carry, because the provider does not take them."""
    wasted: dict[str, int] | None = None
    """Tokens that the provider reported for earlier attempts, which brought no response."""
    earlier: tuple[dict[str, str], ...] = ()
    """The model's earlier responses in the dialogue, as they were sent: `text`, and `stop` where it is not `end`."""

    @property
    def is_timed(self) -> bool:
        """Whether it is on record how long the response took and how many attempts."""
        return bool(self.started or self.seconds)

    def replace(self, **values: Any) -> Self:
        """Return the same with other values under some names; a tenth of the time that `dataclasses.replace` takes."""
        other = object.__new__(type(self))
        vars(other).update(vars(self), **values)
        return other

    def to_json(self) -> dict[str, Any]:
        """Return the line of `responses.jsonl`, without empty and unknown fields other than `text`."""
        record = {name: value for name, value in vars(self).items() if value not in _EMPTY or name in _ALWAYS}
        record["seconds"] = round(self.seconds, 4)
        for name in ("unset", "earlier"):
            if name in record:
                record[name] = list(record[name])
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Read back what `to_json` wrote; fields of later versions are ignored, missing ones take defaults."""
        known = {k: v for k, v in record.items() if k in cls.__dataclass_fields__}
        known["unset"] = tuple(known.get("unset") or ())
        if "earlier" in known:
            known["earlier"] = earlier_texts(known["earlier"])
        return cls(**known)


def earlier_texts(earlier: object) -> tuple[dict[str, str], ...]:
    """Return the earlier responses of a record, without what is none."""
    listed = earlier if isinstance(earlier, list) else []
    return tuple(one for one in listed if isinstance(one, dict) and isinstance(one.get("text"), str))


@dataclass(frozen=True)
class Failure:
    """A sample without a response to verify, as it is saved in `failures.jsonl`; never a score of 0."""

    sample_id: str
    epoch: int
    model: str
    error: str
    """`rejected`, `refused`, `exhausted`, `rate_limited`, `unavailable`, `malformed`, `timeout` or `bug`; `blank` for
    an empty response that a dialogue would have to continue from."""
    message: str
    usage: dict[str, int] | None = None
    """Tokens of all attempts, where reported."""
    cost: float | None = None
    """US dollars; None is unknown."""
    seconds: float = 0.0
    attempts: int = 1

    def to_json(self) -> dict[str, Any]:
        """Return the line of `failures.jsonl`."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Read back what `to_json` wrote; fields of later versions are ignored."""
        return cls(**{k: v for k, v in record.items() if k in cls.__dataclass_fields__})


@dataclass(frozen=True)
class AdapterSetup:
    """What an adapter is made from."""

    model: str
    base_url: str | None = None
    key_env: str | None = None
    """Name of the environment variable that holds the key; None is the adapter's own default."""
    timeout: float = 120.0
    """Seconds for one attempt."""
    concurrency: int = 8
    options: Mapping[str, Any] = field(default_factory=dict)
    """Adapter-specific settings of the run file."""
    samples: Mapping[str, Sample] = field(default_factory=dict)
    """The samples of the run, by id: for adapters that respond without a network."""
    on_headers: OnHeaders | None = None
    """Takes the headers of each HTTP reply: rate limits are learned from them."""


class Adapter(Protocol):
    """One provider. Used as an async context manager around all requests of a run.

    An adapter whose responses depend on more than the request (a file, the samples) has `cacheable = False`. One that
    gets HTTP replies passes the headers of each to `AdapterSetup.on_headers`, where that is not None. One that sends
    the pictures of turns has `IMAGES = "model"` in its module; to any other, a run with pictures sends nothing.
    """

    async def complete(self, request: Request) -> Response:
        """Send one request; raises `AuthFailed`, `OutOfCredit`, `RateLimited`, `Unavailable`, `Rejected`."""
        ...

    async def __aenter__(self) -> Self:
        """Start whatever the adapter needs; raises `AdapterError` or `ConfigError`."""
        ...

    async def __aexit__(self, *exc_info: object) -> None:
        """Stop it."""
        ...
