"""Every exception that the harness raises on purpose.

HarnessError
├── ConfigError      the run file or a command-line value is wrong; nothing was sent
├── StoreError       a results folder is missing, damaged, in use, full, or of another run or version
├── NotComparable    two runs have different samples
└── AdapterError     a request has no response
    ├── AuthFailed   every request would fail: key, model or base URL is wrong; ends the run
    │   └── OutOfCredit  the account has no credit left; ends the run, which resumes after a top-up
    ├── RateLimited  too many requests; retried, not before `wait`
    ├── Unavailable  no usable response this time; retried
    └── Rejected     this request gets no response; becomes a Failure
AdapterContractError  an adapter broke the contract of `Adapter`: a bug of the adapter, named with file and line
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
    """A request has no response; `usage` holds what the attempt cost where the provider reports it."""

    cause = "failed"

    def __init__(self, message: str, *, usage: dict[str, int] | None = None) -> None:
        super().__init__(message)
        self.usage = usage


class AdapterContractError(Exception):
    """An adapter violated the `Adapter` contract: a bug of that adapter, recorded as a failure `bug`."""


class AuthFailed(AdapterError):
    """Every request would fail (wrong key, model or base URL); ends the run."""

    cause = "auth"


class OutOfCredit(AuthFailed):
    """The account has no credit left; ends the run, which the same command resumes after a top-up."""

    cause = "credit"


class RateLimited(AdapterError):
    """Too many requests; `wait` seconds must pass before the next one (None: not named by the provider)."""

    cause = "rate_limited"

    def __init__(self, message: str, *, wait: float | None = None, usage: dict[str, int] | None = None) -> None:
        super().__init__(message, usage=usage)
        self.wait = wait


class Unavailable(AdapterError):
    """No usable response this time: server error, lost connection, time-out, malformed body; retried.

    `overloaded`: the server reports too much load. `no_api`: no server of the expected format is at the address.
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
        no_api: bool = False,
    ) -> None:
        super().__init__(message, usage=usage)
        self.cause = cause
        self.wait = wait
        self.overloaded = overloaded
        self.no_api = no_api


class Rejected(AdapterError):
    """A request gets no response, now or later.

    `cause`: `rejected` (the provider does not take the request), `refused` (a content filter left no text),
    `exhausted` (the token limit left no text), `malformed` (the server broke the response off), `blank` (an empty
    response that a dialogue would have to continue from).
    `complaint` is the provider's complaint without numbers: a run whose first requests all meet the same one has a
    wrong setting. `advice` is what to change then. Both are "" where the reason can only be the request itself.
    """

    def __init__(
        self,
        message: str,
        *,
        cause: str = "rejected",
        usage: dict[str, int] | None = None,
        complaint: str = "",
        advice: str = "",
    ) -> None:
        super().__init__(message, usage=usage)
        self.cause = cause
        self.complaint = complaint
        self.advice = advice
