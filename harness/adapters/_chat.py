"""The chat-completions format: what a body or an error of a provider means; pure.

Providers differ in it more than its name says: errors come with HTTP 200, codes are numbers or words, thinking has
two names, content may be missing or a list of parts. Everything that is read is checked first.
"""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ..adapter import Request, Response
from ..errors import AdapterError, AuthFailed, RateLimited, Rejected, Unavailable
from ..keys import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST = 300
"""Characters of a provider's words that a message quotes."""
_STOPS = {
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "content_filter": "refusal",
    "refusal": "refusal",
    "sensitive": "refusal",
}
"""Finish reasons; every other one is a normal end."""
_FILTERED = ("content_filter", "content_policy", "data_inspection")
_BAD_KEY = re.compile(r"(invalid|incorrect)[ _]api[ _]key|api[ _]key[ _](not[ _]valid|invalid)")
"""How some providers say with status 400 what others say with 401."""
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


@dataclass(frozen=True)
class Endpoint:
    """Where requests go, and how it is spoken of."""

    base_url: str
    key: str = field(repr=False)
    key_env: str = ""
    """The variable that the key came from."""

    def quote(self, words: object) -> str:
        """Return a provider's words on one line, shortened, without the key."""
        line = " ".join(redact(str(words), [self.key]).split())
        return line if len(line) <= _MOST else f"{line[:_MOST]} [...]"


class Complaint(NamedTuple):
    """An error as a provider reports it."""

    status: int
    code: str
    kind: str
    param: str
    message: str
    flagged: bool
    """A moderation of the provider in front of the model names reasons."""


def complaint(status: int, body: object) -> Complaint:
    """Read an error body in whatever form; `status` 200 is replaced by the one that the error stands for."""
    if isinstance(body, list) and body and isinstance(body[0], dict):
        body = body[0]
    outer = body if isinstance(body, dict) else {}
    error = outer.get("error") or outer
    if not isinstance(error, dict):
        error = {"message": error}
    told = next((error[key] for key in ("message", "msg", "detail") if error.get(key)), None)
    code, kind = str(error.get("code") or ""), str(error.get("type") or "")
    metadata = error.get("metadata")
    flagged = isinstance(metadata, dict) and bool(metadata.get("reasons"))
    if status < 300:
        status = _status_of(code, kind)
    return Complaint(status, code, kind, str(error.get("param") or ""), str(told or body or "no reason given"), flagged)


def _status_of(code: str, kind: str) -> int:
    if code.isascii() and code.isdigit() and 400 <= int(code[:9]) <= 599:
        return int(code)
    for words in (code.lower(), kind.lower()):
        for word, status in _STATUS_OF:
            if word in words:
                return status
    return 500


def as_error(said: Complaint, endpoint: Endpoint, model: str, wait: float | None) -> AdapterError:
    """Return the exception that stands for a complaint; `wait` is what the provider asked for, in seconds."""
    code = f" ({endpoint.quote(said.code)})" if said.code not in ("", str(said.status)) else ""
    text = f"{endpoint.base_url} answered {said.status}{code}: {endpoint.quote(said.message)}"
    words = f"{said.code} {said.kind}".lower()
    if "insufficient_quota" in words or said.status == 402:
        return AuthFailed(f"{text}; the account has no credit left: top it up, or take another key or model")
    if said.flagged or any(word in words for word in _FILTERED):
        return Rejected(text, cause="refused")
    if said.status in (401, 403) or (said.status == 400 and _BAD_KEY.search(f"{words} {said.message.lower()}")):
        where = f"the key in {endpoint.key_env}" if endpoint.key_env else "the key"
        return AuthFailed(f"{text}; check that {where} is valid, belongs to this address and may use {model!r}")
    if said.status == 404 or said.status < 400:
        return AuthFailed(
            f"{text}; it does not know the model {model!r} or the path {endpoint.base_url}/chat/completions: "
            "check --model and --base-url (most end in /v1)"
        )
    if said.status == 429:
        return RateLimited(text, wait=wait)
    if said.status in (408, 504):
        return Unavailable(text, cause="timeout", wait=wait)
    if said.status in (409, 425) or said.status >= 500:
        return Unavailable(text, wait=wait)
    if said.param == "max_tokens":
        text += '; if it wants the newer name, set max_tokens_field = "max_completion_tokens" in the options'
    return Rejected(text)


def asked_wait(headers: Mapping[str, str]) -> float | None:
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


def read_answer(body: object, request: Request, endpoint: Endpoint, headers: Mapping[str, str]) -> Response:
    """Read the body of an HTTP 200; raises an `AdapterError` for one that holds no answer."""
    answer = body if isinstance(body, dict) else {}
    choices = answer.get("choices")
    first = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    for holder in (answer, first):
        if holder.get("error") or holder.get("object") == "error":
            raise as_error(complaint(200, holder), endpoint, request.model, asked_wait(headers))
    message = first.get("message")
    if not isinstance(message, dict):
        raise malformed(endpoint, body)
    usage = _usage(answer.get("usage"))
    raw_stop = str(first.get("finish_reason") or "")
    text, stop = _text_and_stop(message, raw_stop, endpoint, usage)
    return Response(
        sample_id=request.sample_id,
        epoch=request.epoch,
        text=text,
        model=_string(answer.get("model")) or request.model,
        reasoning=_reasoning(message),
        stop=stop,
        raw_stop=raw_stop,
        request_id=headers.get("x-request-id") or _string(answer.get("id")),
        usage=usage,
    )


def malformed(endpoint: Endpoint, body: object) -> Unavailable:
    """Return the error for a body that is no chat completion."""
    shown = endpoint.quote(body) or "an empty body"
    return Unavailable(f"{endpoint.base_url} answered 200 without a chat completion: {shown}", cause="malformed")


def _text_and_stop(
    message: dict[str, Any], raw_stop: str, endpoint: Endpoint, usage: dict[str, int] | None
) -> tuple[str, str]:
    text = _content(message.get("content"))
    stop = _STOPS.get(raw_stop, "end")
    refusal = _string(message.get("refusal"))
    if refusal and not text:
        return refusal, "refusal"
    if stop == "refusal" and not text:
        raise Rejected(f"{endpoint.base_url}: a content filter left no text", cause="refused", usage=usage)
    if stop == "length" and not (text or "").strip():
        raise Rejected(
            f"{endpoint.base_url}: the token limit was reached before any text came (thinking counts as well); "
            "raise max_tokens",
            cause="exhausted",
            usage=usage,
        )
    if text is None:
        raise Unavailable(
            f"{endpoint.base_url} answered without content (finish reason {raw_stop or 'none'})",
            cause="malformed",
            usage=usage,
        )
    return text, stop


def _content(content: object) -> str | None:
    """Return the text of a message's content, a string or a list of parts; None if there is none."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return None
    parts = [part for part in content if isinstance(part, dict) and isinstance(part.get("text"), str)]
    return "".join(part["text"] for part in parts) if parts else None


def _reasoning(message: dict[str, Any]) -> str:
    return _string(message.get("reasoning_content")) or _string(message.get("reasoning"))


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _usage(reported: object) -> dict[str, int] | None:
    if not isinstance(reported, dict):
        return None
    places = {
        "input": ("prompt_tokens",),
        "output": ("completion_tokens",),
        "cached": ("prompt_tokens_details", "cached_tokens"),
        "reasoning": ("completion_tokens_details", "reasoning_tokens"),
    }
    usage = {}
    for name, path in places.items():
        found: object = reported
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, int) and not isinstance(found, bool):
            usage[name] = found
    return usage or None
