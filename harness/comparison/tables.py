"""Telling: a comparison or a ranking as lines and tables, the decision first, for a terminal and for a page alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..scoring.describe import format_metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .differences import Difference
    from .flips import FlippedSample, FlippedVerdict
    from .paired import Comparison
    from .ranking import Ranking

_IDS = 10
_FLAGS = ("truncated", "refused", "blank")


@dataclass(frozen=True)
class TextTable:
    """Rows of plain text; the first column is a name, the others are numbers."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    under: str = ""
    """What is to be said below it."""


def run_rows(found: Comparison) -> TextTable:
    """Return both runs by themselves, with the counts that a reader must know of."""
    sides = {"A": found.a, "B": found.b}
    flags = [flag for flag in _FLAGS if any(getattr(side, flag) for side in sides.values())]
    rows = [
        (
            f"{letter}  {side.name}",
            side.model,
            format_metric(side.if_score),
            f"{side.scored} of {side.scored + side.unscored}",
            *(str(getattr(side, flag)) for flag in flags),
        )
        for letter, side in sides.items()
    ]
    return TextTable(("run", "model", "IF", "scored", *flags), rows)


def aside_rows(found: Comparison) -> list[str]:
    """Return what must be known of the pairs before the figures."""
    lines = [f"{found.pairs} pairs of answers on {found.articles} {found.unit}; differences are B minus A, in points."]
    if found.dropped:
        lines.append(f"Left out in both: {cause_rows(found.dropped)}.")
    for letter, side in (("A", found.a), ("B", found.b)):
        if side.failures:
            lines.append(f"{letter} without a verdict: {cause_rows(side.failures)}.")
    return [*lines, *found.notes]


def cause_rows(counted: Mapping[str, int]) -> str:
    """Return counts by cause in one phrase."""
    return "; ".join(f"{cause} {count}" for cause, count in counted.items())


def comparison_tables(found: Comparison) -> Iterator[TextTable]:
    """Yield the tables of a comparison, the whole first."""
    level = f"{100 * found.confidence:g} %"
    head = ("n", "A", "B", "B - A", level, "p")
    whole = {f"all, {found.mode}": found.overall, "all, loose": found.loose, **found.by_task}
    yield TextTable(("IF", *head), [_row(name, one) for name, one in whole.items()], _under_whole(found))
    holm = (*head[:-1], "p, Holm")
    yield TextTable(("verdicts by family", *holm), [_row(name, one) for name, one in found.by_family.items()])
    yield _ids(found, level)
    counts = [_row(name, one) for name, one in found.by_count.items()]
    yield TextTable(("IF by instructions", *head), counts)


def _ids(found: Comparison, level: str) -> TextTable:
    # At both ends stand the ids that moved most, one way and the other.
    known = list(found.by_id.items())
    kept = known if len(known) <= _IDS else known[: _IDS - 2] + known[-2:]
    rows = [(name, str(one.n), *_moved(one), _p(one.p_holm)) for name, one in kept]
    left = len(known) - len(kept)
    under = f"{left} ids between these are not shown; --json has them all." if left else ""
    return TextTable(("verdicts by instruction", "n", "B - A", level, "p, Holm"), rows, under)


def _row(name: str, one: Difference) -> tuple[str, ...]:
    p = one.p if one.p_holm is None else one.p_holm
    return (name, str(one.n), format_metric(one.a), format_metric(one.b), *_moved(one), _p(p))


def _moved(one: Difference) -> tuple[str, str]:
    return format_signed(one.difference), f"[{format_signed(one.low)}, {format_signed(one.high)}]"


def format_signed(points: float) -> str:
    """Return points with a sign and one decimal; what is not 0 is not shown as 0."""
    shown = f"{points:+.1f}"
    if points and shown in ("+0.0", "-0.0"):
        return "+0.1" if points > 0 else "-0.1"
    return shown if points else "0.0"


def _p(p: float | None) -> str:
    return "-" if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"


def _under_whole(found: Comparison) -> str:
    prompt, swapped = found.prompt, found.permutation
    lines = [
        f"Prompts followed whole: {prompt.both} in both, {prompt.only_a} in A only, {prompt.only_b} in B only, "
        f"{prompt.neither} in neither; p {_p(prompt.p)} (exact McNemar), {_p(prompt.p_clusters)} ({found.unit} "
        "swapped).",
        f"IF with whole {found.unit} swapped: p {_p(swapped.p)}.",
        f"A true difference of {found.detectable.points:.1f} points would be found here 4 times in 5.",
    ]
    if equal := found.equivalence:
        word = "shown" if equal.equivalent else "not shown"
        lines.append(f"Equivalent within {equal.margin:g} points: {word} (TOST, p {_p(equal.p)}).")
    return " ".join(lines)


def describe_methods(found: Comparison) -> list[str]:
    """Return how the figures were found."""
    return [
        f"Intervals and p: {found.overall.method}; other rows over their own {found.unit}.",
        f"Swapped: {found.permutation.method}.",
    ]


def describe_flipped(found: Comparison) -> str:
    """Count the flips in one line."""
    turns = [turn for flip in found.flips for turn in flip.instructions]
    lost = sum(turn.a for turn in turns)
    answers = len(found.flips)
    return (
        f"Flips: {lost} instructions followed in A only, {len(turns) - lost} in B only, in {answers} of {found.pairs} "
        "answers"
    )


def describe_some_flips(found: Comparison, most: int) -> Iterable[tuple[FlippedSample, FlippedVerdict]]:
    """Return up to `most` flips, those that explain the difference first, of different questions where there are."""
    order = {id: number for number, id in enumerate(found.by_id)}
    towards = found.overall.difference >= 0
    ranked = sorted(
        ((place, number) for place, flip in enumerate(found.flips) for number in range(len(flip.instructions))),
        key=lambda at: (
            at[1] > 0,
            found.flips[at[0]].instructions[at[1]].b != towards,
            order[found.flips[at[0]].instructions[at[1]].id],
            at,
        ),
    )
    return [(found.flips[place], found.flips[place].instructions[number]) for place, number in ranked[:most]]


def ranking_rows(found: Ranking) -> Iterator[TextTable]:
    """Yield the tables of a ranking."""
    level = f"{100 * found.confidence:g} %"
    rows = []
    for place in found.places:
        own = (
            "-"
            if place.low is None or place.high is None
            else f"[{format_metric(place.low)}, {format_metric(place.high)}]"
        )
        span = str(place.best) if place.best == place.worst else f"{place.best} to {place.worst}"
        rows.append((f"{place.letter}  {place.name}", place.model, format_metric(place.if_score), own, span))
    yield TextTable(("run, best first", "model", "IF", level, "rank"), rows, "Rank: which places are still possible.")
    neighbours = []
    for gap in found.neighbours:
        moved = format_signed(gap.difference), f"[{format_signed(gap.low)}, {format_signed(gap.high)}]"
        word = "apart" if gap.apart else "cannot be told apart"
        neighbours.append((f"{gap.below} - {gap.above}", *moved, _p(gap.p), word))
    yield TextTable(("neighbours", "points", level, "p", ""), neighbours, f"{found.method}.")
