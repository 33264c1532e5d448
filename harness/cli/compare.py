"""`ifh compare`: whether one run scores higher than another, and where they differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import GATE, options

if TYPE_CHECKING:
    from ..scoring.scored_run import ScoredRun


@click.command(name="compare")
@click.argument("runs", metavar="A B [C ...]", nargs=-1, required=True)
@options.shared_only
@click.option(
    "--rules", metavar="BOOK", help=f"Rule book for all runs: {options.BOOK_NAMES}  [default: each run's own]"
)
@click.option("--loose", is_flag=True, help="Loose verdicts for all metrics  [default: strict]")
@options.confidence
@click.option("--margin", type=float, metavar="POINTS", help="Margin for an equivalence test.")
@click.option(
    "--fail-if-worse",
    "limit",
    type=float,
    metavar="POINTS",
    help="Largest acceptable drop; exit code 3 if B is shown to be worse by more.",
)
@click.option(
    "--flips",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    metavar="N",
    help="Maximum changed verdicts to print.",
)
@click.option("--markdown", metavar="FILE", help='Markdown file; "-" prints Markdown only.')
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
    """Compare run B with run A (results folders or their names) sample by sample, or rank three or more runs.

    Prints the IF difference overall, by task, instruction family, instruction, and number of instructions, each with
    an interval over articles; the changed verdicts with the reasons of both runs; and whether the difference is
    significant. Sends no requests and changes no run.
    """
    from ..comparison import compare, gate
    from ..comparison import markdown as pages
    from ..scoring.scored_run import load_scored_runs
    from .output import compare as show
    from .output.console import print_json

    _check(runs, {"--margin": margin, "--fail-if-worse": limit})
    scored = [run.loosely() if loose else run for run in load_scored_runs(runs, rules=rules)]
    if len(runs) > 2:
        return _rank(scored, shared_only, confidence, markdown, as_json=as_json)
    found = compare(*scored, margin=margin, confidence=confidence, shared_only=shared_only)
    passed = None if limit is None else gate(found, limit)
    if markdown:
        _write(markdown, pages.format_comparison(found, passed, flips))
    if as_json:
        print_json({**found.to_json(), "gate": passed.to_json() if passed else None})
    elif markdown != "-":
        show.print_comparison(found, passed, flips)
    return GATE if passed and passed.failed else 0


def _check(runs: tuple[str, ...], points: dict[str, float | None]) -> None:
    if len(runs) < 2:
        raise click.UsageError("give at least two runs, the baseline first")
    if len(runs) > 26:
        raise click.UsageError(f"a ranking takes at most 26 runs, got {len(runs)}")
    for name, value in points.items():
        if value is not None and len(runs) > 2:
            raise click.UsageError(f"{name} needs exactly two runs, got {len(runs)}")
        if value is not None and not (0 < value < 100 or (value == 0 and name == "--fail-if-worse")):
            raise click.UsageError(f"{name} takes IF points between 0 and 100, got {value:g}")


def _rank(scored: list[ScoredRun], shared_only: bool, confidence: float, markdown: str | None, *, as_json: bool) -> int:
    from ..comparison import markdown as pages
    from ..comparison import rank
    from .output import compare as show
    from .output.console import print_json

    found = rank(scored, confidence=confidence, shared_only=shared_only)
    if markdown:
        _write(markdown, pages.format_ranking(found))
    if as_json:
        print_json(found.to_json())
    elif markdown != "-":
        show.print_ranking(found)
    return 0


def _write(file: str, text: str) -> None:
    from ..store.files import write_whole

    if file == "-":
        click.echo(text)
    else:
        write_whole(Path(file), [text.encode("utf-8", "backslashreplace")])
