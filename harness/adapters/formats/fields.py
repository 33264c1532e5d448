"""What the readers of all response formats share; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tasks.fast_json import parse_json

from ...errors import Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..transport.errors import Endpoint
    from .stop_reasons import StopReasons

_DIGITS = 12
"""Digits that a count of tokens has at most."""


def decode_json(raw: bytes) -> object:
    """Return the JSON value that `raw` holds; raises `ValueError` or `RecursionError`."""
    return parse_json(raw)


def decode_json_or_text(raw: bytes) -> object:
    """Return the JSON value that `raw` holds, or its text: error pages are no JSON."""
    try:
        return parse_json(raw)
    except (ValueError, RecursionError):
        return raw.decode("utf-8", "replace")


def string_field(value: object) -> str:
    """Return `value` if it is a string, else ""."""
    return value if isinstance(value, str) else ""


def object_field(value: object) -> dict[str, Any]:
    """Return `value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def object_list(value: object) -> list[dict[str, Any]]:
    """Return the JSON objects of a list; none if `value` is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def join_texts(parts: Iterable[dict[str, Any]], key: str = "text") -> list[str]:
    """Return the value of `key` in each part, where that is a string."""
    return [part[key] for part in parts if isinstance(part.get(key), str)]


def count_field(reported: object, *path: str) -> int | None:
    """Return the number at `path` of nested JSON objects, or None where none is; a whole number may be a string.

    A negative number, a fraction or one that no response can have is none: a wrong count costs no response.
    """
    found = reported
    for key in path:
        found = object_field(found).get(key)
    if isinstance(found, str) and found.isascii() and found.strip().isdigit():
        found = int(found) if len(found) <= _DIGITS else None
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    return found if type(found) is int and 0 <= found < 10**_DIGITS else None


def parse_usage(text: str | None, **counts: int | None) -> dict[str, int] | None:
    """Return the counts that are known, or None if none is.

    Servers that do not count report zeros: no input is unknown, and so is no output where there is `text`.
    """
    known = {name: number for name, number in counts.items() if number is not None}
    if not known.get("input"):
        known.pop("input", None)
    if text and not known.get("output"):
        known.pop("output", None)
    return known if known.keys() & {"input", "output"} else None


def parse_text_and_stop(
    text: str | None,
    reasons: StopReasons,
    raw_stop: str,
    endpoint: Endpoint,
    usage: Mapping[str, int] | None,
    refusal: str = "",
) -> tuple[str, str]:
    """Return text and stop of a response, or raise what one without text, or with a failure as its reason, means.

    `text` None is a response without any; `refusal` are words with which the model declines, where the format keeps
    them apart.
    """
    spent = dict(usage) if usage else None
    stop = reasons.stop(raw_stop, endpoint, usage)
    if refusal and not text:
        return refusal, "refusal"
    if stop == "refusal" and not text:
        raise Rejected(f"{endpoint.base_url}: a content filter left no text", cause="refused", usage=spent)
    if stop == "length" and not (text or "").strip():
        raise Rejected(
            f"{endpoint.base_url}: the token limit was reached before any text came (thinking counts as well); "
            "raise max_tokens",
            cause="exhausted",
            usage=spent,
        )
    if text is None:
        raise Unavailable(
            f"{endpoint.base_url} answered without content (finish reason {endpoint.quote(raw_stop) or 'none'})",
            cause="malformed",
            usage=spent,
        )
    return text, stop
