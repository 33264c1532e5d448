"""Reads an error as a provider reports it: in an error body, in the body of an HTTP 200, in a stream or a page; pure.

Providers report the same thing in many shapes. Everything that is read is checked first.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from . import complaints

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
_NUMBERS = {
    **dict.fromkeys(("1000", "1001", "1002", "1003", "1004"), 401),
    **dict.fromkeys(("1110", "1111", "1112", "1113"), 402),
    **dict.fromkeys(("1210", "1213", "1214", "1215", "1261", "1301"), 400),
    **dict.fromkeys(("1302", "1303", "1304", "1305", "1308", "1309"), 429),
}
"""Zhipu's numbers of errors, and the status that each stands for."""
_BASE_RESP = {
    "1001": 504,
    "1002": 429,
    "1039": 429,
    "1004": 401,
    "2049": 401,
    "1008": 402,
    "1026": 400,
    "1027": 400,
    "2013": 400,
}
"""MiniMax's numbers of errors, in `base_resp`."""
_MESSAGES = ("message", "msg", "detail", "error_msg", "error_description", "status_msg")
_CODES = ("code", "error_code", "status_code")
_STREAM = ("data:", "event:")
_UNREADABLE = 20_000
"""Characters of a stream or page that are looked at."""


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
    unknown: bool = False
    """It came with HTTP 200 in place of a response, and `status` is a guess."""


def parse_provider_message(status: int, body: object) -> ProviderMessage:
    """Read an error body in whatever form; `status` 200 is replaced by the one that the error stands for."""
    if isinstance(body, list) and body and isinstance(body[0], dict):
        body = body[0]
    outer = body if isinstance(body, dict) else {}
    error = outer.get("error") or outer
    if not isinstance(error, dict):
        error = {"message": error}
    message = next((error[key] for key in _MESSAGES if error.get(key)), None)
    code = next((str(error[key]) for key in _CODES if error.get(key)), "")
    kind = str(error.get("type") or error.get("status") or "")
    metadata, inner = error.get("metadata"), error.get("innererror")
    flagged = isinstance(metadata, dict) and bool(metadata.get("reasons"))
    flagged |= isinstance(inner, dict) and complaints.is_filter(f"{inner.get('code')} {list(inner)}")
    accepted = status < 300
    if accepted:
        status = _status_of(code, kind, str(message or ""))
    text = str(message or body or "no reason given")
    return ProviderMessage(status, code, kind, str(error.get("param") or ""), text, flagged, accepted)


def _status_of(code: str, kind: str, message: str) -> int:
    """Return the status that an error of an HTTP 200 should have had.

    Servers number errors as they like, so a number counts only where the message, if there is one, does not speak of
    something else: of a busy server, or not of the key or the account that the number stands for.
    """
    if code in _NUMBERS:
        status = _NUMBERS[code]
        if status != 429 and complaints.is_busy(message):
            return 503
        return status if not message or complaints.fits_status(status, message) else 500
    if code.isascii() and code.isdigit() and 400 <= int(code[:9]) <= 599:
        return int(code)
    for words in (code.lower(), kind.lower()):
        for word, status in _STATUS_OF:
            if word in words:
                return status
    return 500


def find_hidden_error(body: object) -> ProviderMessage | None:
    """Return the error that is in the body of an HTTP 200 in place of a response, None where none can be seen.

    `body` is decoded JSON, or the text of a body that is none: server-sent events, a web page.
    """
    if isinstance(body, str):
        return _in_text(body[:_UNREADABLE])
    if not isinstance(body, dict):
        return None
    base = body.get("base_resp")
    if isinstance(base, dict) and (code := str(base.get("status_code") or "")):
        found = parse_provider_message(200, base)
        status = _BASE_RESP.get(code, 500)
        return found._replace(status=status, unknown=code not in _BASE_RESP)
    if body.get("error"):
        return parse_provider_message(200, body)
    errors = body.get("errors")
    if isinstance(errors, list) and errors:
        first = errors[0] if isinstance(errors[0], dict) else {"message": str(errors[0])}
        return _guess_status(first)
    reported = any(body.get(key) for key in _CODES) or body.get("success") is False or body.get("status") == "error"
    if any(isinstance(body.get(key), str) and body[key] for key in _MESSAGES) and (reported or "detail" in body):
        return _guess_status(body)
    return None


def _guess_status(error: dict[str, object]) -> ProviderMessage:
    found = parse_provider_message(200, error)
    if found.status == 500 and complaints.is_bad_key(f"{found.code} {found.message}"):
        return found._replace(status=401)
    return found._replace(unknown=found.status == 500)


def _in_text(text: str) -> ProviderMessage | None:
    for line in text.splitlines() if text.lstrip().startswith(_STREAM) else ():
        if line.startswith("data:"):
            try:
                event = json.loads(line.removeprefix("data:"))
            except (ValueError, RecursionError):
                continue
            if isinstance(event, dict) and not event.get("choices") and (found := find_hidden_error(event)):
                return found
    if complaints.is_bad_key(text):
        return ProviderMessage(401, "", "", "", text, flagged=False, accepted=True)
    return None


def is_stream(text: str) -> bool:
    """Return whether a body is a stream of server-sent events."""
    return text.lstrip().startswith(_STREAM)
