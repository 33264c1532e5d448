"""Scoring: the responses of a results folder in, verdicts, scores and report out; no network, no model."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers import BothVerdicts, Extracted, Unscorable, extract, verify_both
from scorers.errors import BadInstruction, NotInBook

from .cost import add_up
from .counting import NOT_ASKED
from .kept import Kept
from .summary import Adding, Row, Summary, Unscored
from .verdict_file import Basis, to_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tasks.sample import Sample

    from .adapter import Response
    from .store import Store


EMBEDDED = 2000
"""Answers that a report holds at most, and unscored questions beside them; the files hold all."""
_FAILING = 2


@dataclass(frozen=True)
class Scored:
    """A run that has been judged; of a large one only the first answers are kept in memory."""

    summary: Summary
    rows: list[Row]
    """The first `EMBEDDED` answers, and after them some that fail in a way the ones before do not.

    Of a run that another process judged while it was asked, only those that `ifh run` tells of.
    """
    unscored: list[Unscored]
    """The first `EMBEDDED`, or those told of."""
    report: Path


class _Shown:
    """The results that are shown one by one: all of a small run, the first ones of a large one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.rows: list[Row] = []
        self.unscored: list[Unscored] = []
        self.failing: list[Row] = []
        self._ids: set[str] = set()

    def add(self, result: Row | Unscored) -> None:
        if isinstance(result, Unscored):
            if len(self.unscored) < max(self._most, _FAILING):
                self.unscored.append(result)
            return
        early = len(self.rows) < self._most
        if early:
            self.rows.append(result)
        ids = [i.id for i, v in zip(result.sample.instructions, result.strict, strict=True) if not v.followed]
        fresh = next((id for id in ids if id not in self._ids), None)
        if fresh is not None or (ids and len(self.failing) < _FAILING):
            self._ids |= {fresh or ids[0]}
            if not early:
                self.failing.append(result)


def score_run(
    store: Store,
    *,
    rules: str | None = None,
    names: tuple[str, ...] = ("thinking",),
    kept: Callable[..., Kept] = Kept,
    rows: int = EMBEDDED,
) -> Scored:
    """Judge every response of `store` and write verdicts, scores and report; one answer in memory at a time.

    `rules` None is each sample's own rule book; another book than the run's own goes to files that carry its
    name. `names` are the extractions applied first, `kept` is what answers are read by: `Following` waits for those
    that are still to come. So many `rows` are returned, and those that fail in a way of their own. Raises `NotInBook`,
    `StoreError`.
    """
    from .report import Draft

    own = own_rules(store.asked.rules, store.info.get("rules"))
    suffix = f".{rules}" if rules and rules != own else ""
    cutoff = store.info.get("model_file", {}).get("cutoff")
    adding, shown, draft = Adding(store.asked, store.epochs, cutoff), _Shown(rows), Draft(EMBEDDED)

    def lines() -> Iterator[dict[str, Any]]:
        for result in judge_all(store, rules or store.info.get("rules"), names, kept=kept):
            adding.add(result)
            shown.add(result)
            draft.add(result)
            yield to_line(result)

    basis = Basis.of(store.folder)
    store.write_lines(f"verdicts{suffix}.jsonl", lines())
    if kept is not Kept:  # answers came while the first ones were judged; now all are there
        basis = Basis.of(store.folder)
    summary = adding.summary(rules=rules or own, extract=names, spent=add_up(store.charges()))
    store.write_json(f"scores{suffix}.json", summary.to_json())
    store.write_json(f"judged{suffix}.json", basis.to_json())
    report = store.folder / f"report{suffix}.html"
    draft.write(report, store.info, summary)
    return Scored(summary, [*shown.rows, *shown.failing], shown.unscored, report)


def own_rules(books: Iterable[str], chosen: str | None) -> str:
    """Return the rule book that a run is scored by unless asked otherwise ("a+b" where samples differ)."""
    return chosen or "+".join(sorted(set(books)))


def judge_all(
    store: Store,
    rules: str | None,
    names: tuple[str, ...],
    wanted: Callable[[Sample], bool] = lambda _: True,
    kept: Callable[..., Kept] = Kept,
) -> Iterator[Row | Unscored]:
    """Judge each response to a wanted sample, in the order of samples and epochs, reading one at a time.

    What has no response, or one that cannot be judged, comes as unscored with its cause.
    """
    slot = -1
    with store.kept(kept) as found:
        for sample in store.samples():
            chosen = wanted(sample)
            for epoch in range(store.epochs):
                slot += 1
                if not chosen:
                    continue
                found.wait(slot)
                response = found.response(slot)
                yield judge_one(sample, response, rules, names) if response else unanswered(sample, epoch, found, slot)
        found.wait_for_end()


def unanswered(sample: Sample, epoch: int, kept: Kept, slot: int) -> Unscored:
    """Return why a question has no answer."""
    failure = kept.failure(slot)
    if failure:
        return Unscored(sample, epoch, failure.error, failure.message)
    return Unscored(sample, epoch, NOT_ASKED, "no request was made yet")


def judge_one(sample: Sample, response: Response, rules: str | None, names: tuple[str, ...]) -> Row | Unscored:
    """Judge one response; the house's broad `except` around a check stands here, and books nothing on the model."""
    read = extract(response.text, names)
    if response.stop == "length" and not read.text.strip():
        return Unscored(sample, response.epoch, "exhausted", "cut at the token limit before any text")
    try:
        both = verify_both(read.text, sample.instructions, prompt=sample.prompt, rules=rules or sample.rules)
    except NotInBook as error:
        raise NotInBook(f"sample {sample.id}: {error}") from None
    except (Unscorable, BadInstruction) as error:  # parameters that this book cannot take
        return Unscored(sample, response.epoch, "unscorable", str(error))
    except Exception as error:  # noqa: BLE001  # a bug in a check: the sample is unscored, the run goes on
        return Unscored(sample, response.epoch, "bug", f"{type(error).__name__} in {_where(error)}: {error}")
    placed = BothVerdicts(*([verdict.moved(read.place) for verdict in verdicts] for verdicts in both))
    return _row(sample, response, placed, read)


def _row(sample: Sample, response: Response, both: BothVerdicts, read: Extracted) -> Row:
    return Row(
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


def unscored_line(item: Unscored) -> str:
    """Say in one line which sample is unscored and why."""
    return f"unscored: sample {item.sample.id}, epoch {item.epoch}: {item.cause}: {item.message}"
