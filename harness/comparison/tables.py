"""A comparison or a ranking as tables and lines of text, for a terminal and for Markdown alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from heapq import nsmallest
from typing import TYPE_CHECKING

from ..scoring.describe import format_metric
from .beside_score import PERCENT
from .statistics.waterfall import waterfall_steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .beside_score import MetricDifference
    from .differences import Difference
    from .flips import FlippedSample, FlippedVerdict
    from .gates import GateResult
    from .paired import Comparison
    from .ranking import Ranking
    from .run_differences import RunDifference

_IDS = 10
_REPEATS = "pass@k: by one or more of the k responses to a sample. pass^k, reliable@k: by all of them."
_COLUMNS = 5
"""Runs that have a column each in the table of instructions."""


@dataclass(frozen=True)
class TextTable:
    """Rows of plain text; the first `names` columns are text, the others are numbers."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    under: str = ""
    """A remark below it."""
    names: int = 1


def run_rows(found: Comparison) -> TextTable:
    """Return each run by itself."""
    rows = [
        (
            f"{letter}  {side.name}",
            side.model,
            format_metric(side.if_score),
            f"{side.scored} of {side.scored + side.unscored}",
        )
        for letter, side in (("A", found.a), ("B", found.b))
    ]
    return TextTable(("run", "model", "IF", "scored"), rows, names=2)


def difference_rows(differences: Sequence[RunDifference], letters: Sequence[str]) -> TextTable:
    """Return what differs between the runs besides their responses."""
    rows = [(one.name, *one.values) for one in differences]
    return TextTable(("what differs", *letters), rows, names=1 + len(letters))


def metric_rows(found: Comparison) -> TextTable:
    """Return the metrics beside the score."""
    level = f"{100 * found.confidence:g} %"
    rows = [(_name_metric(one), str(one.n), *_format_metric_row(one)) for one in found.metrics]
    return TextTable(("beside the score", "n", "A", "B", "B - A", level), rows)


def _name_metric(one: MetricDifference) -> str:
    return f"{one.name}, {one.unit}"


def _format_metric_row(one: MetricDifference) -> tuple[str, ...]:
    bounds = (
        "-"
        if one.low is None or one.high is None
        else f"[{_signed_amount(one.low, one)}, {_signed_amount(one.high, one)}]"
    )
    return _amount(one.a, one), _amount(one.b, one), _signed_amount(one.difference, one), bounds


def _amount(value: float, one: MetricDifference) -> str:
    """Return a value with the digits that its unit and the size of the row need."""
    if one.unit == PERCENT:
        return f"{value:.1f}"
    largest = max(abs(one.a), abs(one.b))
    digits = 0 if largest >= 1000 else 1 if largest >= 100 else 2 if largest >= 1 else 6 if one.unit == "$" else 3
    return f"{value:,.{digits}f}"


def _signed_amount(value: float, one: MetricDifference) -> str:
    text = _amount(value, one)
    return f"+{text}" if value > 0 else text


def gate_rows(results: Sequence[GateResult]) -> TextTable:
    """Return the gates with their outcomes."""
    rows = [
        (
            one.name,
            one.outcome,
            f"{one.limit:g} {one.unit}",
            "-" if one.low is None or one.high is None else f"[{one.low:+.1f}, {one.high:+.1f}]",
        )
        for one in results
    ]
    return TextTable(("gate", "outcome", "limit", "bounds"), rows, names=2)


def aside_rows(found: Comparison) -> list[str]:
    """Return what a reader must know about the pairs."""
    lines = [f"{found.pairs} pairs of responses on {found.articles} {found.unit}; differences are B minus A."]
    if found.dropped:
        lines.append(f"Omitted from both: {cause_rows(found.dropped)}.")
    for letter, side in (("A", found.a), ("B", found.b)):
        if side.failures:
            lines.append(f"{letter} without verdicts: {cause_rows(side.failures)}.")
    return [*lines, *found.notes]


def cause_rows(counted: Mapping[str, int]) -> str:
    """Return counts by cause in one phrase."""
    return "; ".join(f"{cause} {count}" for cause, count in counted.items())


def comparison_tables(found: Comparison) -> Iterator[TextTable]:
    """Yield the tables of a comparison: the whole, what is beside the score, then parts."""
    level = f"{100 * found.confidence:g} %"
    head = ("n", "A", "B", "B - A", level, "p")
    whole = {f"all, {found.mode}": found.overall, "all, loose": found.loose, **found.by_task}
    yield TextTable(("IF", *head), [_row(name, one) for name, one in whole.items()], _describe_whole(found))
    if found.by_turn:
        yield TextTable(("mean of four accuracies", *head), [_row(name, one) for name, one in found.by_turn.items()])
        yield TextTable(("IF by language", *head), [_row(name, one) for name, one in found.by_language.items()])
    if found.by_twin:
        yield TextTable(("IF by twin", *head), [_row(name, one) for name, one in found.by_twin.items()])
    yield contribution_rows(found)
    if found.metrics:
        yield metric_rows(found)
    holm = (*head[:-1], "p, Holm")
    yield TextTable(("verdicts by family", *holm), [_row(name, one) for name, one in found.by_family.items()])
    yield _id_rows(found, level)
    counts = [_row(name, one) for name, one in found.by_count.items()]
    yield TextTable(("IF by instructions", *head), counts)


def contribution_rows(found: Comparison) -> TextTable:
    """Return which instructions explain the difference: contributions that add up to it."""
    rows, total = [], 0.0
    steps = waterfall_steps(found.contributions, found.overall.difference)
    for one in steps:
        total = round(total + one.points, 1)
        rows.append((one.name, str(one.lost), str(one.gained), format_signed(one.points), format_signed(total)))
    lost, gained = sum(one.lost for one in steps), sum(one.gained for one in steps)
    rows.append(("difference", str(lost), str(gained), format_signed(total), ""))
    columns = ("what explains the difference", "only A", "only B", "points", "sum")
    return TextTable(columns, rows, "Verdicts followed in one run only, and what they add to the IF difference.")


def _id_rows(found: Comparison, level: str) -> TextTable:
    # The ids are in the order of what they explain, so those that moved most either way are at the two ends.
    known = list(found.by_id.items())
    shown = known if len(known) <= _IDS else known[: _IDS - 2] + known[-2:]
    rows = [(name, str(one.n), *_format_change(one), format_p(one.p_holm)) for name, one in shown]
    hidden = len(known) - len(shown)
    under = f"{hidden} ids between these are not shown; --json has all." if hidden else ""
    return TextTable(("verdicts by instruction", "n", "B - A", level, "p, Holm"), rows, under)


def _row(name: str, one: Difference) -> tuple[str, ...]:
    p = one.p if one.p_holm is None else one.p_holm
    return (name, str(one.n), format_metric(one.a), format_metric(one.b), *_format_change(one), format_p(p))


def _format_change(one: Difference) -> tuple[str, str]:
    return format_signed(one.difference), f"[{format_signed(one.low)}, {format_signed(one.high)}]"


def format_signed(points: float) -> str:
    """Return points with a sign and one decimal; only an exact 0 is shown as 0."""
    shown = f"{points:+.1f}"
    if points and shown in {"+0.0", "-0.0"}:
        return "+0.1" if points > 0 else "-0.1"
    return shown if points else "0.0"


def format_p(p: float | None) -> str:
    """Return a p value with three decimals."""
    return "-" if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"


def _describe_whole(found: Comparison) -> str:
    prompt, swapped = found.prompt, found.permutation
    lines = [
        f"Prompts followed completely: {prompt.both} in both, {prompt.only_a} in A only, {prompt.only_b} in B only, "
        f"{prompt.neither} in neither; p {format_p(prompt.p)} (exact McNemar), {format_p(prompt.p_clusters)} "
        f"({found.unit} swapped).",
        f"IF with whole {found.unit} swapped: p {format_p(swapped.p)}.",
        f"A true difference of {found.detectable.points:.1f} points is found here in "
        f"{100 * found.detectable.power:g} % of cases.",
    ]
    if equal := found.equivalence:
        word = "shown" if equal.equivalent else "not shown"
        lines.append(f"Equivalent within {equal.margin:g} points: {word} (TOST, p {format_p(equal.p)}).")
    return " ".join(lines)


def describe_flipped(found: Comparison) -> str:
    """Count the flips in one line."""
    followed = Counter(b for verdicts in found.flips.iter_verdicts() for _, _, b in verdicts)
    return (
        f"Flips: {followed[False]} instructions followed in A only, {followed[True]} in B only, in "
        f"{len(found.flips)} of {found.pairs} responses"
    )


def describe_some_flips(found: Comparison, most: int) -> Iterable[tuple[FlippedSample, FlippedVerdict]]:
    """Return up to `most` flips, first those that explain the difference, of different samples where possible."""
    order = {id: number for number, id in enumerate(found.by_id)}
    towards = found.overall.difference >= 0
    ranked = nsmallest(
        most,
        (
            (number > 0, b != towards, order[id], place, number)
            for place, verdicts in enumerate(found.flips.iter_verdicts())
            for number, (_, id, b) in enumerate(verdicts)
        ),
    )
    return [(found.flips[place], found.flips[place].instructions[number]) for *_, place, number in ranked]


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
    head = ("run, best first", "model", "IF", level, "rank")
    yield TextTable(head, rows, "Rank: the places that remain possible.", names=2)
    if names := list(found.places[0].repeats):
        repeats = [
            (f"{one.letter}  {one.name}", *(format_metric(one.repeats[name]) for name in names)) for one in found.places
        ]
        yield TextTable(("prompts followed completely", *names), repeats, _REPEATS)
    neighbours = []
    for gap in found.neighbours:
        moved = format_signed(gap.difference), f"[{format_signed(gap.low)}, {format_signed(gap.high)}]"
        word = "shown" if gap.apart else "not shown"
        neighbours.append((f"{gap.below} - {gap.above}", *moved, format_p(gap.p), word))
    yield TextTable(("neighbours", "points", level, "p", "difference"), neighbours, f"{found.method}.")
    if found.instructions:
        yield instruction_rows(found)


def instruction_rows(found: Ranking) -> TextTable:
    """Return the instructions that set runs apart, and those with the widest range of shares."""
    letters = sorted(place.letter for place in found.places)
    wide = len(letters) > _COLUMNS
    rows = []
    for one in found.instructions[: max(_IDS, sum(bool(row.gaps) for row in found.instructions))]:
        if wide:
            ends = min(letters, key=one.followed.__getitem__), max(letters, key=one.followed.__getitem__)
            shares = tuple(f"{letter} {format_metric(one.followed[letter])}" for letter in ends)
        else:
            shares = tuple(format_metric(one.followed[letter]) for letter in letters)
        rows.append((one.id, str(one.n), *shares, ", ".join(f"{gap.above}>{gap.below}" for gap in one.gaps) or "-"))
    head = ("lowest", "highest") if wide else letters
    hidden = len(found.instructions) - len(rows)
    under = f"Shown: p corrected by Holm for all {len(found.instructions)} instructions and {len(found.gaps)} pairs."
    under += f" {hidden} more instructions are not shown to set runs apart; --json has all." if hidden else ""
    return TextTable(("verdicts by instruction", "n", *head, "shown to differ"), rows, under)
