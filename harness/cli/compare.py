"""`ifh compare`: whether one run scores higher than another, where they differ, and gates for a pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import GATE, UNDECIDED, options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..comparison import Comparison, Gate, GateResult, Ranking


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
    "worse",
    type=float,
    metavar="POINTS",
    help="Largest acceptable drop; exit code 3 if B is shown to be worse by more.",
)
@click.option(
    "--fail-unless-not-worse",
    "not_worse",
    type=float,
    metavar="POINTS",
    help="Non-inferiority margin; exit code 3 if B is shown to be worse by more, 4 if neither is shown.",
)
@click.option("--gate", "gate_file", metavar="FILE", help="TOML file with a [gate] table of limits.")
@click.option(
    "--junit", metavar="FILE", callback=options.check_local, help="JUnit XML file with one test case per gate."
)
@click.option(
    "--flips", type=click.IntRange(min=0), default=3, show_default=True, metavar="N", help="Maximum flips to print."
)
@click.option(
    "--markdown", metavar="FILE", callback=options.check_local, help='Markdown file; "-" prints Markdown only.'
)
@click.option(
    "--plots",
    metavar="DIR",
    callback=options.check_local,
    help="Folder for plots as SVG files: forest and waterfall, or ranking.",
)
@options.as_json
def command(
    runs: tuple[str, ...],
    shared_only: bool,
    rules: str | None,
    loose: bool,
    confidence: float,
    margin: float | None,
    worse: float | None,
    not_worse: float | None,
    gate_file: str | None,
    **output: Any,
) -> int:
    """Compare run B with run A (results folders or their names) sample by sample, or rank three or more runs.

    Prints each score and the conclusion; what differs between the runs; the IF difference overall, by task,
    instruction family, instruction, and number of instructions, each with an interval over articles; truncation,
    tokens, cost, latency and length; and the flips, with the reasons of both runs. Sends no requests and changes no
    run.

    Exit codes: 0 all gates pass, 3 a gate fails, 4 a gate has insufficient evidence, 1 nothing to compare, 2 wrong
    usage.
    """
    from ..comparison import compare, evaluate_gates, rank
    from ..runner.progress.work import WorkProgress
    from ..scoring.scored_run import load_scored_runs

    numbers = {"--margin": margin, "--fail-if-worse": worse, "--fail-unless-not-worse": not_worse}
    _check(runs, numbers, {"--gate": gate_file, "--junit": output["junit"]})
    found_runs = load_scored_runs(runs, rules=rules, on_progress=WorkProgress("read", "responses"))
    scored = [run.loosely() if loose else run for run in found_runs]
    if len(runs) > 2:
        found_ranking = rank(scored, confidence=confidence, shared_only=shared_only)
        _write_ranking(found_ranking, output["markdown"], output["plots"], as_json=output["as_json"])
        return 0
    gates = _load_gates(worse, not_worse, gate_file, scored[0].manifest.config)
    found = compare(*scored, margin=margin, confidence=confidence, shared_only=shared_only)
    results = evaluate_gates(found, gates)
    _write_outputs(found, results, **output)
    return _exit_code(results)


def _write_outputs(
    found: Comparison,
    results: Sequence[GateResult],
    *,
    junit: str | None,
    flips: int,
    markdown: str | None,
    plots: str | None,
    as_json: bool,
) -> None:
    from .output.console import stream_json

    _write_plots(found, plots)
    if junit:
        from ..comparison.gates.junit import format_junit

        if not results:
            raise click.UsageError("--junit needs a gate: --fail-unless-not-worse, --fail-if-worse or --gate")
        _write(junit, format_junit(found, results))
    if markdown:
        from ..comparison.output import markdown as pages

        _write(markdown, pages.format_comparison(found, results, flips))
    if as_json:
        stream_json({**found.fields(), "gates": [one.to_json() for one in results]}.items())
    elif markdown != "-":
        from .output import compare as show

        show.print_comparison(found, results, flips)


def _check(runs: tuple[str, ...], points: dict[str, float | None], files: dict[str, str | None]) -> None:
    if len(runs) < 2:
        raise click.UsageError("give at least two runs, the baseline first")
    if len(runs) > 26:
        raise click.UsageError(f"a ranking takes at most 26 runs, got {len(runs)}")
    for name, value in {**points, **files}.items():
        if value is not None and len(runs) > 2:
            raise click.UsageError(f"{name} needs exactly two runs, got {len(runs)}")
    for name, number in points.items():
        if number is not None and not (0 < number < 100 or (number == 0 and name == "--fail-if-worse")):
            raise click.UsageError(f"{name} takes IF points between 0 and 100, got {number:g}")


def _load_gates(worse: float | None, not_worse: float | None, file: str | None, set_name: str) -> list[Gate]:
    from ..comparison import Gate

    gates = [] if not_worse is None else [Gate("IF", not_worse)]
    gates += [] if worse is None else [Gate("IF", worse, must_show=False)]
    if file is None:
        return gates
    from ..comparison.gates.gate_file import load_gates

    return [*gates, *load_gates(file, set_name)]


def _exit_code(results: Sequence[GateResult]) -> int:
    if any(one.failed for one in results):
        return GATE
    return UNDECIDED if any(one.is_open for one in results) else 0


def _write_ranking(found: Ranking, markdown: str | None, plots: str | None, *, as_json: bool) -> None:
    from ..comparison.output import markdown as pages
    from .output import compare as show
    from .output.console import print_json

    _write_plots(found, plots)
    if markdown:
        _write(markdown, pages.format_ranking(found))
    if as_json:
        print_json(found.to_json())
    elif markdown != "-":
        show.print_ranking(found)


def _write_plots(found: Comparison | Ranking, folder: str | None) -> None:
    if folder:
        from ..reporting.plots.svg import write_plots
        from .output.console import print_notes

        print_notes([f"plot: {path}" for path in write_plots(found, Path(folder))])


def _write(file: str, text: str) -> None:
    from ..store.files import write_whole

    if file == "-":
        click.echo(text)
    else:
        write_whole(Path(file), [text.encode("utf-8", "backslashreplace")])
