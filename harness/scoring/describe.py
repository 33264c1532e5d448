"""Metrics in words, for terminal and report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..config.published import IF_SCORE
from ..sanitize import escape_control
from ..store.charges import describe_spent as spending
from .breakdowns import cutoff, epochs, twin_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .intervals import Interval
    from .results import ScoredResponse
    from .summary import Summary


FAILED_SHOWN = 2
"""Failed verdicts shown after a run."""


def format_metric(value: float | None) -> str:
    """Return a score on 0..100 with one decimal; only an exact 0 or 100 is shown as such, None as "-"."""
    if value is None:
        return "-"
    shown = f"{value:.1f}"
    return {"100.0": "99.9", "0.0": "0.1"}.get(shown, shown) if value not in (0, 100) else shown


def format_headline(summary: Summary) -> str:
    """Return "IF 83.3  [71.2, 95.4] 95%  scored 12 of 12"; of a published set, its own headline metric.

    Every view shows the counts next to the score.
    """
    first = summary.first_metric
    parts = [f"{first.label} {format_metric(first.value)}"]
    if first.interval:
        parts.append(f"{format_interval(first.interval)} {100 * first.interval.level:g}%")
    parts.append(f"scored {summary.scored} of {summary.scored + summary.unscored}")
    if summary.unscored and first.floor is not None:
        parts.append(f"floor {format_metric(first.floor)}")
    return "  ".join(parts)


def format_interval(found: Interval | None) -> str:
    """Return "[71.2, 95.4]", "" for None."""
    return f"[{format_metric(found.low)}, {format_metric(found.high)}]" if found else ""


def metric_rows(summary: Summary) -> list[tuple[str, str, str]]:
    """Return the rows of the metrics over all responses: name, strict, loose.

    Those of a published set have their intervals, and the IF score follows them.
    """
    if summary.headline is None:
        return [
            (
                "prompt-level (all instructions followed)",
                format_metric(summary.prompt_strict),
                format_metric(summary.prompt_loose),
            ),
            (
                "instruction-level (share followed)",
                format_metric(summary.instruction_strict),
                format_metric(summary.instruction_loose),
            ),
        ]
    metrics = summary.headline.metrics

    def cell(name: str) -> str:
        return f"{format_metric(metrics[name].value)} {format_interval(metrics[name].interval)}".rstrip()

    return [
        ("prompt-level (all followed)", cell("prompt_strict"), cell("prompt_loose")),
        ("instruction-level (share)", cell("instruction_strict"), cell("instruction_loose")),
        ("IF score (mean of both)", cell(IF_SCORE), ""),
    ]


def describe_counts(summary: Summary) -> list[str]:
    """Return the counts that qualify the score, each in words, without those of 0."""
    named = {"truncated": summary.truncated, "refused": summary.refused, "blank": summary.blank}
    lines = [f"{name} {count}" for name, count in named.items() if count]
    if summary.unscored:
        causes = ", ".join(f"{escape_control(cause)} {count}" for cause, count in summary.failures.items())
        lines.append(f"unscored {summary.unscored} ({causes})")
    return lines


def describe_remarks(summary: Summary) -> list[str]:
    """Return lines that explain the headline: the interval's method, the floor, tasks left out."""
    first = summary.first_metric
    lines = []
    if first.interval:
        lines.append(f"Interval: {first.interval.method}.")
    elif summary.scored and summary.headline:
        lines.append("No interval: it needs scored responses to at least two samples.")
    elif summary.scored:
        lines.append("No interval: it needs scored responses to at least two articles in every task.")
    lines += _describe_breakdowns(summary)
    if summary.after:
        found = ", ".join(f"{escape_control(odd)} {count}" for odd, count in summary.after.items())
        lines.append(f"Scored responses that follow an earlier response of this kind: {found}.")
    if summary.unscored and summary.scored:
        score = "IF score" if summary.headline is None else f"{first.label} accuracy"
        lines.append(f"Floor: the {score} with every unscored sample as 0.")
    left_out = [escape_control(task) for task, figures in summary.by_task.items() if not figures.n]
    if left_out and summary.scored:
        lines.append(f"Not in the IF score, since nothing of it was scored: {', '.join(left_out)}.")
    if summary.spent:
        lines.append(f"Spent: {spending(summary.spent)}.")
    return lines


def _describe_breakdowns(summary: Summary) -> Iterator[str]:
    if summary.by_epoch:
        yield from epochs.describe_epochs(summary.by_epoch)
    if summary.by_cutoff:
        yield from cutoff.describe_cutoff(summary.by_cutoff)
    if summary.by_twin:
        yield from twin_words.describe_twins(summary.by_twin)


def pick_failed(rows: Iterable[ScoredResponse], limit: int = 2) -> list[ScoredResponse]:
    """Return the rows that `print_failed` shows, each once."""
    chosen = {id(row): row for row, _ in pick_failed_verdicts(rows, limit)}
    return list(chosen.values())


def pick_failed_verdicts(rows: Iterable[ScoredResponse], limit: int) -> list[tuple[ScoredResponse, int]]:
    """Return up to `limit` failed verdicts, of different instructions where possible, each with its row."""
    chosen: list[tuple[ScoredResponse, int]] = []
    spare: list[tuple[ScoredResponse, int]] = []
    ids: set[str] = set()
    for row in rows:
        fresh = True
        for number, verdict in enumerate(row.strict):
            if verdict.followed or len(chosen) >= limit:
                continue
            id = row.sample.instructions[number].id
            if fresh and id not in ids:
                chosen.append((row, number))
                ids.add(id)
                fresh = False
            elif len(spare) < limit:
                spare.append((row, number))
        if len(chosen) >= limit:
            break
    return [*chosen, *spare][:limit]
