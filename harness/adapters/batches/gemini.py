"""Gemini's batch API: an uploaded file of requests, a batch of it, and a file of results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from ...errors import AdapterError, Unavailable
from ..formats.fields import count_field, decode_json, object_field, object_list, string_field
from ..formats.generate_content import parse_content, write_content_request
from ..formats.request_body import encode_body
from .base import MARK, BatchLimits, BatchLine, BatchState, LineError, parse_time
from .http import HttpBatches

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from ..base import Request, Response
    from ..formats.request_body import RequestBody
    from .base import BatchFile
    from .http import BatchHttp

LIMITS = BatchLimits(requests=50_000, bytes=1_900_000_000)
"""Google names 2 GB for a file and no number of requests."""
VERSION = "/v1beta"
"""The version that has batches."""
_ENDED = ("succeeded", "failed", "cancelled", "expired", "partially_succeeded")
_COUNTS = {
    "total": "requestCount",
    "succeeded": "successfulRequestCount",
    "failed": "failedRequestCount",
    "pending": "pendingRequestCount",
}
_BATCH = re.compile(r"batches/(?!\.+$)[\w.-]{1,300}", re.ASCII)
_FILE = re.compile(r"files/(?!\.+$)[\w.-]{1,300}", re.ASCII)
_PAGES = 20
_STATUS = {1: 499, 3: 400, 4: 504, 5: 404, 7: 403, 8: 429, 9: 400, 10: 409, 13: 500, 14: 503, 16: 401}
"""HTTP statuses of the codes of gRPC."""


class GeminiBatches(HttpBatches):
    """Batches of generateContent."""

    limits = LIMITS
    cancel_suffix = ":cancel"

    def __init__(self, http: BatchHttp, sending: RequestBody, model: str) -> None:
        super().__init__(http, sending)
        self._model = model.removeprefix("models/")

    def write_request(self, custom_id: str, request: Request) -> bytes:
        """Return one line of the file; raises `Rejected`."""
        body, _ = write_content_request(request, self._sending)
        return encode_body({"key": custom_id, "request": body})

    async def submit(self, file: BatchFile) -> BatchState:
        """Upload the file and create a batch of it, with the marker in its name."""
        name = f"{MARK}-{file.marker}"
        asked = {"batch": {"displayName": name, "inputConfig": {"fileName": await self._upload(file, name)}}}
        path = f"{VERSION}/models/{self._model}:batchGenerateContent"
        created, _ = await self._http.call("POST", path, body=asked)
        return self._state(created)

    async def _upload(self, file: BatchFile, name: str) -> str:
        """Return the name of the uploaded file."""
        kind = "application/jsonl"
        begin = {
            "X-Goog-Upload-Protocol": "resumable",
            "X-Goog-Upload-Command": "start",
            "X-Goog-Upload-Header-Content-Length": str(file.bytes),
            "X-Goog-Upload-Header-Content-Type": kind,
        }
        _, headers = await self._http.call(
            "POST", f"/upload{VERSION}/files", body={"file": {"display_name": name, "mime_type": kind}}, headers=begin
        )
        url, base = headers.get("X-Goog-Upload-URL", ""), self._http.endpoint.base_url
        if urlsplit(url)[:2] != urlsplit(base)[:2]:
            raise AdapterError(f"{base} named no address of its own to upload the requests to")
        send = {
            "X-Goog-Upload-Offset": "0",
            "X-Goog-Upload-Command": "upload, finalize",
            "Content-Type": kind,
            "Content-Length": str(file.bytes),
        }
        with file.path.open("rb") as content:
            uploaded, _ = await self._http.call("POST", url, data=content, headers=send, size=file.bytes)
        found = string_field(object_field(uploaded.get("file")).get("name"))
        if not _FILE.fullmatch(found):
            raise AdapterError(f"{base} took the file of requests without naming it")
        return found

    async def find(self, file: BatchFile, known: Collection[str]) -> BatchState | None:
        """Return the batch that has the marker of a file in its name."""
        token = ""
        for _ in range(_PAGES):
            more = f"&pageToken={token}" if token else ""
            page, _ = await self._http.call("GET", f"{VERSION}/batches?pageSize=100{more}")
            for one in object_list(page.get("operations")):
                name = string_field(object_field(one.get("metadata")).get("displayName"))
                if name == f"{MARK}-{file.marker}" and one.get("name") not in known:
                    return self._state(one)
            token = quote(string_field(page.get("nextPageToken")), safe="")
            if not token:
                return None
        return None

    def _place(self, batch_id: str) -> str:
        return f"{VERSION}/{batch_id}"

    async def results(self, state: BatchState) -> AsyncIterator[BatchLine]:
        """Yield the results: those in the state, then the lines of the file of results."""
        for item in state.inline:
            yield self._item(object_field(item))
        for name in state.results:
            async for raw in self._http.lines(f"/download{VERSION}/{name}:download?alt=media"):
                try:
                    yield self._item(object_field(decode_json(raw)))
                except (ValueError, RecursionError):
                    yield BatchLine("")

    def parse(self, line: BatchLine, request: Request) -> Response:
        """Return the response of a line, read as that of a live request."""
        _, unset = self._sending.split(request.settings)
        return parse_content(line.body, request, self._http.endpoint, line.headers, unset)

    def _state(self, answer: dict[str, Any]) -> BatchState:
        about = object_field(answer.get("metadata"))
        batch_id = string_field(answer.get("name"))
        if not _BATCH.fullmatch(batch_id):
            shown = self._http.endpoint.quote(answer)
            raise Unavailable(f"{self._http.endpoint.base_url} answered without a batch: {shown}", cause="malformed")
        status = string_field(about.get("state")).lower().removeprefix("batch_state_").removeprefix("job_state_")
        error = object_field(answer.get("error"))
        if error and status not in _ENDED:
            status = "cancelled" if error.get("code") == 1 else "failed"
        output = object_field(answer.get("response")) or object_field(about.get("output"))
        named = string_field(output.get("responsesFile"))
        inline = object_field(output.get("inlinedResponses")).get("inlinedResponses")
        stats = object_field(about.get("batchStats"))
        found = {ours: count_field(stats, theirs) for ours, theirs in _COUNTS.items()}
        return BatchState(
            batch_id,
            status or "pending",
            ended=status in _ENDED or answer.get("done") is True,
            counts={name: count for name, count in found.items() if count is not None},
            created=parse_time(about.get("createTime")),
            errors=(self._failure(error),) if status == "failed" else (),
            results=(named,) if _FILE.fullmatch(named) else (),
            inline=tuple(object_list(inline)),
        )

    def _failure(self, error: dict[str, Any]) -> LineError:
        code = count_field(error, "code") or 0
        return self._complaint(error.get("code"), error.get("message"), status=_STATUS.get(code, 0))

    def _item(self, item: dict[str, Any]) -> BatchLine:
        key = string_field(item.get("key")) or string_field(object_field(item.get("metadata")).get("key"))
        error = object_field(item.get("error"))
        if not error:
            return BatchLine(key, item.get("response"))
        code, message = count_field(error, "code") or 500, string_field(error.get("message"))
        if code == 1 or "expired" in message.lower():
            endpoint = self._http.endpoint
            return BatchLine(key, error=Unavailable(f"{endpoint.base_url}: {endpoint.quote(message or 'cancelled')}"))
        status = _STATUS.get(code, code if code >= 400 else 500)
        return BatchLine(key, error=self._http.error(status, {"error": error}))
