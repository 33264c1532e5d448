"""What an error of a provider means, whatever format it comes in; pure.

Providers say the same thing in many ways: errors come with HTTP 200, codes are numbers or words, waits stand in
headers or in the body. Everything that is read is checked first.
"""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

from ...errors import AdapterError, AuthFailed, RateLimited, Rejected, Unavailable
from ..credentials import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECT = 10.0
"""Seconds to reach a server, where the time-out of the run is not shorter."""
_MOST = 300
"""Characters of a provider's words that a message quotes."""
_FILTERED = ("content_filter", "content_policy", "data_inspection")
_BAD_KEY = re.compile(r"(invalid|incorrect)[ _]api[ _]key|api[ _]key[ _](not[ _]valid|invalid)")
"""How some providers say with status 400 what others say with 401."""
_NO_CREDIT = "credit balance is too low"
"""How one of them says with status 400 what others say with 402."""
_NOT_HERE = "failed_precondition"
"""Google's word for an account that may not ask at all: no billing, or a country that is not served."""
_STATUS_OF = (
    ("insufficient_quota", 402),
    ("rate_limit", 429),
    ("too_many_requests", 429),
    ("overloaded", 529),
    ("timeout", 504),
    ("api_key", 401),
    ("authentication", 401),
    ("permission", 403),
    ("not_found", 404),
    ("server_error", 500),
    ("unavailable", 503),
    ("context_length", 400),
    ("content_", 400),
    ("invalid", 400),
)
"""Words in the code or type of an error that came with HTTP 200, and the status that it should have had."""
_OVERLOADED = (503, 529)
_CONNECTING = ("ConnectTimeout", "ConnectionTimeoutError")
"""What the clients call a time-out, or any failure, before the connection stood."""


@dataclass(frozen=True)
class Endpoint:
    """Where requests go, and how it is spoken of."""

    base_url: str
    key: str = field(repr=False)
    key_env: str = ""
    """The variable that the key came from."""
    path: str = "/chat/completions"
    """Below `base_url`, for messages."""
    hint: str = "most end in /v1"
    """About the address, for the message of a path that is not there."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What else may stand in no message, such as the password of a proxy."""

    def quote(self, words: object) -> str:
        """Return a provider's words on one line, shortened, without the key."""
        line = " ".join(redact(str(words), [self.key, *self.secrets]).split())
        return line if len(line) <= _MOST else f"{line[:_MOST]} [...]"


class ProviderMessage(NamedTuple):
    """An error as a provider reports it."""

    status: int
    code: str
    kind: str
    param: str
    message: str
    flagged: bool
    """A moderation of the provider in front of the model names reasons."""
    accepted: bool = False
    """It came with HTTP 200; `status` is what it stands for."""


def parse_provider_message(status: int, body: object) -> ProviderMessage:
    """Read an error body in whatever form; `status` 200 is replaced by the one that the error stands for."""
    if isinstance(body, list) and body and isinstance(body[0], dict):
        body = body[0]
    outer = body if isinstance(body, dict) else {}
    error = outer.get("error") or outer
    if not isinstance(error, dict):
        error = {"message": error}
    told = next((error[key] for key in ("message", "msg", "detail") if error.get(key)), None)
    code, kind = str(error.get("code") or ""), str(error.get("type") or error.get("status") or "")
    metadata = error.get("metadata")
    flagged = isinstance(metadata, dict) and bool(metadata.get("reasons"))
    accepted = status < 300
    if accepted:
        status = _status_of(code, kind)
    message = str(told or body or "no reason given")
    return ProviderMessage(status, code, kind, str(error.get("param") or ""), message, flagged, accepted)


def _status_of(code: str, kind: str) -> int:
    if code.isascii() and code.isdigit() and 400 <= int(code[:9]) <= 599:
        return int(code)
    for words in (code.lower(), kind.lower()):
        for word, status in _STATUS_OF:
            if word in words:
                return status
    return 500


def to_adapter_error(said: ProviderMessage, endpoint: Endpoint, model: str, wait: float | None) -> AdapterError:
    """Return the exception that stands for a complaint; `wait` is what the provider asked for, in seconds."""
    code = f" ({endpoint.quote(said.code)})" if said.code not in ("", str(said.status)) else ""
    status = f"200, with an error like {said.status}" if said.accepted else said.status
    text = f"{endpoint.base_url} answered {status}{code}: {endpoint.quote(said.message)}"
    fatal = _fatal(said, endpoint, model)
    if fatal:
        return AuthFailed(f"{text}; {fatal}")
    if _refused(said):
        return Rejected(text, cause="refused")
    if said.status == 429:
        return RateLimited(text, wait=wait)
    if said.status in (408, 504):
        return Unavailable(text, cause="timeout", wait=wait)
    if said.status in (409, 425) or said.status >= 500:
        return Unavailable(text, wait=wait, overloaded=said.status in _OVERLOADED)
    if said.param == "max_tokens":
        text += '; if it wants the newer name, set max_tokens_field = "max_completion_tokens" in the options'
    return Rejected(text)


def _fatal(said: ProviderMessage, endpoint: Endpoint, model: str) -> str:
    """Return what to do about a complaint that every request would meet; "" for one that concerns this request."""
    words, message = f"{said.code} {said.kind}".lower(), said.message.lower()
    if said.status == 402 or "insufficient_quota" in words or (said.status == 400 and _NO_CREDIT in message):
        return "the account has no credit left: top it up, or take another key or model"
    if _refused(said):
        return ""
    if said.status in (401, 403) or (said.status == 400 and _BAD_KEY.search(f"{words} {message}")):
        if not endpoint.key:
            return "no key was sent: put one into an environment variable and name that with key_env in the run file"
        where = f"the key in {endpoint.key_env}" if endpoint.key_env else "the key"
        return f"check that {where} is valid, belongs to this address and may use {model!r}"
    if said.status == 400 and said.kind.lower() == _NOT_HERE:
        return "the account may not ask at all: check its billing and region"
    if said.status < 400:
        return "it sends requests on to another address: give the one that answers itself with --base-url"
    if said.status == 404:
        hint = f" ({endpoint.hint})" if endpoint.hint else ""
        return (
            f"it does not know the model {model!r} or the path {endpoint.base_url}{endpoint.path}: "
            f"check --model and --base-url{hint}"
        )
    return ""


def _refused(said: ProviderMessage) -> bool:
    """Say whether a content filter speaks."""
    words = f"{said.code} {said.kind}".lower()
    return said.flagged or any(word in words for word in _FILTERED)


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


def malformed_error(endpoint: Endpoint, body: object) -> Unavailable:
    """Return the error for the body of an HTTP 200 that holds no answer."""
    shown = endpoint.quote(body) or "an empty body"
    what = "a chat completion" if endpoint.path == Endpoint.path else f"an answer of {endpoint.path}"
    page = "; that is a web page: is the address right?" if shown.startswith("<") else ""
    return Unavailable(f"{endpoint.base_url} answered 200 without {what}: {shown}{page}", cause="malformed")


def connection_error(endpoint: Endpoint, error: BaseException, timeout: float) -> Unavailable:
    """Return the error for a failed connection; clients call most of them time-outs, the cause knows."""
    chain = [error]
    while (cause := chain[-1].__cause__) is not None:
        chain.append(cause)
    if any(isinstance(link, TimeoutError) for link in chain):
        if any(type(link).__name__ in _CONNECTING for link in chain):
            connect = min(CONNECT, timeout)
            return Unavailable(f"{endpoint.base_url} could not be reached in {connect:g} s", cause="timeout")
        return Unavailable(f"{endpoint.base_url} did not answer in {timeout:g} s", cause="timeout")
    why = endpoint.quote(chain[-1]) or type(chain[-1]).__name__
    return Unavailable(f"the connection to {endpoint.base_url} failed: {why}; is the server up, and its address right?")
