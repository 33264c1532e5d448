"""The responses format, OpenAI's successor of chat completions: what is sent, and what an HTTP 200 means; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import Unavailable
from ..base import Request, Response, Setup
from ..options import without_omitted
from ..transport.errors import Endpoint, as_error, asked_wait, complaint, malformed
from .fields import count, string, table, tables, text_and_stop, texts, usage_of
from .request_body import Sending

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = "/responses"
_STOPS = {"max_output_tokens": "length", "max_tokens": "length", "content_filter": "refusal"}
"""Reasons why an answer is incomplete."""
_UNFINISHED = ("queued", "in_progress", "cancelled")


def responses_sending(setup: Setup) -> Sending:
    """Return which settings are sent, by the option `omit`; a model seed and stop words have no field here."""
    names = {"max_tokens": "max_output_tokens", "temperature": "temperature", "top_p": "top_p"}
    return Sending(without_omitted(setup, names))


def read_response(
    body: object, request: Request, endpoint: Endpoint, headers: Mapping[str, str], unset: tuple[str, ...] = ()
) -> Response:
    """Read the body of an HTTP 200; raises an `AdapterError` for one that holds no answer."""
    answer = table(body)
    if answer.get("error") or answer.get("object") == "error" or answer.get("status") == "failed":
        raise as_error(complaint(200, answer), endpoint, request.model, asked_wait(headers))
    if not isinstance(answer.get("output"), list):
        raise malformed(endpoint, body)
    usage = _usage(answer.get("usage"))
    status = string(answer.get("status"))
    if status in _UNFINISHED:
        raise Unavailable(f"{endpoint.base_url} answered before the answer was there (status {status})", usage=usage)
    raw_stop = string(table(answer.get("incomplete_details")).get("reason")) or status
    items = tables(answer["output"])
    said = [part for item in items if item.get("type") == "message" for part in tables(item.get("content"))]
    found = texts(part for part in said if part.get("type") == "output_text")
    text, stop = text_and_stop(
        "".join(found) if found else None,
        _STOPS.get(raw_stop, "end"),
        raw_stop,
        endpoint,
        usage,
        refusal="".join(texts(said, "refusal")),
    )
    return Response(
        sample_id=request.sample_id,
        epoch=request.epoch,
        text=text,
        model=string(answer.get("model")) or request.model,
        reasoning="\n\n".join(_thoughts(items)),
        stop=stop,
        raw_stop=raw_stop,
        request_id=headers.get("x-request-id") or string(answer.get("id")),
        usage=usage,
        unset=unset,
    )


def _thoughts(items: list[dict[str, Any]]) -> list[str]:
    """Return the thinking, as it was or as OpenAI sums it up."""
    thoughts = []
    for item in items:
        if item.get("type") == "reasoning":
            thoughts += texts(tables(item.get("content"))) or texts(tables(item.get("summary")))
    return thoughts


def _usage(reported: object) -> dict[str, int] | None:
    return usage_of(
        input=count(reported, "input_tokens"),
        output=count(reported, "output_tokens"),
        cached=count(reported, "input_tokens_details", "cached_tokens"),
        reasoning=count(reported, "output_tokens_details", "reasoning_tokens"),
    )
