"""What an error of a provider means, whatever format it comes in; pure.

Providers report the same thing in many ways: errors come with HTTP 200, codes are numbers or words, waits are in
headers or in the body. Everything that is read is checked first.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from ...errors import AdapterError, AuthFailed, OutOfCredit, RateLimited, Rejected, Unavailable
from ..redaction import redact, redact_parts
from . import complaints
from .provider_message import find_hidden_error, is_stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .provider_message import ProviderMessage

CONNECT = 10.0
"""Seconds to reach a server, where the time-out of the run is not shorter."""
_MOST = 300
"""Characters of a provider's words that a message quotes."""
_NOT_HERE = "failed_precondition"
"""Google's word for an account that may not send requests: no billing, or a country that is not served."""
_OVERLOADED = (498, 503, 529)
"""Of these, 498 is Groq's: its flexible tier has no capacity."""
_AGAIN = (409, 424, 425, 449, 498, 499)
"""Statuses below 500 that may be over at the next attempt."""
_CONNECTING = ("ConnectTimeout", "ConnectionTimeoutError")
"""What the clients call a time-out, or any failure, before the connection stood."""


@dataclass(frozen=True)
class Endpoint:
    """Where requests go, and how messages name it."""

    base_url: str
    key: str = field(repr=False)
    key_env: str = ""
    """The variable that the key came from."""
    path: str = "/chat/completions"
    """Below `base_url`, for messages."""
    hint: str = "most end in /v1"
    """About the address, for the message of a path that is not there."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What else no message may show, such as the password of a proxy."""

    def quote(self, words: object) -> str:
        """Return a provider's words on one line, shortened, without the key."""
        secrets = [self.key, *self.secrets]
        # Of a long text more than is shown, so that a key that is cut at the end is still recognised.
        shown = redact_parts(redact(str(words)[: 20 * _MOST], secrets), secrets)
        line = " ".join(shown.split())
        return line if len(line) <= _MOST else f"{line[:_MOST]} [...]"


def to_adapter_error(reported: ProviderMessage, endpoint: Endpoint, model: str, wait: float | None) -> AdapterError:
    """Return the exception that stands for a complaint; `wait` is what the provider names, in seconds."""
    code = f" ({endpoint.quote(reported.code)})" if reported.code not in ("", str(reported.status)) else ""
    status = f"200, with an error like {reported.status}" if reported.accepted else reported.status
    text = f"{endpoint.base_url} answered {status}{code}: {endpoint.quote(reported.message)}"
    if complaints.is_out_of_credit(reported.status, reported.code, reported.kind, reported.message):
        return OutOfCredit(f"{text}; the account has no credit left: top it up, or choose another key or model")
    if _is_refused(reported):
        return Rejected(text, cause="refused")
    if fatal := _fatal(reported, endpoint, model):
        return AuthFailed(f"{text}; {fatal}")
    if reported.status == 429:
        return RateLimited(text, wait=wait)
    if reported.status in (408, 504):
        return Unavailable(text, cause="timeout", wait=wait)
    if reported.status in _AGAIN or reported.status >= 500:
        overloaded = reported.status in _OVERLOADED
        return Unavailable(text, wait=wait, overloaded=overloaded, no_api=reported.unknown)
    if reported.param == "max_tokens":
        text += '; if it wants the newer name, set max_tokens_field = "max_completion_tokens" in the options'
    return Rejected(
        text,
        complaint=complaints.without_numbers(reported.status, reported.code, reported.message),
        advice=complaints.advise(reported.message, reported.param),
    )


def _fatal(reported: ProviderMessage, endpoint: Endpoint, model: str) -> str:
    """Return what to do about a complaint that every request would meet; "" for one that concerns this request."""
    words, status = f"{reported.code} {reported.kind} {reported.message}", reported.status
    if status in (401, 403) or (status in (400, 422, 498) and complaints.is_bad_key(words)):
        if not endpoint.key:
            return "no key was sent: put one into an environment variable and name that with key_env in the run file"
        where = f"the key in {endpoint.key_env}" if endpoint.key_env else "the key"
        return f"check that {where} is valid, belongs to this address and may use {model!r}"
    if status == 400 and reported.kind.lower() == _NOT_HERE:
        return "the account may not send requests: check its billing and region"
    if status < 400:
        return "it redirects requests to another address: give that address with --base-url"
    if status == 404 or (status in (400, 422) and complaints.is_unknown_model(words)):
        hint = f" ({endpoint.hint})" if endpoint.hint else ""
        return (
            f"it does not know the model {model!r} or the path {endpoint.base_url}{endpoint.path}: "
            f"check --model and --base-url{hint}"
        )
    return ""


def _is_refused(reported: ProviderMessage) -> bool:
    """Return whether a content filter refused the request; its words count where no other status explains them."""
    words = f"{reported.code} {reported.kind}"
    if reported.status in (400, 403, 422):
        words += f" {reported.message}"
    return reported.flagged or complaints.is_filter(words)


def parse_retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that `retry-after-ms` or `retry-after` (seconds or an HTTP date) ask for, or None."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "").strip()
        if not value:
            continue
        try:
            wait = float(value) * unit
        except ValueError:
            try:
                wait = parsedate_to_datetime(value).timestamp() - time.time()
            except (ValueError, OverflowError):
                continue
        if math.isfinite(wait):
            return max(0.0, wait)
    return None


def malformed_error(endpoint: Endpoint, body: object, model: str, wait: float | None = None) -> AdapterError:
    """Return the error for the body of an HTTP 200 that holds no response: decoded JSON, or the text of what is none.

    An error that the body reports in a place of its own is that error.
    """
    if reported := find_hidden_error(body):
        return to_adapter_error(reported, endpoint, model, wait)
    shown = endpoint.quote(body) or "an empty body"
    what = "a chat completion" if endpoint.path == Endpoint.path else f"an answer of {endpoint.path}"
    hint = "; that is a web page: is the address right?" if shown.startswith("<") else ""
    if isinstance(body, str) and is_stream(body):
        hint = "; that is a stream, which was not requested: set extra = { stream = false } in [model]"
    return Unavailable(
        f"{endpoint.base_url} answered 200 without {what}: {shown}{hint}", cause="malformed", no_api=True
    )


def connection_error(endpoint: Endpoint, error: BaseException, timeout: float) -> Unavailable:
    """Return the error for a failed connection; clients call most of them time-outs, the cause knows."""
    chain = [error]
    while (cause := chain[-1].__cause__) is not None:
        chain.append(cause)
    if any(isinstance(link, TimeoutError) for link in chain):
        if any(type(link).__name__ in _CONNECTING for link in chain):
            connect = min(CONNECT, timeout)
            return Unavailable(f"{endpoint.base_url} could not be reached in {connect:g} s", cause="timeout")
        return Unavailable(
            f"{endpoint.base_url} did not answer in {timeout:g} s; a slow server needs a higher --timeout or a lower "
            "--concurrency",
            cause="timeout",
        )
    why = endpoint.quote(chain[-1]) or type(chain[-1]).__name__
    return Unavailable(
        f"the connection to {endpoint.base_url} failed: {why}; is the server up, and its address right?", no_api=True
    )
