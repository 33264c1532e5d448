"""`ifh power`: the difference that a sample set can show, and the samples that a difference needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from ..comparison.statistics.power import DifferenceSpread, NeededSamples

_STEPS = (10, 5, 3, 2, 1)


@click.command(name="power")
@click.argument("runs", metavar="RUN [RUN]", nargs=-1, required=True)
@click.option("--difference", "-d", type=float, metavar="POINTS", help="Difference to show, in IF points.")
@click.option("--samples", "-n", type=click.IntRange(min=2), metavar="N", help="Number of samples.")
@click.option(
    "--power",
    type=options.NumberRange(0.5, 0.999),
    default=0.8,
    show_default=True,
    metavar="SHARE",
    help="Probability of detecting a true difference.",
)
@options.confidence
@options.shared_only
@options.as_json
def command(
    runs: tuple[str, ...],
    difference: float | None,
    samples: int | None,
    power: float,
    confidence: float,
    shared_only: bool,
    as_json: bool,
) -> None:
    """Estimate which IF difference the samples of RUN can show, and how many samples another one needs.

    The variance between articles comes from the runs: with two runs, from their differences; with one run, from its
    scores, as if the other run were independent of it.
    """
    from ..comparison import spread
    from ..scoring.scored_run import load_scored_runs
    from .output import compare as show
    from .output.console import print_json

    if len(runs) > 2:
        raise click.UsageError(f"give one run or two, got {len(runs)}")
    if difference is not None and samples is not None:
        raise click.UsageError("give --difference or --samples, not both")
    if difference is not None and not 0 < difference < 100:
        raise click.UsageError(f"--difference takes IF points between 0 and 100, got {difference:g}")
    found = spread(load_scored_runs(runs), confidence=confidence, power=power, shared_only=shared_only)
    wanted, sentence = _needed_samples(found, difference, samples)
    if as_json:
        about = {"from": found.origin, "unit": found.found.unit, "confidence": confidence, "power": power}
        print_json({**about, "now": found.now.to_json(), "wanted": [one.to_json() for one in wanted]})
    else:
        show.print_power(found, [found.now, *wanted], sentence)


def _needed_samples(
    found: DifferenceSpread, difference: float | None, samples: int | None
) -> tuple[list[NeededSamples], str]:
    """Return the rows that the options ask for, and the result in one sentence."""
    now, unit = found.now, found.found.unit
    current = f"These {now.samples} samples on {now.articles} {unit} show a difference of {now.difference:.1f} points."
    if difference is not None:
        one = found.showing(difference)
        needs = f"To show {difference:g} points takes {one.samples} samples on {one.articles} {unit}."
        return [one], f"{needs} {current}"
    if samples is not None:
        one = found.shown_by(samples)
        return [one], f"{samples} samples show a difference of {one.difference:.1f} points. {current}"
    return [found.showing(step) for step in _STEPS], current
