"""Status: how far a run is, from its folder alone, whether or not a process is working in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..sanitize import escape_control
from ..store.batches.log import BatchLog
from ..store.charges import add_up
from .counts import EARLIER_TURN
from .verdict_file import has_current_verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..adapters.base import Response
    from ..store.run_folder import RunFolder

FORMAT = 1
"""Format number of `ifh status --json`."""


@dataclass(frozen=True)
class RunStatus:
    """How far a run is; counts are of (sample, epoch), of whose responses the latest counts."""

    run: str
    model: str
    expected: int
    """Samples times epochs."""
    responses: int
    failed: dict[str, int]
    """Those without a response by the cause of their latest failure."""
    remaining: int
    """Without a response, and not rejected by the provider: what the same command would request."""
    truncated: int
    refused: int
    blank: int
    from_cache: int
    tokens: dict[str, int]
    """Of all requests, replaced responses and failures included; those from a cache took none."""
    cost: float | None
    """US dollars of the same requests; None where no cost is known."""
    cost_unknown: int
    """Responses, and failures with reported tokens, whose cost is not known."""
    started: str
    last_response: str
    """UTC time at which the last response arrived, "" without one."""
    active_process: str | None
    """The process that is working in the folder ("4711 on host")."""
    scored: bool
    """Whether the scores are of all responses, by this version of ifharness."""
    begun: int = 0
    """Dialogues without their last response of which an earlier one is saved."""
    replaced: int = 0
    """Lines of `responses.jsonl` that a later line about the same sample and epoch replaces."""
    ignored: tuple[str, ...] = ()
    """What the journals hold about samples that the run does not have, a sentence for each file."""
    batches: int = 0
    """Batches at the provider."""
    in_batches: int = 0
    """Requests in them."""
    external: bool = False
    """Whether another program generated the responses, so that none can be requested."""

    def to_json(self) -> dict[str, Any]:
        """Return the record that `ifh status --json` prints."""
        return {"format": FORMAT, **asdict(self), "ignored": list(self.ignored), "next": self.next_step()}

    def next_step(self) -> str:
        """Return what to do next."""
        if self.active_process:
            return "wait: the run is not finished"
        if self.external:
            missing = f"; {self.remaining} have no response in the imported file" if self.remaining else ""
            return f"complete: imported, so nothing is requested{missing}"
        if self.batches:
            return f"collect the batches: rerun the same command, or run: ifh batch collect {self.run}"
        if self.remaining:
            return f"rerun the same command: it requests the {self.remaining} that are missing"
        retries = {"failures": sum(self.failed.values()), "truncated": self.truncated, "refused": self.refused}
        retries["blank"] = self.blank
        again = ", ".join(f"--retry {name} requests {n} again" for name, n in retries.items() if n)
        done = "complete" if self.scored else f"complete; `ifh score {self.run}` writes the scores"
        return f"{done}; {again}" if again else done


def status_of(store: RunFolder) -> RunStatus:
    """Return how far a run is; raises `StoreError` for a damaged folder."""
    with store.index() as index:
        failed = Counter(failure.error for failure in index.failures())
        responses, last = index.count_responses(), index.last_response()
        failed[EARLIER_TURN] += index.count_blocked()
        remaining = index.completed_keys().count_missing()
        begun = sum(one and not index.has_response(slot) for slot, one in enumerate(store.dialogue_turns.begun()))
    spent = add_up(store.usage_records())
    expected = len(store.samples_file) * store.epochs
    tokens = {
        "input": spent.input_tokens,
        "output": spent.output_tokens,
        "cached": spent.cached_tokens,
        "reasoning": spent.reasoning_tokens,
    }
    waiting = BatchLog(store.folder).open
    return RunStatus(
        run=store.folder.name,
        model=store.manifest.model,
        expected=expected,
        responses=responses,
        failed=dict((+failed).most_common()),
        remaining=remaining,
        **index.count_flags(),
        tokens={name: count for name, count in tokens.items() if count},
        cost=spent.cost,
        cost_unknown=spent.cost_unknown,
        started=store.manifest.started,
        last_response=_arrival(last) if last else "",
        active_process=store.active_process(),
        scored=has_current_verdicts(store.folder),
        begun=begun,
        replaced=index.replaced,
        ignored=tuple(map(str, index.foreign.values())),
        batches=len(waiting),
        in_batches=sum(record.requests for record in waiting),
        external=store.manifest.is_external,
    )


def _arrival(response: Response) -> str:
    """Return the UTC time at which a response arrived, "" where it is not known."""
    try:
        arrived = datetime.fromisoformat(response.started) + timedelta(seconds=response.seconds)
    except (ValueError, OverflowError):
        return ""
    return arrived.isoformat(timespec="milliseconds")


def describe_status(status: RunStatus) -> list[str]:
    """Return the status in words, a line each, safe to print."""
    return [escape_control(line) for line in _lines(status)]


def _lines(status: RunStatus) -> Iterator[str]:
    yield f"{status.run}  {status.model}"
    yield f"responses {status.responses} of {status.expected}"
    if status.failed:
        yield "failed " + ", ".join(f"{cause} {n}" for cause, n in status.failed.items())
    flags = {"truncated": status.truncated, "refused": status.refused, "blank": status.blank}
    flags["from the cache"] = status.from_cache
    if any(flags.values()):
        yield "of the responses: " + ", ".join(f"{name} {n}" for name, n in flags.items() if n)
    if status.replaced:
        yield f"replaced by later lines: {status.replaced}"
    yield from status.ignored
    yield f"remaining {status.remaining}"
    if status.batches:
        yield f"batches {status.batches} at the provider, with {status.in_batches:,} requests"
    if status.begun:
        yield f"dialogues begun {status.begun}: their earlier responses are saved"
    if status.tokens:
        yield "tokens " + ", ".join(f"{name} {n:,}" for name, n in status.tokens.items())
    more = f", unknown of {status.cost_unknown}" if status.cost_unknown and status.cost is not None else ""
    yield "cost unknown" if status.cost is None else f"cost ${status.cost:.4f}{more}"
    yield f"started {status.started or 'unknown'}, last response {status.last_response or 'none'}"
    yield f"process {status.active_process} is working in the folder" if status.active_process else "not running"
    yield status.next_step()
