"""Comparisons and the ranking of several runs as the template shows them; where runs cannot be paired, the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..comparison import compare, rank
from ..comparison.statistics.methods import describe_methods
from ..comparison.tables import cause_rows, format_p, instruction_rows, metric_rows
from ..errors import NotComparable
from .chart_data import ShareSeries
from .charts import line
from .plots.rows import forest_rows, waterfall_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..comparison import Comparison
    from ..scoring.scored_run import ScoredRun

_FLIPS = 60
"""Verdicts in the table; the browser of samples has all."""


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
    waterfall: Mapping[str, Any] = field(default_factory=dict)
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
            "line": line(
                place.letter,
                known[place.letter].css,
                ShareSeries(found.pairs, place.if_score, place.low, place.high),
            ),
        }
        for place in found.places
    ]
    about = f"On {found.pairs:,} samples with verdicts in every run, {found.articles:,} {found.unit}."
    return {
        "places": places,
        "conclusion": found.conclusion,
        "instructions": instruction_rows(found),
        "remark": f"{about} Ranks hold simultaneously: {found.method}.",
    }


def _versus(a: ComparedRun, b: ComparedRun, found: Comparison) -> VersusPart:
    flips = list(_flips(found))
    prompt = found.prompt
    forest, instructions = (_colour_forest(plot, a, b) for plot in forest_rows(found, a.letter, b.letter))
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
        waterfall=waterfall_rows(found, a.letter, b.letter),
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
    yield (
        "A coloured point has the colour of the better run: the interval excludes 0 and p agrees, corrected by Holm "
        "for families and instructions. An arrow marks an interval that continues beyond the plot."
    )


def _colour_forest(plot: dict[str, Any], a: ComparedRun, b: ComparedRun) -> dict[str, Any]:
    """Return a forest plot for the page: a point that is shown to differ has the colour of the better run."""
    for row in (row for group in plot["groups"] for row in group["rows"]):
        row["css"] = "unsure" if not row["sure"] else b.css if row["side"] == "up" else a.css
    return {**plot, "a": a, "b": b}


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
