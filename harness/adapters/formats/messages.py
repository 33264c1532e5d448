"""The messages format of Anthropic: what is sent, and what the body of an HTTP 200 means; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..base import Request, Response
from ..transport.errors import Endpoint, malformed_error, parse_retry_after, to_adapter_error
from ..transport.provider_message import parse_provider_message
from .fields import count_field, join_texts, object_field, object_list, parse_text_and_stop, parse_usage, string_field
from .request_body import Content, RequestBody, split_system
from .stop_reasons import ANTHROPIC

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_TOKENS = 4096
"""The token limit where the run sets none: the API wants one, and every Claude model takes this one."""


def write_message_request(request: Request, sending: RequestBody) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the body of a request, and the settings of the run that it does not carry; raises `Rejected`."""
    fields, unset = sending.split(request.settings)
    system, turns = split_system(request)
    body: dict[str, Any] = {
        "model": request.model,
        "max_tokens": MAX_TOKENS,
        "messages": message_blocks(turns),
        **({"system": system} if system else {}),
        **fields,
    }
    return {**body, **request.settings.extra}, unset


def message_blocks(turns: Sequence[tuple[str, Content]]) -> list[dict[str, Any]]:
    """Return turns, given as role and content, as `messages`."""
    return [{"role": role, "content": _blocks(content)} for role, content in turns]


def _blocks(content: Content) -> str | list[dict[str, Any]]:
    if isinstance(content, str):
        return content
    return [
        {"type": "text", "text": one}
        if isinstance(one, str)
        else {"type": "image", "source": {"type": "base64", "media_type": one.media_type, "data": one.base64}}
        for one in content
    ]


def parse_message(
    body: object, request: Request, endpoint: Endpoint, headers: Mapping[str, str], unset: tuple[str, ...] = ()
) -> Response:
    """Read the body of an HTTP 200; raises an `AdapterError` for one that holds no response."""
    answer = object_field(body)
    if answer.get("error") or answer.get("type") == "error":
        raise to_adapter_error(parse_provider_message(200, answer), endpoint, request.model, parse_retry_after(headers))
    if not isinstance(answer.get("content"), list):
        raise malformed_error(endpoint, body, request.model, parse_retry_after(headers))
    raw_stop = string_field(answer.get("stop_reason"))
    blocks = object_list(answer["content"])
    found = join_texts(block for block in blocks if block.get("type") == "text")
    # A turn that ends with no block at all is a blank response of Claude.
    content = "".join(found) if found or not answer["content"] else None
    usage = _usage(answer.get("usage"), content)
    text, stop = parse_text_and_stop(content, ANTHROPIC, raw_stop, endpoint, usage)
    return Response(
        sample_id=request.sample_id,
        epoch=request.epoch,
        text=text,
        model=string_field(answer.get("model")) or request.model,
        reasoning="\n\n".join(join_texts((b for b in blocks if b.get("type") == "thinking"), "thinking")),
        stop=stop,
        raw_stop=raw_stop,
        request_id=headers.get("request-id") or string_field(answer.get("id")),
        usage=usage,
        unset=unset,
    )


def _usage(reported: object, text: str | None) -> dict[str, int] | None:
    """Return the counts; the input includes what the cache took and gave, which the API reports apart."""
    fresh = count_field(reported, "input_tokens")
    cached = count_field(reported, "cache_read_input_tokens")
    written = count_field(reported, "cache_creation_input_tokens")
    return parse_usage(
        text,
        input=fresh + (cached or 0) + (written or 0) if fresh is not None else None,
        output=count_field(reported, "output_tokens"),
        cached=cached,
        reasoning=count_field(reported, "output_tokens_details", "thinking_tokens"),
    )
