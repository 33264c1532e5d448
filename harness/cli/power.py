"""`ifh power`: what difference a set of questions can show, and how many it would take to show a given one."""

from __future__ import annotations

import json

import click

from . import options

_STEPS = (10, 5, 3, 2, 1)


@click.command(name="power", short_help="How many samples it takes to show a difference between runs.")
@click.argument("runs", metavar="RUN [RUN]", nargs=-1, required=True)
@click.option("--difference", "-d", type=float, metavar="POINTS", help="How many samples would show this difference?")
@click.option("--samples", "-n", type=click.IntRange(min=2), metavar="N", help="What would N samples show?")
@click.option(
    "--power",
    type=click.FloatRange(0.5, 0.999),
    default=0.8,
    show_default=True,
    metavar="SHARE",
    help="How often a true difference is to be found.",
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
    """Tell what IF difference the questions of RUN could show, and how many it would take for another.

    The spread from article to article is taken from the runs: from two the differences between them, from one its
    scores, as if the other run had nothing in common with it.
    """
    from ..comparison import spread
    from ..scoring.scored_run import load_scored_runs
    from .output import compare as show

    if len(runs) > 2:
        raise click.UsageError(f"give one run or two, {len(runs)} are given")
    if difference is not None and samples is not None:
        raise click.UsageError("give --difference or --samples, not both")
    if difference is not None and not 0 < difference < 100:
        raise click.UsageError(f"--difference takes points of IF between 0 and 100, got {difference:g}")
    found = spread(load_scored_runs(runs), confidence=confidence, power=power, shared_only=shared_only)
    now = found.now
    told = f"These {now.samples} samples on {now.articles} {found.found.unit} show a difference of {now.difference:.1f}"
    if difference is not None:
        wanted = [found.showing(difference)]
        sentence = f"To show {difference:g} points takes {wanted[0].samples} samples on {wanted[0].articles}"
        sentence = f"{sentence} {found.found.unit}. {told} points."
    elif samples is not None:
        wanted = [found.shown_by(samples)]
        sentence = f"{samples} samples show a difference of {wanted[0].difference:.1f} points. {told} points."
    else:
        wanted = [found.showing(step) for step in _STEPS]
        sentence = f"{told} points."
    if as_json:
        about = {"from": found.origin, "unit": found.found.unit, "confidence": confidence, "power": power}
        record = {**about, "now": now.to_json(), "wanted": [one.to_json() for one in wanted]}
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
    else:
        show.print_power(found, [now, *wanted], sentence)
