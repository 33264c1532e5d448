"""Scoring: the responses of a results folder in, verdicts, scores and report out; no network, no model."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers import BothVerdicts, Extracted, Unscorable, extract, score, verify_both
from scorers.errors import BadInstruction, NotInBook

from .cost import add_up
from .summary import Row, Summary, Unscored, summarize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.sample import Sample

    from .adapter import Response
    from .store import Store


@dataclass(frozen=True)
class Scored:
    """A run that has been judged."""

    summary: Summary
    rows: list[Row]
    unscored: list[Unscored]
    report: Path


def score_run(store: Store, *, rules: str | None = None, names: tuple[str, ...] = ("thinking",)) -> Scored:
    """Judge every response of `store` and write verdicts, scores and report.

    `rules` None is each sample's own rule book; another book than the run's own goes to files that carry its
    name. `names` are the extractions applied first. Raises `NotInBook`, `StoreError`.
    """
    from .report import write_report

    samples = list(store.samples())
    own = own_rules(samples, store.info.get("rules"))
    suffix = f".{rules}" if rules and rules != own else ""
    rows, unscored = judge_all(samples, store, rules or store.info.get("rules"), names)
    store.write_lines(f"verdicts{suffix}.jsonl", (line for row in rows for line in verdict_lines(row)))
    spent = add_up(store.charges())
    summary = summarize(samples, rows, unscored, rules=rules or own, extract=names, epochs=store.epochs, spent=spent)
    store.write_json(f"scores{suffix}.json", summary.to_json())
    report = store.folder / f"report{suffix}.html"
    write_report(report, store.info, summary, rows, unscored)
    return Scored(summary, rows, unscored, report)


def own_rules(samples: list[Sample], chosen: str | None) -> str:
    """Return the rule book that a run is scored by unless asked otherwise ("a+b" where samples differ)."""
    return chosen or "+".join(sorted({sample.rules for sample in samples}))


def judge_all(
    samples: list[Sample], store: Store, rules: str | None, names: tuple[str, ...]
) -> tuple[list[Row], list[Unscored]]:
    """Judge each response; what has none, or cannot be judged, comes back as unscored with its cause."""
    by_id = {sample.id: sample for sample in samples}
    wanted = {(sample.id, epoch) for sample in samples for epoch in range(store.epochs)}
    rows: list[Row] = []
    unscored: list[Unscored] = []
    for response in store.responses():
        key = (response.sample_id, response.epoch)
        if key not in wanted:
            continue
        wanted.remove(key)
        judged = judge_one(by_id[response.sample_id], response, rules, names)
        if isinstance(judged, Row):
            rows.append(judged)
        else:
            unscored.append(judged)
    causes = {(failure.sample_id, failure.epoch): failure for failure in store.failures()}
    for id, epoch in sorted(wanted):
        failure = causes.get((id, epoch))
        cause, message = (failure.error, failure.message) if failure else ("not_asked", "no request was made yet")
        unscored.append(Unscored(by_id[id], epoch, cause, message))
    order = {sample.id: i for i, sample in enumerate(samples)}
    rows.sort(key=lambda row: (order[row.sample.id], row.response.epoch))
    unscored.sort(key=lambda item: (order[item.sample.id], item.epoch))
    return rows, unscored


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


def verdict_lines(row: Row) -> Iterator[dict[str, Any]]:
    """Yield the lines of `verdicts.jsonl` for one response, a line a reading."""
    for reading, verdicts in (("strict", row.strict), ("loose", row.loose)):
        added = score(verdicts, sample_id=row.sample.id, epoch=row.response.epoch, reading=reading)
        yield {
            "sample_id": row.sample.id,
            "epoch": row.response.epoch,
            "reading": reading,
            "extracted": list(row.extracted),
            "verdicts": [v.to_json(i.id) for v, i in zip(verdicts, row.sample.instructions, strict=True)],
            **added.to_json(),
        }


def unscored_line(item: Unscored) -> str:
    """Say in one line which sample is unscored and why."""
    return f"unscored: sample {item.sample.id}, epoch {item.epoch}: {item.cause}: {item.message}"
