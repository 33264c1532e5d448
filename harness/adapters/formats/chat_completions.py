"""The chat-completions format: what is sent, and what the body of an HTTP 200 means; pure.

Providers differ in it more than its name says: errors come with HTTP 200, thinking has two names, content may be
missing or a list of parts. Everything that is read is checked first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..base import AdapterSetup, Request, Response
from ..options import choice_option, without_omitted
from ..transport.errors import Endpoint, malformed_error, parse_provider_message, parse_retry_after, to_adapter_error
from .fields import count_field, join_texts, object_field, object_list, parse_text_and_stop, parse_usage, string_field
from .request_body import RequestBody, turn_text

if TYPE_CHECKING:
    from collections.abc import Mapping

OPTIONS = ("max_tokens_field", "omit", "system_role")
"""Options of every adapter that writes this format."""
LIMIT_FIELDS = ("max_tokens", "max_completion_tokens")
SYSTEM_ROLES = ("system", "developer", "user")
_STOPS = {
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "content_filter": "refusal",
    "refusal": "refusal",
    "sensitive": "refusal",
}
"""Finish reasons; every other one is a normal end."""


def chat_body(setup: AdapterSetup) -> RequestBody:
    """Return which settings are sent, by the options `max_tokens_field` and `omit`; raises `ConfigError`."""
    names = {name: name for name in ("temperature", "top_p", "seed", "stop")}
    limit = choice_option(setup, "max_tokens_field", LIMIT_FIELDS)
    return RequestBody(without_omitted(setup, {"max_tokens": limit, **names}))


def system_role(setup: AdapterSetup) -> str:
    """Return the role that system turns are sent in, by the option `system_role`; raises `ConfigError`."""
    return choice_option(setup, "system_role", SYSTEM_ROLES)


def message_list(request: Request, system: str = "system") -> list[dict[str, str]]:
    """Return the turns as messages, system turns in the role `system`; raises `Rejected` for what cannot be sent."""
    return [{"role": system if role == "system" else role, "content": text} for role, text in turn_text(request)]


def parse_chat_completion(
    body: object, request: Request, endpoint: Endpoint, headers: Mapping[str, str], unset: tuple[str, ...] = ()
) -> Response:
    """Read the body of an HTTP 200; raises an `AdapterError` for one that holds no answer.

    `unset` are the settings that the request did not carry though they were asked for.
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
        raise malformed_error(endpoint, body)
    usage = _usage(answer.get("usage"))
    raw_stop = str(first.get("finish_reason") or "")
    text, stop = parse_text_and_stop(
        _content(message.get("content")),
        _STOPS.get(raw_stop, "end"),
        raw_stop,
        endpoint,
        usage,
        refusal=string_field(message.get("refusal")),
    )
    return Response(
        sample_id=request.sample_id,
        epoch=request.epoch,
        text=text,
        model=string_field(answer.get("model")) or request.model,
        reasoning=string_field(message.get("reasoning_content")) or string_field(message.get("reasoning")),
        stop=stop,
        raw_stop=raw_stop,
        request_id=headers.get("x-request-id") or string_field(answer.get("id")),
        usage=usage,
        unset=unset,
    )


def _content(content: object) -> str | None:
    """Return the text of a message's content, a string or a list of parts; None if there is none."""
    if isinstance(content, str):
        return content
    found = join_texts(object_list(content))
    return "".join(found) if found else None


def _usage(reported: object) -> dict[str, int] | None:
    return parse_usage(
        input=count_field(reported, "prompt_tokens"),
        output=count_field(reported, "completion_tokens"),
        cached=count_field(reported, "prompt_tokens_details", "cached_tokens"),
        reasoning=count_field(reported, "completion_tokens_details", "reasoning_tokens"),
    )
