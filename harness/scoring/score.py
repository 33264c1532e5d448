"""Scoring: the responses of a results folder in, verdicts, scores and report out; no network, no model."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scorers import BothVerdicts, Extracted, Unscorable, extract, verify_both
from scorers.errors import BadChecker, BadInstruction, NotInBook
from tasks.errors import BadSample

from ..errors import StoreError
from ..store.batches.log import BatchLog
from ..store.response_index import ResponseIndex
from .counts import EARLIER_TURN, IN_BATCH, NOT_ASKED
from .results import ScoredResponse, UnscoredSample
from .time_limit import CheckTooSlow, time_limit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tasks.sample import Sample

    from ..adapters.base import Response
    from ..store.run_folder import RunFolder

_LOG = logging.getLogger("harness")


def default_rule_book(books: Iterable[str], chosen: str | None) -> str:
    """Return the rule book that a run is scored by unless another one is requested ("a+b" where samples differ)."""
    return chosen or "+".join(sorted(set(books)))


def score_responses(
    store: RunFolder,
    rules: str | None,
    names: tuple[str, ...],
    wanted: Callable[[Sample], bool] = lambda _: True,
    index: Callable[..., ResponseIndex] = ResponseIndex,
) -> Iterator[ScoredResponse | UnscoredSample]:
    """Score each response to a wanted sample, in the order of samples and epochs, reading one at a time.

    A sample without a response, or with one that cannot be scored, is yielded as unscored with its cause.
    """
    slot = -1
    with store.index(index) as found:
        waiting = find_waiting(store, found)
        for sample in store.samples():
            chosen = wanted(sample)
            for epoch in range(store.epochs):
                slot += 1
                if not chosen:
                    continue
                found.wait(slot)
                response = found.response(slot)
                yield (
                    score_response(sample, response, rules, names)
                    if response
                    else why_unanswered(sample, epoch, found, slot, waiting)
                )
        found.wait_for_end()


def score_slots(
    store: RunFolder, index: ResponseIndex, rules: str | None, names: tuple[str, ...], slots: Iterable[int]
) -> Iterator[ScoredResponse | UnscoredSample]:
    """Score the responses of some slots of an index, as `score_responses` does; a sample is read once in a row."""
    place, samples, waiting = -1, store.samples_file, find_waiting(store, index)
    for slot in slots:
        if slot // store.epochs != place:
            place = slot // store.epochs
            try:
                sample = samples[place]
            except BadSample as error:
                raise StoreError(str(error)) from None
        response = index.response(slot)
        yield (
            score_response(sample, response, rules, names)
            if response
            else why_unanswered(sample, slot % store.epochs, index, slot, waiting)
        )


class WaitingRequests(NamedTuple):
    """The requests of a run that are in batches at the provider."""

    run: str
    slots: frozenset[int | None]


def find_waiting(store: RunFolder, index: ResponseIndex) -> WaitingRequests:
    """Return the requests of a run that are in batches at the provider; raises `StoreError`."""
    log = BatchLog(store.folder)
    slots = (index.slot(item.sample_id, item.epoch) for batch in log.open for item in log.items(batch))
    return WaitingRequests(store.folder.name, frozenset(slots))


def why_unanswered(
    sample: Sample, epoch: int, index: ResponseIndex, slot: int, waiting: WaitingRequests
) -> UnscoredSample:
    """Return why a sample has no response."""
    if slot in waiting.slots:
        message = f"its request waits in a batch; to collect, run: ifh batch collect {waiting.run}"
        return UnscoredSample(sample, epoch, IN_BATCH, message)
    failure = index.failure(slot)
    if failure:
        return UnscoredSample(sample, epoch, failure.error, failure.message)
    if blocking := index.find_blocking(sample.id, epoch):
        message = f"an earlier turn of its dialogue, sample {blocking[0]}, has no response to continue from"
        return UnscoredSample(sample, epoch, EARLIER_TURN, f"{message} ({blocking[1]})")
    return UnscoredSample(sample, epoch, NOT_ASKED, "no request was made yet")


def score_response(
    sample: Sample, response: Response, rules: str | None, names: tuple[str, ...]
) -> ScoredResponse | UnscoredSample:
    """Score one response; an exception in a check makes the sample unscored, never a failure of the model."""
    read = extract(response.text, names)
    if response.stop == "length" and not read.text.strip():
        return UnscoredSample(sample, response.epoch, "exhausted", "cut at the token limit before any text")
    try:
        with time_limit(lambda line: _LOG.warning("sample %s: %s", sample.id, line)):
            both = verify_both(read.text, sample.instructions, prompt=sample.prompt, rules=rules or sample.rules)
    except NotInBook as error:
        raise NotInBook(f"sample {sample.id}: {error}") from None
    except (Unscorable, BadInstruction) as error:  # parameters that this book cannot take
        return UnscoredSample(sample, response.epoch, "unscorable", str(error))
    except (BadChecker, CheckTooSlow) as error:
        return UnscoredSample(sample, response.epoch, "bug", str(error))
    except Exception as error:  # noqa: BLE001  # a bug in a check: the sample is unscored, the run continues
        return UnscoredSample(sample, response.epoch, "bug", f"{type(error).__name__} in {_where(error)}: {error}")
    placed = BothVerdicts(*([verdict.move_spans(read.place) for verdict in verdicts] for verdicts in both))
    return _row(sample, response, placed, read)


def _row(sample: Sample, response: Response, both: BothVerdicts, read: Extracted) -> ScoredResponse:
    return ScoredResponse(
        sample=sample,
        response=response,
        strict=both.strict,
        loose=both.loose,
        extracted=read.done,
        truncated=response.stop == "length",
        refused=response.stop == "refusal",
        blank=not read.text.strip(),
    )


def _where(error: Exception) -> str:
    """Name the file and line of a bug, the checker's where one was at work; from the package's folder on."""
    frames = traceback.extract_tb(error.__traceback__)
    frame = next((f for f in reversed(frames) if "checkers" in Path(f.filename).parts), frames[-1])
    return f"{'/'.join(Path(frame.filename).parts[-4:])}:{frame.lineno}"


def describe_unscored(item: UnscoredSample) -> str:
    """Return in one line which sample is unscored and why."""
    return f"unscored: sample {item.sample.id}, epoch {item.epoch}: {item.cause}: {item.message}"
