"""`ifh compare`: is one run better than another, where, why, and how sure is that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scorers import BOOKS

from . import GATE, options

if TYPE_CHECKING:
    from ..comparison import Comparison, GateResult
    from ..scoring.scored_run import ScoredRun


@click.command(name="compare", short_help="Is run B better than A, where, why, and how sure is that.")
@click.argument("runs", metavar="A B [C ...]", nargs=-1, required=True)
@options.shared_only
@click.option("--rules", metavar="BOOK", help=f"Judge all runs anew by one rule book: {', '.join(BOOKS)}.")
@click.option("--loose", is_flag=True, help="Take the loose verdicts for every figure  [default: the strict ones].")
@options.confidence
@click.option("--margin", type=float, metavar="POINTS", help="Test also whether A and B are equivalent within this.")
@click.option(
    "--fail-if-worse",
    "limit",
    type=float,
    metavar="POINTS",
    help="Exit with code 3 if B is shown to be worse than A by more than this.",
)
@click.option(
    "--flips", type=click.IntRange(min=0), default=3, show_default=True, metavar="N", help="Flips that are shown."
)
@click.option("--markdown", metavar="FILE", help='Write the result as Markdown too; "-": instead, to standard output.')
@options.as_json
def command(
    runs: tuple[str, ...],
    shared_only: bool,
    rules: str | None,
    loose: bool,
    confidence: float,
    margin: float | None,
    limit: float | None,
    flips: int,
    markdown: str | None,
    as_json: bool,
) -> int:
    """Compare run B with run A (results folders or their names) question by question, or rank three runs or more.

    Tells the IF difference overall, by task, by instruction family, by instruction and by number of instructions, each
    with an interval over articles; which verdicts flipped, with the reasons of both runs; and whether what is seen
    could be chance. Asks no one and changes no run.
    """
    from ..comparison import compare, gate
    from ..comparison import markdown as pages
    from ..scoring.scored_run import load_scored_runs
    from .output import compare as show

    _check(runs, {"--margin": margin, "--fail-if-worse": limit})
    judged = [run.loosely() if loose else run for run in load_scored_runs(runs, rules=rules)]
    if len(runs) > 2:
        return _rank(judged, shared_only, confidence, markdown, as_json=as_json)
    found = compare(*judged, margin=margin, confidence=confidence, shared_only=shared_only)
    passed = None if limit is None else gate(found, limit)
    if markdown:
        _write(markdown, pages.format_comparison(found, passed, flips))
    if as_json:
        click.echo(json.dumps(_record(found, passed), ensure_ascii=False, indent=2))
    elif markdown != "-":
        show.print_comparison(found, passed, flips)
    return GATE if passed and passed.failed else 0


def _check(runs: tuple[str, ...], points: dict[str, float | None]) -> None:
    if len(runs) < 2:
        raise click.UsageError("give two runs or more: the one to compare with first, then the other")
    if len(runs) > 26:
        raise click.UsageError(f"26 runs are the most that one ranking takes, {len(runs)} are given")
    for name, value in points.items():
        if value is not None and len(runs) > 2:
            raise click.UsageError(f"{name} goes with two runs, {len(runs)} are given")
        if value is not None and not (0 < value < 100 or (value == 0 and name == "--fail-if-worse")):
            raise click.UsageError(f"{name} takes points of IF between 0 and 100, got {value:g}")


def _rank(judged: list[ScoredRun], shared_only: bool, confidence: float, markdown: str | None, *, as_json: bool) -> int:
    from ..comparison import markdown as pages
    from ..comparison import rank
    from .output import compare as show

    found = rank(judged, confidence=confidence, shared_only=shared_only)
    if markdown:
        _write(markdown, pages.format_ranking(found))
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    elif markdown != "-":
        show.print_ranking(found)
    return 0


def _record(found: Comparison, passed: GateResult | None) -> dict[str, Any]:
    return {**found.to_json(), "gate": passed.to_json() if passed else None}


def _write(file: str, text: str) -> None:
    from ..store.files import write_whole

    if file == "-":
        click.echo(text)
    else:
        write_whole(Path(file), [text.encode("utf-8", "backslashreplace")])
