"""The responses format, OpenAI's successor of chat completions: what is sent, and what an HTTP 200 means; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import Unavailable
from ..base import AdapterSetup, Request, Response
from ..options import without_omitted
from ..transport.errors import Endpoint, malformed_error, parse_retry_after, to_adapter_error
from ..transport.provider_message import parse_provider_message
from .chat_completions import image_detail
from .fields import count_field, join_texts, object_field, object_list, parse_text_and_stop, parse_usage, string_field
from .request_body import RequestBody, write_turns
from .stop_reasons import RESPONSES

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = "/responses"
_UNFINISHED = ("queued", "in_progress", "cancelled")


def responses_body(setup: AdapterSetup) -> RequestBody:
    """Return which settings are sent, by the option `omit`; a model seed and stop words have no field here."""
    names = {"max_tokens": "max_output_tokens", "temperature": "temperature", "top_p": "top_p"}
    return RequestBody(without_omitted(setup, names), image_detail(setup))


def input_list(request: Request, sending: RequestBody, system: str = "system") -> list[dict[str, Any]]:
    """Return the turns as `input`, system turns in the role `system`; raises as `turn_content` does."""
    more = {"detail": sending.image_detail} if sending.image_detail else {}
    return write_turns(
        request,
        system,
        lambda one: {"type": "input_text", "text": one},
        lambda one: {"type": "input_image", "image_url": one.data_url, **more},
    )


def write_responses_request(
    request: Request, sending: RequestBody, system: str = "system"
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the body of a request, and the settings of the run that it does not carry; raises `Rejected`."""
    fields, unset = sending.split(request.settings)
    body = {"model": request.model, "input": input_list(request, sending, system), **fields}
    return {**body, **request.settings.extra}, unset


def parse_response(
    body: object, request: Request, endpoint: Endpoint, headers: Mapping[str, str], unset: tuple[str, ...] = ()
) -> Response:
    """Read the body of an HTTP 200; raises an `AdapterError` for one that holds no response."""
    answer = object_field(body)
    if answer.get("error") or answer.get("object") == "error" or answer.get("status") == "failed":
        raise to_adapter_error(parse_provider_message(200, answer), endpoint, request.model, parse_retry_after(headers))
    if not isinstance(answer.get("output"), list):
        raise malformed_error(endpoint, body, request.model, parse_retry_after(headers))
    items = object_list(answer["output"])
    parts = [part for item in items if item.get("type") == "message" for part in object_list(item.get("content"))]
    found = join_texts(part for part in parts if part.get("type") == "output_text")
    content = "".join(found) if found else None
    usage = _usage(answer.get("usage"), content)
    status = string_field(answer.get("status"))
    if status in _UNFINISHED:
        raise Unavailable(f"{endpoint.base_url} sent an incomplete response (status {status})", usage=usage)
    raw_stop = string_field(object_field(answer.get("incomplete_details")).get("reason")) or status
    text, stop = parse_text_and_stop(
        content, RESPONSES, raw_stop, endpoint, usage, refusal="".join(join_texts(parts, "refusal"))
    )
    return Response(
        sample_id=request.sample_id,
        epoch=request.epoch,
        text=text,
        model=string_field(answer.get("model")) or request.model,
        reasoning="\n\n".join(_thoughts(items)),
        stop=stop,
        raw_stop=raw_stop,
        request_id=headers.get("x-request-id") or string_field(answer.get("id")),
        usage=usage,
        unset=unset,
    )


def _thoughts(items: list[dict[str, Any]]) -> list[str]:
    """Return the thinking, as it was or as OpenAI sums it up."""
    thoughts = []
    for item in items:
        if item.get("type") == "reasoning":
            thoughts += join_texts(object_list(item.get("content"))) or join_texts(object_list(item.get("summary")))
    return thoughts


def _usage(reported: object, text: str | None) -> dict[str, int] | None:
    return parse_usage(
        text,
        input=count_field(reported, "input_tokens"),
        output=count_field(reported, "output_tokens"),
        cached=count_field(reported, "input_tokens_details", "cached_tokens"),
        reasoning=count_field(reported, "output_tokens_details", "reasoning_tokens"),
    )
