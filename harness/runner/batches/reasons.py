"""Why requests of a batch have no result: what the provider says of the whole batch, or of a line of its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...adapters.transport.complaints import advise, without_numbers
from ...errors import RateLimited, Rejected, Unavailable

if TYPE_CHECKING:
    from ...adapters.batches.base import BatchState, LineError
    from ...errors import AdapterError
    from ...store.batches.record import BatchRecord

_QUEUE_FULL = ("token_limit_exceeded", "rate_limit_exceeded", "too_many_requests")
"""Codes of a batch that was not taken because too much is queued: the same requests are taken later."""
_NOT_SENT = ("expired", "cancelled", "canceled", "failed")
"""States of a batch whose requests without a result were not sent to the model."""


class Absence(NamedTuple):
    """What it means that a request of a batch has no result."""

    error: AdapterError
    doubtful: bool = False
    """Whether the provider may have charged the request all the same."""
    taken: bool = True
    """Whether the provider took the batch; what waits for room in its queue is no attempt."""


def explain_absence(state: BatchState, record: BatchRecord, *, unreadable: int = 0) -> Absence:
    """Return why a request of a batch that has ended has no result; `unreadable` lines belong to some request."""
    name = f"batch {record.batch_id}"
    whole = next((error for error in state.errors if error.line is None), None)
    full = next((error for error in state.errors if error.code in _QUEUE_FULL), None)
    if full or (whole and isinstance(whole.error, RateLimited)):
        message = (full or whole or state.errors[0]).message
        return Absence(RateLimited(f"{name} was not taken: {message}"), taken=False)
    if whole:
        return Absence(_complaint(whole, f"{name} was not taken"))
    if state.errors:
        return Absence(Unavailable(f"{name} was not taken because of other requests in it"))
    if state.status == "archived":
        return Absence(gone_results(record), doubtful=True)
    doubtful = unreadable > 0 or state.status not in _NOT_SENT
    if state.status in _NOT_SENT:
        return Absence(Unavailable(f"{name} {state.status} before this request was answered"), doubtful)
    return Absence(Unavailable(f"{name} ({state.status}) has no result of this request"), doubtful)


def gone_results(record: BatchRecord) -> Unavailable:
    """Return the error for results that the provider has deleted."""
    return Unavailable(f"the provider does not have the results of batch {record.batch_id} any more")


def explain_line(error: LineError, record: BatchRecord) -> AdapterError:
    """Return why a line of the file of requests made the provider reject the file."""
    custom_id = f"{record.marker}-{error.line}"
    return _complaint(error, f"line {error.line} of batch {record.batch_id}, custom id {custom_id}")


def _complaint(error: LineError, where: str) -> AdapterError:
    if error.error is not None and not isinstance(error.error, Rejected):
        return error.error
    cause = error.error.cause if error.error else "rejected"
    message = f"{where}: {error.code}: {error.message}" if error.code else f"{where}: {error.message}"
    complaint = without_numbers(400, error.code, error.message)
    return Rejected(message, cause=cause, complaint=complaint, advice=advise(error.message, ""))
