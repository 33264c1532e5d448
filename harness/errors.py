"""Everything the harness raises on purpose.

HarnessError
├── ConfigError      the run file or a command-line value is wrong; nothing was sent
├── StoreError       a results folder is missing, damaged, in use, full, or of another plan or version
├── NotComparable    two runs asked different questions
└── AdapterError     a model could not be asked
    ├── AuthFailed   every request would be refused: key, model or address is wrong; ends the run
    ├── RateLimited  asked too often; tried again, not before `wait`
    ├── Unavailable  no usable answer this time; tried again
    └── Rejected     this request gets no answer; becomes a Failure
AdapterContractError  an adapter broke the contract of `Adapter`: a bug of the adapter, told with its file
"""

from __future__ import annotations


class HarnessError(Exception):
    """Base class; the text is one paragraph: what was found, where, what to do next."""


class ConfigError(HarnessError):
    """The run file or a command-line value is wrong; nothing was sent."""


class StoreError(HarnessError):
    """A results folder is missing, damaged, in use, full, or belongs to another plan or version."""


class NotComparable(HarnessError):
    """Two runs asked different questions."""


class AdapterError(HarnessError):
    """A model could not be asked; `usage` holds what the attempt cost where the provider said so."""

    cause = "failed"

    def __init__(self, message: str, *, usage: dict[str, int] | None = None) -> None:
        super().__init__(message)
        self.usage = usage


class AdapterContractError(Exception):
    """An adapter returned what `Adapter` does not allow: a bug of that adapter, recorded as a failure `bug`."""


class AuthFailed(AdapterError):
    """Every request would be refused (wrong key, model or address); ends the run."""

    cause = "auth"


class RateLimited(AdapterError):
    """Asked too often, or the provider is overloaded; `wait` seconds must pass first (None: not said)."""

    cause = "rate_limited"

    def __init__(self, message: str, *, wait: float | None = None, usage: dict[str, int] | None = None) -> None:
        super().__init__(message, usage=usage)
        self.wait = wait


class Unavailable(AdapterError):
    """No usable answer this time: server error, lost connection, time-out, malformed body; tried again.

    `overloaded`: the server says that it has too much to do.
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
    """A request gets no answer, now or later.

    `cause`: `rejected` (the provider does not take it), `refused` (a content filter left no text), `exhausted`
    (the token limit left no text), `blank` (nothing stands in the answer that a dialogue has to go on from).
    """

    def __init__(self, message: str, *, cause: str = "rejected", usage: dict[str, int] | None = None) -> None:
        super().__init__(message, usage=usage)
        self.cause = cause
