"""Comparisons and the ranking of several runs as the template shows them; where runs cannot be paired, the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..comparison import compare, rank
from ..comparison.statistics.methods import describe_methods
from ..comparison.tables import cause_rows, format_p, metric_rows
from ..errors import NotComparable
from ..scoring.describe import format_metric
from .charts import format_between, format_percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..comparison import Comparison
    from ..comparison.differences import Difference
    from ..scoring.scored_run import ScoredRun

_FLIPS = 60
"""Verdicts in the table; the browser of samples has all."""
_REACHES = (5, 10, 20, 30, 40, 50, 60, 80, 100)
"""Points at the ends of a forest plot."""


@dataclass(frozen=True)
class ComparedRun:
    """One side of a comparison."""

    letter: str
    css: str
    name: str


@dataclass(frozen=True)
class VersusPart:
    """One comparison; `why_not` instead of everything else where the runs cannot be paired."""

    a: ComparedRun
    b: ComparedRun
    why_not: str = ""
    headline: str = ""
    set_line: str = ""
    """The headline of the published set, "" where that is the IF score."""
    conclusion: str = ""
    warning: str = ""
    run_differences: Sequence[tuple[str, Sequence[str]]] = ()
    metrics: Sequence[Sequence[str]] = ()
    metric_columns: Sequence[str] = ()
    forest: Mapping[str, Any] = field(default_factory=dict)
    instructions: Mapping[str, Any] = field(default_factory=dict)
    prompt: Sequence[tuple[str, int]] = ()
    remarks: Sequence[str] = ()
    methods: Sequence[str] = ()
    flips: Sequence[Mapping[str, Any]] = ()
    flip_count: int = 0
    more_flips: int = 0


def comparison_part(runs: Sequence[tuple[ComparedRun, ScoredRun]]) -> list[VersusPart]:
    """Compare the first run with each of the others."""
    made: list[VersusPart] = []
    if not runs:
        return made
    (first, scored), *others = runs
    for who, other in others:
        try:
            found = compare(scored, other, letters=(first.letter, who.letter))
        except NotComparable as error:
            made.append(VersusPart(first, who, why_not=str(error)))
        else:
            made.append(_versus(first, who, found))
    return made


def ranking_part(runs: Sequence[tuple[ComparedRun, ScoredRun]]) -> Mapping[str, Any] | None:
    """Return the ranking of three or more runs; None for fewer, and for runs that cannot be paired."""
    if len(runs) < 3:
        return None
    try:
        found = rank([scored for _, scored in runs])
    except NotComparable:  # each pair that cannot be compared has its reason
        return None
    known = {who.letter: who for who, _ in runs}
    places = [
        {
            "who": known[place.letter],
            "rank": f"{place.best} to {place.worst}" if place.best < place.worst else str(place.best),
            "score": format_metric(place.if_score),
            "interval": format_between(place.low, place.high),
        }
        for place in found.places
    ]
    about = f"On {found.pairs:,} samples with verdicts in every run, {found.articles:,} {found.unit}."
    return {
        "places": places,
        "conclusion": found.conclusion,
        "remark": f"{about} Ranks hold simultaneously: {found.method}.",
    }


def _versus(a: ComparedRun, b: ComparedRun, found: Comparison) -> VersusPart:
    flips = list(_flips(found))
    prompt = found.prompt
    forest, instructions = _forests(a, b, found)
    pairs = (
        ("both", prompt.both),
        (f"only {a.letter}", prompt.only_a),
        (f"only {b.letter}", prompt.only_b),
        ("neither", prompt.neither),
    )
    metrics = metric_rows(found)
    return VersusPart(
        a=a,
        b=b,
        headline=found.headline,
        set_line=found.set_line,
        conclusion=found.conclusion,
        warning=found.warning,
        run_differences=[(one.name, one.values) for one in found.run_differences],
        metrics=metrics.rows,
        metric_columns=("beside the score", "n", a.letter, b.letter, f"{b.letter} − {a.letter}", "interval"),
        forest=forest,
        instructions=instructions,
        prompt=pairs,
        remarks=list(_remarks(found)),
        methods=describe_methods(found),
        flips=flips[:_FLIPS],
        flip_count=len(flips),
        more_flips=max(0, len(flips) - _FLIPS),
    )


def _remarks(found: Comparison) -> Iterator[str]:
    yield f"{found.pairs:,} pairs on {found.articles:,} {found.unit}; intervals of {100 * found.confidence:g}%."
    yield (
        f"Prompts followed completely: p {format_p(found.prompt.p)} (exact McNemar), "
        f"{format_p(found.prompt.p_clusters)} ({found.unit} swapped)."
    )
    yield f"IF with whole {found.unit} swapped: p {format_p(found.permutation.p)}."
    detectable = found.detectable
    yield f"A true difference of {detectable.points:.1f} points is found here in {100 * detectable.power:g}% of cases."
    if found.dropped:
        yield f"Omitted from both: {cause_rows(found.dropped)}."
    yield from found.notes
    yield "Coloured points: the interval excludes 0 and p agrees, corrected by Holm for families and instructions."


def _forests(a: ComparedRun, b: ComparedRun, found: Comparison) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the forest plot of the whole with its groups, and the one of every instruction."""
    counts = {f"{n} instruction{'s' * (n != '1')}": one for n, one in found.by_count.items()}
    groups = {
        "": {"IF score": found.overall, "IF score, loose": found.loose},
        "by task, IF score": found.by_task,
        "by family, verdicts; what explains most first": found.by_family,
        "by number of instructions, IF score": counts,
    }
    several = {title: rows for title, rows in groups.items() if len(rows) > 1}
    every = {"by instruction, verdicts; what explains most first": found.by_id}
    return _forest(a, b, several, 1 - found.confidence), _forest(a, b, every, 1 - found.confidence)


def _forest(
    a: ComparedRun, b: ComparedRun, groups: Mapping[str, Mapping[str, Difference]], level: float
) -> dict[str, Any]:
    """Return rows in groups, all on one scale around 0."""
    # Rows of few pairs have very wide intervals, so the differences decide the scale and arrows mark cut whiskers.
    furthest = max(abs(one.difference) for rows in groups.values() for one in rows.values())
    reach = next((r for r in _REACHES if r >= 1.3 * furthest), _REACHES[-1])
    drawn = [
        {"name": title, "rows": [_row(name, one, reach, level) for name, one in rows.items()]}
        for title, rows in groups.items()
    ]
    return {"a": a.letter, "b": b.letter, "reach": reach, "groups": drawn}


def _row(name: str, one: Difference, reach: float, level: float) -> dict[str, Any]:
    def at(points: float) -> str:
        return format_percent(50 + 50 * points / reach)

    p = one.p if one.p_holm is None else one.p_holm
    return {
        "name": name,
        "n": f"{one.n:,}",
        "difference": f"{one.difference:+.1f}".replace("-", "\u2212"),
        "interval": f"{one.low:+.1f} to {one.high:+.1f}".replace("-", "\u2212"),
        "at": at(one.difference),
        "low": at(one.low),
        "high": at(one.high),
        "cut_low": one.low < -reach,
        "cut_high": one.high > reach,
        "value_a": f"{one.a:.1f}",
        "value_b": f"{one.b:.1f}",
        "p": format_p(p),
        "side": "up" if one.difference > 0 else "down",
        "sure": p <= level and not one.low <= 0 <= one.high,
    }


def _flips(found: Comparison) -> Iterator[dict[str, Any]]:
    for flip in found.flips:
        place = f"{flip.sample_id}.{flip.epoch}" if flip.epoch else flip.sample_id
        for verdict in flip.instructions:
            yield {
                "place": place,
                "task": flip.task,
                "id": verdict.id,
                "a": verdict.a,
                "b": verdict.b,
                "reason_a": verdict.reason_a,
                "reason_b": verdict.reason_b,
            }
