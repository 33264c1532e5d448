"""What each provider's stop reason means: the end of a response, a cut, a refusal, or a failure of the server.

A reason that no table names is a failure with that reason in its message, never a normal end: a server's failure must
not count against the model. The tables are shown in docs/providers.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...errors import AdapterError
    from ..transport.errors import Endpoint


@dataclass(frozen=True)
class StopReasons:
    """The stop reasons of one format, in lower case; no reason at all ("") is an end."""

    end: tuple[str, ...]
    length: tuple[str, ...]
    """The response was cut at the token limit or at the end of the context."""
    refusal: tuple[str, ...]
    """The model declined, or a content filter cut the response."""
    retried: tuple[str, ...]
    """The server failed; another attempt may succeed."""
    failed: tuple[str, ...] = ()
    """The server failed in a way that another attempt will not change; so does every reason that is not listed."""

    def meaning(self, reason: str) -> str:
        """Return `end`, `length`, `refusal`, `retried` or `failed`."""
        word = reason.lower()
        if not word:
            return "end"
        kinds = ("end", "length", "refusal", "retried")
        return next((kind for kind in kinds if word in getattr(self, kind)), "failed")

    def stop(self, reason: str, endpoint: Endpoint, usage: Mapping[str, int] | None) -> str:
        """Return `end`, `length` or `refusal`; raises `Unavailable` or `Rejected` for a failure, with the reason."""
        meaning = self.meaning(reason)
        if meaning in ("retried", "failed"):
            raise _failure(self, reason, endpoint, dict(usage) if usage else None)
        return meaning


def _failure(reasons: StopReasons, reason: str, endpoint: Endpoint, usage: dict[str, int] | None) -> AdapterError:
    shown = endpoint.quote(reason)[:60]
    if reasons.meaning(reason) == "retried":
        message = f"{endpoint.base_url} broke the response off (stop reason {shown})"
        return Unavailable(message, cause="malformed", usage=usage)
    known = "broke the response off" if reason.lower() in reasons.failed else "ended the response for an unknown reason"
    return Rejected(f"{endpoint.base_url} {known} (stop reason {shown})", cause="malformed", usage=usage)


_CUT = (
    "length", "max_tokens", "max_length", "model_length", "max_output_tokens", "max_completion_tokens",
    "max_new_tokens", "token_limit", "model_context_window_exceeded", "context_window_exceeded",
    "context_length_exceeded",
)  # fmt: skip
_GOOGLE_REFUSALS = (
    "safety", "recitation", "language", "blocklist", "prohibited_content", "spii", "image_safety", "model_armor",
    "escalation", "pup_limited_disabled",
)  # fmt: skip
_GOOGLE_FAILURES = (
    "malformed_function_call", "malformed_response", "unexpected_tool_call", "too_many_tool_calls",
    "missing_thought_signature", "no_image", "image_other", "image_prohibited_content", "image_recitation",
    "finish_reason_unspecified",
)  # fmt: skip

CHAT = StopReasons(
    end=(
        "stop", "eos", "eos_token", "end", "end_turn", "end_of_turn", "stop_sequence", "complete", "completed",
        "finished", "tool_calls", "tool_use", "function_call",
    ),
    length=_CUT,
    refusal=(
        "content_filter", "content_filtered", "refusal", "sensitive", "guardrail_intervened", "guardrails",
        "error_toxic", *_GOOGLE_REFUSALS,
    ),
    retried=(
        "error", "abort", "aborted", "cancelled", "canceled", "network_error", "insufficient_system_resource",
        "timeout", "overloaded", "other",
    ),
    failed=("malformed", *_GOOGLE_FAILURES),
)  # fmt: skip
"""`finish_reason` of a chat completion; servers behind a router hand on the words of other formats."""

RESPONSES = StopReasons(
    end=("completed",),
    length=("max_output_tokens", "max_tokens", "model_context_window_exceeded"),
    refusal=("content_filter",),
    retried=("incomplete",),
)
"""`status` of a response, or the reason in `incomplete_details`; `incomplete` is one without a reason."""

ANTHROPIC = StopReasons(
    end=("end_turn", "stop_sequence", "stop", "tool_use"),
    length=("max_tokens", "length", "model_context_window_exceeded"),
    refusal=("refusal", "content_filter"),
    retried=("error", "abort", "network_error"),
    failed=("pause_turn",),
)
"""`stop_reason` of a message."""

GEMINI = StopReasons(
    end=("stop",),
    length=("max_tokens", "continuation"),
    refusal=_GOOGLE_REFUSALS,
    retried=("other",),
    failed=_GOOGLE_FAILURES,
)
"""`finishReason` of a candidate."""

TABLES = {
    "openai, compatible": CHAT,
    'openai with api = "responses"': RESPONSES,
    "anthropic": ANTHROPIC,
    "gemini": GEMINI,
}
"""By the adapters that read them."""
