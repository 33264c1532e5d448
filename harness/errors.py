"""Every exception that the harness raises on purpose.

HarnessError
├── ConfigError      the run file or a command-line value is wrong; nothing was sent
├── StoreError       a results folder is missing, damaged, in use, full, or of another run or version
├── NotComparable    two runs have different samples
└── AdapterError     a request failed
    ├── AuthFailed   every request would fail: key, model or base URL is wrong; ends the run
    ├── RateLimited  too many requests; retried after `wait`
    ├── Unavailable  no usable response this time; retried
    └── Rejected     this request never gets a response; becomes a Failure
AdapterContractError  an adapter broke the contract of `Adapter`: a bug of the adapter, reported with its file
"""

from __future__ import annotations


class HarnessError(Exception):
    """Base class; the message is one paragraph: what is wrong, what was expected, what to do."""


class ConfigError(HarnessError):
    """The run file or a command-line value is wrong; nothing was sent."""


class StoreError(HarnessError):
    """A results folder is missing, damaged, in use, full, or belongs to another run or version."""


class NotComparable(HarnessError):
    """Two runs have different samples."""


class AdapterError(HarnessError):
    """A request failed; `usage` holds the tokens of the attempt if the provider reported them."""

    cause = "failed"

    def __init__(self, message: str, *, usage: dict[str, int] | None = None) -> None:
        super().__init__(message)
        self.usage = usage


class AdapterContractError(Exception):
    """An adapter violated the `Adapter` contract: a bug of that adapter, recorded as a failure `bug`."""


class AuthFailed(AdapterError):
    """Every request would fail (wrong key, model or base URL); ends the run."""

    cause = "auth"


class RateLimited(AdapterError):
    """Rate limited, or the provider is overloaded; retried after `wait` seconds (None: not specified)."""

    cause = "rate_limited"

    def __init__(self, message: str, *, wait: float | None = None, usage: dict[str, int] | None = None) -> None:
        super().__init__(message, usage=usage)
        self.wait = wait


class Unavailable(AdapterError):
    """No usable response this time: server error, lost connection, time-out, malformed body; retried.

    `overloaded`: the server reports an overload.
    """

    cause = "unavailable"

    def __init__(
        self,
        message: str,
        *,
        cause: str = "unavailable",
        wait: float | None = None,
        usage: dict[str, int] | None = None,
        overloaded: bool = False,
    ) -> None:
        super().__init__(message, usage=usage)
        self.cause = cause
        self.wait = wait
        self.overloaded = overloaded


class Rejected(AdapterError):
    """A request never gets a response.

    `cause`: `rejected` (by the provider), `refused` (a content filter left no text), `exhausted` (the token limit left
    no text), `blank` (an earlier response of a dialogue is blank, so the dialogue cannot continue).
    """

    def __init__(self, message: str, *, cause: str = "rejected", usage: dict[str, int] | None = None) -> None:
        super().__init__(message, usage=usage)
        self.cause = cause
