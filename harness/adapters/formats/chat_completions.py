"""The chat-completions format: what is sent, and what the body of an HTTP 200 means; pure.

Providers differ in it more than its name says: errors come with HTTP 200, thinking has two names, content may be
missing or a list of parts. Everything that is read is checked first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..base import AdapterSetup, Request, Response
from ..options import choice_option, without_omitted
from ..transport.errors import Endpoint, malformed_error, parse_retry_after, to_adapter_error
from ..transport.provider_message import parse_provider_message
from .fields import count_field, join_texts, object_field, object_list, parse_text_and_stop, parse_usage, string_field
from .request_body import RequestBody, write_turns
from .stop_reasons import CHAT

if TYPE_CHECKING:
    from collections.abc import Mapping

OPTIONS = ("image_detail", "max_tokens_field", "omit", "system_role")
"""Options of every adapter that writes this format."""
IMAGE_DETAILS = ("high", "low", "auto", "original", "none")
"""What `image_detail` takes; `none` leaves the field out."""
LIMIT_FIELDS = ("max_tokens", "max_completion_tokens")
SYSTEM_ROLES = ("system", "developer", "user")
_THINKING_PARTS = ("thinking", "reasoning", "reasoning_content")
"""Types of the parts of a content that are no text of the response."""


def chat_body(setup: AdapterSetup) -> RequestBody:
    """Return which settings are sent, by the options `max_tokens_field` and `omit`; raises `ConfigError`."""
    names = {name: name for name in ("temperature", "top_p", "seed", "stop")}
    limit = choice_option(setup, "max_tokens_field", LIMIT_FIELDS)
    return RequestBody(without_omitted(setup, {"max_tokens": limit, **names}), image_detail(setup))


def image_detail(setup: AdapterSetup) -> str:
    """Return how closely pictures are looked at, by the option `image_detail`; "" is not sent. Raises `ConfigError`."""
    chosen = choice_option(setup, "image_detail", IMAGE_DETAILS)
    return "" if chosen == "none" else chosen


def system_role(setup: AdapterSetup) -> str:
    """Return the role that system turns are sent in, by the option `system_role`; raises `ConfigError`."""
    return choice_option(setup, "system_role", SYSTEM_ROLES)


def message_list(request: Request, sending: RequestBody, system: str = "system") -> list[dict[str, Any]]:
    """Return the turns as messages, system turns in the role `system`; raises as `turn_content` does."""
    more = {"detail": sending.image_detail} if sending.image_detail else {}
    return write_turns(
        request,
        system,
        lambda one: {"type": "text", "text": one},
        lambda one: {"type": "image_url", "image_url": {"url": one.data_url, **more}},
    )


def write_chat_request(
    request: Request, sending: RequestBody, system: str = "system"
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the body of a request, and the settings of the run that it does not carry; raises `Rejected`."""
    fields, unset = sending.split(request.settings)
    body = {"model": request.model, "messages": message_list(request, sending, system), **fields}
    return {**body, **request.settings.extra}, unset


def parse_chat_completion(
    body: object, request: Request, endpoint: Endpoint, headers: Mapping[str, str], unset: tuple[str, ...] = ()
) -> Response:
    """Read the body of an HTTP 200; raises an `AdapterError` for one that holds no response.

    `unset` are the settings of the run that the request did not carry.
    """
    answer = object_field(body)
    choices = answer.get("choices")
    first = object_field(choices[0]) if isinstance(choices, list) and choices else {}
    for holder in (answer, first):
        if holder.get("error") or holder.get("object") == "error":
            raise to_adapter_error(
                parse_provider_message(200, holder), endpoint, request.model, parse_retry_after(headers)
            )
    message = first.get("message")
    if not isinstance(message, dict):
        raise malformed_error(endpoint, body, request.model, parse_retry_after(headers))
    content = _content(message.get("content"))
    usage = _usage(answer.get("usage"), content)
    raw_stop = _stop_reason(first.get("finish_reason"))
    text, stop = parse_text_and_stop(
        content, CHAT, raw_stop, endpoint, usage, refusal=string_field(message.get("refusal"))
    )
    return Response(
        sample_id=request.sample_id,
        epoch=request.epoch,
        text=text,
        model=string_field(answer.get("model")) or request.model,
        reasoning=_reasoning(message),
        stop=stop,
        raw_stop=raw_stop,
        request_id=headers.get("x-request-id") or string_field(answer.get("id")),
        usage=usage,
        unset=unset,
    )


def _stop_reason(reason: object) -> str:
    """Return the finish reason; SGLang has an object with its type."""
    return string_field(reason) or string_field(object_field(reason).get("type"))


def _content(content: object) -> str | None:
    """Return the text of a message's content, a string or a list of parts; None if there is none."""
    if isinstance(content, str):
        return content
    found = join_texts(part for part in object_list(content) if part.get("type") not in _THINKING_PARTS)
    return "".join(found) if found else None


def _reasoning(message: dict[str, Any]) -> str:
    """Return the thinking: a field of its own, OpenRouter's list of details, or parts of the content."""
    for name in ("reasoning_content", "reasoning"):
        if found := string_field(message.get(name)):
            return found
    details = object_list(message.get("reasoning_details"))
    if found := "".join(join_texts(details) or join_texts(details, "summary")):
        return found
    texts = []
    for part in object_list(message.get("content")):
        if part.get("type") in _THINKING_PARTS:
            for held in (part.get("thinking"), part.get("reasoning"), part.get("text")):
                texts += [held] if isinstance(held, str) else join_texts(object_list(held))
    return "".join(texts)


def _usage(reported: object, text: str | None) -> dict[str, int] | None:
    """Return the counts; some servers name them as the responses format does."""

    def count(*paths: tuple[str, ...]) -> int | None:
        return next((found for path in paths if (found := count_field(reported, *path)) is not None), None)

    return parse_usage(
        text,
        input=count(("prompt_tokens",), ("input_tokens",)),
        output=count(("completion_tokens",), ("output_tokens",)),
        cached=count(("prompt_tokens_details", "cached_tokens"), ("input_tokens_details", "cached_tokens")),
        reasoning=count(
            ("completion_tokens_details", "reasoning_tokens"), ("output_tokens_details", "reasoning_tokens")
        ),
    )
