"""The format of Google's generateContent: what is sent, and what the body of an HTTP 200 means; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ...errors import Rejected
from ..base import Request, Response
from ..transport.errors import Endpoint, malformed_error, parse_retry_after, to_adapter_error
from ..transport.provider_message import parse_provider_message
from .fields import count_field, join_texts, object_field, object_list, parse_text_and_stop, parse_usage, string_field
from .request_body import Content, RequestBody, split_system
from .stop_reasons import GEMINI

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CONFIG = {
    "max_output_tokens": "maxOutputTokens",
    "temperature": "temperature",
    "top_p": "topP",
    "seed": "seed",
    "stop_sequences": "stopSequences",
}
"""Fields of generationConfig, by the names of Google's client."""


def content_list(turns: Sequence[tuple[str, Content]]) -> list[dict[str, Any]]:
    """Return turns, given as role and content, as `contents`."""
    return [{"role": "model" if role == "assistant" else role, "parts": _parts(content)} for role, content in turns]


def _parts(content: Content) -> list[dict[str, Any]]:
    return [
        {"text": one} if isinstance(one, str) else {"inlineData": {"mimeType": one.media_type, "data": one.base64}}
        for one in ([content] if isinstance(content, str) else content)
    ]


def write_content_request(request: Request, sending: RequestBody) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the body of a request, and the settings of the run that it does not carry; raises `Rejected`."""
    fields, unset = sending.split(request.settings)
    system, turns = split_system(request)
    body: dict[str, Any] = {"contents": content_list(turns)}
    if system:
        body["systemInstruction"] = {"parts": [{"text": system}], "role": "user"}
    body["generationConfig"] = {_CONFIG[name]: value for name, value in fields.items()}
    return _merge(body, request.settings.extra), unset


def _merge(body: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return `body` with the fields of `extra`, tables joined, as Google's client sends them."""
    merged = dict(body)
    for name, value in extra.items():
        both = isinstance(merged.get(name), dict) and isinstance(value, dict)
        merged[name] = _merge(merged[name], value) if both else value
    return merged


def parse_wait(headers: Mapping[str, str], body: object) -> float | None:
    """Return the seconds that the headers, or else the `retryDelay` of an error such as "17s", ask for; or None."""
    wait = parse_retry_after(headers)
    if wait is not None:
        return wait
    for detail in object_list(object_field(object_field(body).get("error")).get("details")):
        found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)s", string_field(detail.get("retryDelay")))
        if found:
            return float(found[1])
    return None


def parse_content(
    body: object, request: Request, endpoint: Endpoint, headers: Mapping[str, str], unset: tuple[str, ...] = ()
) -> Response:
    """Read the body of an HTTP 200; raises an `AdapterError` for one that holds no response."""
    answer = object_field(body)
    if answer.get("error"):
        wait = parse_wait(headers, answer)
        raise to_adapter_error(parse_provider_message(200, answer), endpoint, request.model, wait)
    candidates = object_list(answer.get("candidates"))
    blocked = string_field(object_field(answer.get("promptFeedback")).get("blockReason"))
    if blocked and not candidates:
        raise Rejected(
            f"{endpoint.base_url} blocked the prompt: {endpoint.quote(blocked)}",
            cause="refused",
            usage=_usage(answer.get("usageMetadata"), None),
        )
    if not candidates:
        raise malformed_error(endpoint, body, request.model, parse_wait(headers, answer))
    first = candidates[0]
    raw_stop = string_field(first.get("finishReason"))
    parts = object_list(object_field(first.get("content")).get("parts"))
    found = join_texts(part for part in parts if part.get("thought") is not True)
    content = "".join(found) if found else None
    usage = _usage(answer.get("usageMetadata"), content)
    text, stop = parse_text_and_stop(content, GEMINI, raw_stop, endpoint, usage)
    return Response(
        sample_id=request.sample_id,
        epoch=request.epoch,
        text=text,
        model=string_field(answer.get("modelVersion")) or request.model,
        reasoning="".join(join_texts(part for part in parts if part.get("thought") is True)),
        stop=stop,
        raw_stop=raw_stop,
        request_id=string_field(answer.get("responseId")),
        usage=usage,
        unset=unset,
    )


def _usage(reported: object, text: str | None) -> dict[str, int] | None:
    """Return the counts; thinking is part of the output, which the API reports apart."""
    answered = count_field(reported, "candidatesTokenCount")
    thought = count_field(reported, "thoughtsTokenCount")
    known = answered is not None or thought is not None
    return parse_usage(
        text,
        input=count_field(reported, "promptTokenCount"),
        output=(answered or 0) + (thought or 0) if known else None,
        cached=count_field(reported, "cachedContentTokenCount"),
        reasoning=thought,
    )
