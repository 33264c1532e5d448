"""OpenAI's batch API, and that of compatible servers: a file of requests, then a batch of it, then files of results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import AdapterError, Unavailable
from ..formats.chat_completions import parse_chat_completion, write_chat_request
from ..formats.fields import count_field, decode_json, object_field, object_list, string_field
from ..formats.request_body import encode_body
from ..formats.responses import PATH as RESPONSES
from ..formats.responses import parse_response, write_responses_request
from .base import MARK, BatchLimits, BatchLine, BatchState, LineError, check_id, parse_time
from .http import HttpBatches

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from ..base import Request, Response
    from ..formats.request_body import RequestBody
    from .base import BatchFile
    from .http import BatchHttp

LIMITS = BatchLimits(requests=50_000, bytes=190_000_000)
"""OpenAI takes 50,000 requests and 200 MB."""
_ENDED = ("completed", "failed", "expired", "cancelled", "canceled")
_NOT_SENT = {"batch_expired": "expired", "batch_cancelled": "was cancelled", "batch_canceled": "was cancelled"}
_PAGES = 20
"""Pages of the list of batches that are searched for one."""
_SHOWN = 1000
"""Complaints about a file that are read."""


class OpenAIBatches(HttpBatches):
    """Batches of chat completions or of the responses API."""

    limits = LIMITS

    def __init__(self, http: BatchHttp, sending: RequestBody, system_role: str) -> None:
        super().__init__(http, sending)
        self._role = system_role
        self._path = http.endpoint.path

    def write_request(self, custom_id: str, request: Request) -> bytes:
        """Return one line of the input file; raises `Rejected`."""
        write = write_responses_request if self._path == RESPONSES else write_chat_request
        body, _ = write(request, self._sending, self._role)
        return encode_body({"custom_id": custom_id, "method": "POST", "url": self._url, "body": body})

    @property
    def _url(self) -> str:
        return f"/v1{self._path}"

    async def submit(self, file: BatchFile) -> BatchState:
        """Upload the file and create a batch of it, with the marker in its metadata."""
        from aiohttp import FormData

        with file.path.open("rb") as content:
            form = FormData()
            form.add_field("purpose", "batch")
            form.add_field("file", content, filename=f"{file.marker}.jsonl", content_type="application/jsonl")
            uploaded, _ = await self._http.call("POST", "/files", data=form, size=file.bytes)
        file_id = string_field(uploaded.get("id"))
        if not file_id:
            raise AdapterError(f"{self._http.endpoint.base_url} took the file of requests without naming it")
        asked = {
            "input_file_id": file_id,
            "endpoint": self._url,
            "completion_window": "24h",
            "metadata": {MARK: file.marker},
        }
        created, _ = await self._http.call("POST", "/batches", body=asked)
        return self._state(created)

    async def find(self, file: BatchFile, known: Collection[str]) -> BatchState | None:
        """Return the batch that carries the marker of a file."""
        after = ""
        for _ in range(_PAGES):
            page, _ = await self._http.call("GET", f"/batches?limit=100{f'&after={after}' if after else ''}")
            listed = object_list(page.get("data"))
            for one in listed:
                is_known = one.get("id") in known  # its results were not those of this file
                if object_field(one.get("metadata")).get(MARK) == file.marker and not is_known:
                    return self._state(one)
            oldest = min((parse_time(one.get("created_at")) or file.prepared for one in listed), default=0.0)
            after = check_id(page.get("last_id")) or (check_id(listed[-1].get("id")) if listed else "")
            # The newest come first; an hour is more than two clocks differ.
            if page.get("has_more") is not True or not after or oldest < file.prepared - 3600:
                return None
        return None

    def _place(self, batch_id: str) -> str:
        return f"/batches/{batch_id}"

    async def results(self, state: BatchState) -> AsyncIterator[BatchLine]:
        """Yield the lines of the output file, then those of the error file."""
        for file_id in state.results:
            async for line in self._http.lines(f"/files/{file_id}/content"):
                yield self._line(line)

    def parse(self, line: BatchLine, request: Request) -> Response:
        """Return the response of a line, read as that of a live request."""
        _, unset = self._sending.split(request.settings)
        read = parse_response if self._path == RESPONSES else parse_chat_completion
        return read(line.body, request, self._http.endpoint, line.headers, unset)

    def _state(self, answer: dict[str, Any]) -> BatchState:
        batch_id, status = check_id(answer.get("id")), string_field(answer.get("status")).lower()
        if not batch_id or not status:
            shown = self._http.endpoint.quote(answer)
            raise Unavailable(f"{self._http.endpoint.base_url} answered without a batch: {shown}", cause="malformed")
        names = ("total", "completed", "failed")
        counts = {name: found for name in names if (found := count_field(answer, "request_counts", name)) is not None}
        files = (check_id(answer.get(name)) for name in ("output_file_id", "error_file_id"))
        return BatchState(
            batch_id,
            status,
            ended=status in _ENDED,
            counts=counts,
            created=parse_time(answer.get("created_at")),
            expires=parse_time(answer.get("expires_at")),
            errors=tuple(self._complaints(answer)) if status == "failed" else (),
            # "" was seen in place of null: such a file does not exist.
            results=tuple(dict.fromkeys(one for one in files if one)),
        )

    def _complaints(self, answer: dict[str, Any]) -> list[LineError]:
        found = [
            self._complaint(one.get("code"), one.get("message"), count_field(one, "line"))
            for one in object_list(object_field(answer.get("errors")).get("data"))[:_SHOWN]
        ]
        return found or [self._complaint("", "")]

    def _line(self, raw: bytes) -> BatchLine:
        """Read one line; an error in it may have any of three shapes."""
        try:
            line = object_field(decode_json(raw))
        except (ValueError, RecursionError):
            return BatchLine("")
        custom_id, answer = string_field(line.get("custom_id")), object_field(line.get("response"))
        if answer:
            status = count_field(answer, "status_code") or 200
            body = answer.get("body")
            if 200 <= status < 300:
                return BatchLine(custom_id, body, {"x-request-id": string_field(answer.get("request_id"))})
            return BatchLine(custom_id, error=self._http.error(status, body))
        error = object_field(line.get("error"))
        code = str(error.get("code") or "")
        if code in _NOT_SENT:
            why = f"the batch {_NOT_SENT[code]} before the request was sent"
            return BatchLine(custom_id, error=Unavailable(f"{self._http.endpoint.base_url}: {why}"))
        if code == "request_timeout":
            message = f"{self._http.endpoint.base_url} did not answer the request in time"
            return BatchLine(custom_id, error=Unavailable(message, cause="timeout"))
        if error:
            return BatchLine(custom_id, error=self._http.error(200, {"error": error}))
        return BatchLine(custom_id)
