"""Versus: a comparison of two runs as the template shows it; where they cannot be paired, why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..comparison import compare, rank
from ..errors import NotComparable
from ..scoring.describe import format_metric
from .charts import format_between, format_percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..comparison import Comparison
    from ..comparison.differences import Difference
    from ..scoring.scored_run import ScoredRun

_FLIPS = 60
"""Verdicts shown in the table; the browser of samples has all."""
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
    verdict: str = ""
    forest: Mapping[str, Any] = field(default_factory=dict)
    instructions: Mapping[str, Any] = field(default_factory=dict)
    prompt: Sequence[tuple[str, int]] = ()
    told: Sequence[str] = ()
    flips: Sequence[Mapping[str, Any]] = ()
    flip_count: int = 0
    more_flips: int = 0


def comparison_part(runs: Sequence[tuple[ComparedRun, ScoredRun]]) -> list[VersusPart]:
    """Compare the first run with each of the others."""
    made: list[VersusPart] = []
    if not runs:
        return made
    (first, judged), *others = runs
    for who, other in others:
        try:
            found = compare(judged, other)
        except NotComparable as error:
            made.append(VersusPart(first, who, why_not=str(error)))
        else:
            made.append(_versus(first, who, found))
    return made


def ranking_part(runs: Sequence[tuple[ComparedRun, ScoredRun]]) -> Mapping[str, Any] | None:
    """Return the ranking of three runs or more; None for fewer, and for runs that cannot be paired."""
    if len(runs) < 3:
        return None
    try:
        found = rank([judged for _, judged in runs])
    except NotComparable:  # each pair that cannot be compared says why
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
    about = f"On {found.pairs:,} questions that all have verdicts on, {found.articles:,} {found.unit}."
    return {"places": places, "verdict": found.verdict, "told": f"{about} Ranks hold together: {found.method}."}


def _versus(a: ComparedRun, b: ComparedRun, found: Comparison) -> VersusPart:
    def named(text: str) -> str:
        # A comparison calls its second run B, which here may be C or a later one.
        text = text.replace(f"B ({found.b.model})", f"{b.letter} ({found.b.model})")
        return text.replace(f"B ({found.b.name})", f"{b.letter} ({found.b.name})")

    flips = list(_flips(found))
    prompt = found.prompt
    forest, instructions = _forests(a, b, found)
    pairs = (
        ("both", prompt.both),
        (f"only {a.letter}", prompt.only_a),
        (f"only {b.letter}", prompt.only_b),
        ("neither", prompt.neither),
    )
    return VersusPart(
        a=a,
        b=b,
        verdict=named(found.verdict),
        forest=forest,
        instructions=instructions,
        prompt=pairs,
        told=list(_told(found, b.letter)),
        flips=flips[:_FLIPS],
        flip_count=len(flips),
        more_flips=max(0, len(flips) - _FLIPS),
    )


def _told(found: Comparison, letter: str) -> Iterator[str]:
    level = f"{100 * found.confidence:g}%"
    yield f"{found.pairs:,} pairs on {found.articles:,} {found.unit}; intervals of {level}: {found.overall.method}."
    yield f"Prompts followed whole: p {_p(found.prompt.p)} ({found.prompt.method})."
    yield f"Permutation test of the IF difference: p {_p(found.permutation.p)} ({found.permutation.method})."
    detectable = found.detectable
    yield f"A difference of {detectable.points:.1f} points would be found {100 * detectable.power:g}% of the time."
    if found.dropped:
        causes = "; ".join(f"{cause.replace(' B', f' {letter}')}: {n}" for cause, n in found.dropped.items())
        yield f"Left out of the pairs: {causes}."
    for note in found.notes:
        yield f"{letter}{note[1:]}" if note.startswith("B: ") else note
    yield "p of families and instructions is corrected for how many there are (Holm). Coloured points are sure."


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
    # Rows of few pairs have intervals as wide as can be: the differences decide the scale, and whiskers are cut.
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
        "value_a": f"{one.a:.1f}",
        "value_b": f"{one.b:.1f}",
        "p": _p(p),
        "side": "up" if one.difference > 0 else "down",
        "sure": p <= level and not one.low <= 0 <= one.high,
    }


def _flips(found: Comparison) -> Iterator[dict[str, Any]]:
    for flip in found.flips:
        place = f"{flip.sample_id}.{flip.epoch}" if flip.epoch else flip.sample_id
        for turn in flip.instructions:
            yield {
                "place": place,
                "task": flip.task,
                "id": turn.id,
                "a": turn.a,
                "b": turn.b,
                "reason_a": turn.reason_a,
                "reason_b": turn.reason_b,
            }


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"
