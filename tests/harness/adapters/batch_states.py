"""What providers say of a batch: the objects that creating, looking at and listing batches brings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from batch_server import BatchServer

DAY = 86_400
_WITH_RESULTS = ("completed", "expired", "cancelled")


@dataclass
class Batch:
    """A batch as the server has it."""

    number: int
    id: str
    lines: list[dict[str, Any]]
    created: float
    mark: str = ""
    looks: int = 0
    cancelled: bool = False


def iso(moment: float) -> str:
    """Return a time as the providers with texts write it."""
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")


def state_anthropic(server: BatchServer, batch: Batch, end: str) -> dict[str, Any]:
    """Return a message batch; `end` is "" while it is not ended."""
    counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
    counts["succeeded" if end else "processing"] = len(batch.lines)
    gone = end == "gone"
    url = f"http://elsewhere.invalid/{batch.id}" if end and not gone and batch.number > server.bare else None
    return {
        "id": batch.id,
        "type": "message_batch",
        "processing_status": "ended" if end else "in_progress",
        "request_counts": counts,
        "created_at": iso(batch.created),
        "expires_at": iso(batch.created + DAY),
        "archived_at": iso(batch.created) if gone else None,
        "results_url": url,
    }


def state_gemini(server: BatchServer, batch: Batch, end: str) -> dict[str, Any]:
    """Return an operation."""
    total = str(len(batch.lines))
    state = {"": "RUNNING", "completed": "SUCCEEDED"}.get(end, end.upper())
    about: dict[str, Any] = {
        "state": f"{'JOB' if server.shouts else 'BATCH'}_STATE_{state}",
        "displayName": batch.mark,
        "createTime": iso(batch.created),
        "batchStats": {"requestCount": total, "pendingRequestCount": "0" if end else total},
    }
    found = {"name": batch.id, "metadata": about, "done": bool(end)}
    if end == "failed":
        error = server.errors[0] if server.errors else {"code": 3, "message": "not a valid file"}
        return found | {"error": error}
    if batch.number <= server.bare and end == "cancelled":
        return found | {"error": {"code": 1, "message": "cancelled"}}
    if end in _WITH_RESULTS and not server.inline and batch.number > server.bare:
        found["response"] = {"responsesFile": f"files/batch-{batch.number}"}
    return found


def state_openai(server: BatchServer, batch: Batch, end: str) -> dict[str, Any]:
    """Return a batch object."""
    none = "" if server.empty_ids else None
    files = end in _WITH_RESULTS and batch.number > server.bare
    status, total = end or "in_progress", len(batch.lines)
    shown = iso if server.shouts else int
    counts = {"total": total, "completed": total if end else 0, "failed": 0}
    return {
        "id": batch.id,
        "object": "batch",
        "status": status.upper() if server.shouts else status,
        "errors": {"object": "list", "data": server.errors} if end == "failed" else None,
        "output_file_id": f"out-{batch.number}" if files and server.has_lines(batch, good=True) else none,
        "error_file_id": f"err-{batch.number}" if files and server.has_lines(batch, good=False) else none,
        "created_at": shown(batch.created),
        "expires_at": shown(batch.created + DAY),
        **({} if server.shouts else {"request_counts": counts}),
        "metadata": {"ifharness": batch.mark},
    }


STATES = {"anthropic": state_anthropic, "gemini": state_gemini}
