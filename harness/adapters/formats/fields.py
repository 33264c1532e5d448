"""What the readers of all answer formats share; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tasks.fast_json import parse_json

from ...errors import Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..transport.errors import Endpoint


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
    """Return what stands under `key` in each part, where that is a string."""
    return [part[key] for part in parts if isinstance(part.get(key), str)]


def count_field(reported: object, *path: str) -> int | None:
    """Return the number at `path` of nested JSON objects, or None; a negative one counts nothing, so it is none."""
    found = reported
    for key in path:
        found = object_field(found).get(key)
    return found if type(found) is int and found >= 0 else None


def parse_usage(**counts: int | None) -> dict[str, int] | None:
    """Return the counts that are known, or None if none is."""
    return {name: number for name, number in counts.items() if number is not None} or None


def parse_text_and_stop(
    text: str | None, stop: str, raw_stop: str, endpoint: Endpoint, usage: Mapping[str, int] | None, refusal: str = ""
) -> tuple[str, str]:
    """Return text and stop of an answer, or raise what an answer without text means.

    `text` None is an answer in which none stood; `refusal` are words with which the model declines, where the format
    keeps them apart.
    """
    spent = dict(usage) if usage else None
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
