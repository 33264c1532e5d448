"""Anthropic's message batches: one body creates a batch, one stream of lines has its results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import Unavailable
from ..formats.fields import count_field, decode_json, object_field, object_list, string_field
from ..formats.messages import parse_message, write_message_request
from ..formats.request_body import encode_body
from .base import BatchGone, BatchLimits, BatchLine, BatchState, check_id, parse_time
from .http import HttpBatches

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from ..base import Request, Response
    from .base import BatchFile

LIMITS = BatchLimits(requests=100_000, bytes=240_000_000)
"""Anthropic takes 100,000 requests and 256 MB."""
PATH = "/v1/messages/batches"
_COUNTS = ("processing", "succeeded", "errored", "canceled", "expired")
_HEAD, _TAIL = b'{"requests":[', b"]}"
_PAGES = 20
_SKEW = 300.0
"""Seconds by which the provider's clock may be behind ours."""
_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 400,
    "rate_limit_error": 429,
    "timeout_error": 504,
    "api_error": 500,
    "overloaded_error": 529,
}


class AnthropicBatches(HttpBatches):
    """Batches of messages."""

    limits = LIMITS

    def write_request(self, custom_id: str, request: Request) -> bytes:
        """Return one element of `requests`; raises `Rejected`."""
        body, _ = write_message_request(request, self._sending)
        return encode_body({"custom_id": custom_id, "params": body})

    async def submit(self, file: BatchFile) -> BatchState:
        """Create a batch; the marker is in the custom ids alone, for a batch has no other place for it."""
        size = file.bytes - 1 + len(_HEAD) + len(_TAIL)
        headers = {"content-type": "application/json", "content-length": str(size)}
        created, _ = await self._http.call("POST", PATH, data=_body(file), headers=headers, size=size)
        return self._state(created)

    async def find(self, file: BatchFile, known: Collection[str]) -> BatchState | None:
        """Return the batch whose custom ids have the marker; while it is not ended, one that may be it.

        The custom ids of a batch can be read when it has ended. Until then time and number of requests speak for it.
        """
        after, maybe = "", None
        for _ in range(_PAGES):
            page, _ = await self._http.call("GET", f"{PATH}?limit=100{f'&after_id={after}' if after else ''}")
            listed = object_list(page.get("data"))
            for state in map(self._state, listed):
                late = (state.created or file.prepared) >= file.prepared - _SKEW
                if not late or state.batch_id in known or sum(state.counts.values()) != file.requests:
                    continue
                if not state.ended:
                    maybe = maybe or state
                elif await self._is_marked(state, file.marker):
                    return state
            after = check_id(page.get("last_id"))
            oldest = min((parse_time(one.get("created_at")) or file.prepared for one in listed), default=0.0)
            if page.get("has_more") is not True or not after or oldest < file.prepared - _SKEW:
                break
        return maybe

    async def _is_marked(self, state: BatchState, marker: str) -> bool:
        try:
            async for line in self.results(state):
                if line.custom_id:
                    return line.custom_id.startswith(marker)
        except BatchGone:
            return False
        return False

    def _place(self, batch_id: str) -> str:
        return f"{PATH}/{batch_id}"

    async def results(self, state: BatchState) -> AsyncIterator[BatchLine]:
        """Yield the lines of the results; raises `BatchGone` for an archived batch."""
        if not state.results:
            raise BatchGone(f"batch {state.batch_id} has no results any more")
        async for line in self._http.lines(f"{PATH}/{state.batch_id}/results"):
            yield self._line(line)

    def parse(self, line: BatchLine, request: Request) -> Response:
        """Return the response of a line, read as that of a live request."""
        _, unset = self._sending.split(request.settings)
        return parse_message(line.body, request, self._http.endpoint, line.headers, unset)

    def _state(self, answer: dict[str, Any]) -> BatchState:
        batch_id, status = check_id(answer.get("id")), string_field(answer.get("processing_status")).lower()
        if not batch_id or not status:
            shown = self._http.endpoint.quote(answer)
            raise Unavailable(f"{self._http.endpoint.base_url} answered without a batch: {shown}", cause="malformed")
        counts = {name: count_field(answer, "request_counts", name) or 0 for name in _COUNTS}
        archived = bool(answer.get("archived_at"))
        url = string_field(answer.get("results_url"))
        return BatchState(
            batch_id,
            "archived" if archived else status,
            ended=status == "ended" or archived,
            counts=counts,
            created=parse_time(answer.get("created_at")),
            expires=parse_time(answer.get("expires_at")),
            results=(url,) if url and not archived else (),
        )

    def _line(self, raw: bytes) -> BatchLine:
        try:
            line = object_field(decode_json(raw))
        except (ValueError, RecursionError):
            return BatchLine("")
        custom_id, result = string_field(line.get("custom_id")), object_field(line.get("result"))
        kind = string_field(result.get("type"))
        if kind == "succeeded" and "message" in result:
            return BatchLine(custom_id, result["message"])
        if kind in ("canceled", "expired"):
            why = f"the batch {'was cancelled' if kind == 'canceled' else 'expired'} before the request was sent"
            return BatchLine(custom_id, error=Unavailable(f"{self._http.endpoint.base_url}: {why}"))
        if kind == "errored":
            outer = object_field(result.get("error"))
            body = outer if isinstance(outer.get("error"), dict) else {"error": outer}
            status = _STATUS.get(string_field(object_field(body["error"]).get("type")), 500)
            return BatchLine(custom_id, error=self._http.error(status, body))
        return BatchLine(custom_id)


async def _body(file: BatchFile) -> AsyncIterator[bytes]:
    """Yield the body that creates a batch from a file of lines, a block at a time."""
    yield _HEAD
    with file.path.open("rb") as lines:
        for number, line in enumerate(lines):
            yield (b"," if number else b"") + line.rstrip(b"\n")
    yield _TAIL
