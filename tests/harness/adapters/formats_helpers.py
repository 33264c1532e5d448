"""The formats that the network adapters speak, side by side: one contract is held against all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loopback import Loopback, Reply, complains, says, says_content, says_message, says_response

from harness.adapters.base import AdapterSetup
from harness.adapters.credentials import BASE_URL_ENVS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Format:
    """How one provider says what all of them can say."""

    name: str
    adapter: str
    path: str
    """Where requests arrive."""
    say: Callable[..., Reply]
    """`say(text, thought=, stop=, usage=)`; stop is one of `stops`, usage is `usage` or None."""
    complain: Callable[..., Reply]
    """`complain(status, message, headers=)`."""
    stops: Mapping[str, str]
    """Our stop: the provider's word."""
    usage: Mapping[str, Any]
    """Input 10, output 7, of these cached 4 and reasoning 2, as the provider reports them."""
    settable: tuple[str, ...]
    key_env: str
    key_header: str = "Authorization"
    options: Mapping[str, Any] = field(default_factory=dict)
    versioned: bool = False
    """The base URL ends in /v1."""
    turns: str = "messages"
    """The field of a request that holds the turns."""
    own_role: str = "assistant"
    """The role of what the model itself said."""

    def said(self, body: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Role and text of the turns of a request, as they arrived."""
        return [
            (turn["role"], turn["content"] if "content" in turn else "".join(part["text"] for part in turn["parts"]))
            for turn in body[self.turns]
        ]

    def setup(self, server: Loopback, **changes: Any) -> AdapterSetup:
        """What an adapter for `server` is made from."""
        given: dict[str, Any] = {"model": "m", "base_url": server.url if self.versioned else server.root, "timeout": 20}
        return AdapterSetup(**{**given, "options": self.options, **changes})


def _chat(text, *, thought="", stop="end", usage=None):
    more = {"reasoning_content": thought} if thought else {}
    return says(text, finish=_CHAT_STOPS[stop], usage=usage, **more)


def _response(text, *, thought="", stop="end", usage=None):
    raw = _RESPONSE_STOPS[stop]
    if stop == "end":
        return says_response(text, thought=thought, usage=usage)
    return says_response(text, thought=thought, usage=usage, status="incomplete", reason=raw)


def _message(text, *, thought="", stop="end", usage=None):
    return says_message(text, thought=thought, stop=_MESSAGE_STOPS[stop], usage=usage)


def _content(text, *, thought="", stop="end", usage=None):
    return says_content(text, thought=thought, finish=_CONTENT_STOPS[stop], usage=usage)


def _anthropic_error(status, message="no", headers=None):
    error = {"type": "api_error", "message": message}
    return Reply({"type": "error", "error": error, "request_id": "req-1"}, status, headers or {})


def _google_error(status, message="no", headers=None):
    return Reply({"error": {"code": status, "message": message, "status": "UNKNOWN"}}, status, headers or {})


_CHAT_STOPS = {"end": "stop", "length": "length", "refusal": "content_filter"}
_RESPONSE_STOPS = {"end": "completed", "length": "max_output_tokens", "refusal": "content_filter"}
_MESSAGE_STOPS = {"end": "end_turn", "length": "max_tokens", "refusal": "refusal"}
_CONTENT_STOPS = {"end": "STOP", "length": "MAX_TOKENS", "refusal": "SAFETY"}
_CHAT_USAGE = {
    "prompt_tokens": 10,
    "completion_tokens": 7,
    "prompt_tokens_details": {"cached_tokens": 4},
    "completion_tokens_details": {"reasoning_tokens": 2},
}
_RESPONSE_USAGE = {
    "input_tokens": 10,
    "input_tokens_details": {"cached_tokens": 4},
    "output_tokens": 7,
    "output_tokens_details": {"reasoning_tokens": 2},
}
_MESSAGE_USAGE = {
    "input_tokens": 5,
    "cache_read_input_tokens": 4,
    "cache_creation_input_tokens": 1,
    "output_tokens": 7,
    "output_tokens_details": {"thinking_tokens": 2},
}
_CONTENT_USAGE = {
    "promptTokenCount": 10,
    "cachedContentTokenCount": 4,
    "candidatesTokenCount": 5,
    "thoughtsTokenCount": 2,
    "totalTokenCount": 17,
}
ALL = ("max_tokens", "temperature", "top_p", "seed", "stop")
FORMATS = {
    one.name: one
    for one in (
        Format(
            "openai", "openai", "/v1/chat/completions", _chat, complains, _CHAT_STOPS, _CHAT_USAGE, ALL,
            key_env="OPENAI_API_KEY", versioned=True,
        ),
        Format(
            "openai/responses", "openai", "/v1/responses", _response, complains, _RESPONSE_STOPS, _RESPONSE_USAGE,
            ("max_tokens", "temperature", "top_p"),
            key_env="OPENAI_API_KEY", options={"api": "responses"}, versioned=True, turns="input",
        ),
        Format(
            "compatible", "compatible", "/v1/chat/completions", _chat, complains, _CHAT_STOPS, _CHAT_USAGE, ALL,
            key_env="COMPATIBLE_API_KEY", versioned=True,
        ),
        Format(
            "anthropic", "anthropic", "/v1/messages", _message, _anthropic_error, _MESSAGE_STOPS, _MESSAGE_USAGE,
            ("max_tokens", "stop"), key_env="ANTHROPIC_API_KEY",
        ),
        Format(
            "gemini", "gemini", "/v1/models/m:generateContent", _content, _google_error, _CONTENT_STOPS,
            _CONTENT_USAGE, ALL, key_env="GEMINI_API_KEY", key_header="x-goog-api-key", turns="contents",
            own_role="model",
        ),
    )
}  # fmt: skip
VARIABLES = {one.key_env for one in FORMATS.values()} | {"GOOGLE_API_KEY", *BASE_URL_ENVS.values()}


def without_keys(monkeypatch, folder):
    """Work in an empty folder, without the keys and addresses of this machine."""
    monkeypatch.chdir(folder)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
