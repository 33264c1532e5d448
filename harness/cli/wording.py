"""`ifh wording`: wording files."""

from __future__ import annotations

from pathlib import Path

import click

from . import options


@click.group(name="wording")
def command() -> None:
    """Wording files define the sentences of prompts (docs/wording.md)."""


@command.command(name="learn", short_help="Learn a wording file from a published set.")
@click.argument("questions", metavar="SAMPLES")
@click.option(
    "-o",
    "--out",
    required=True,
    metavar="FILE",
    callback=options.check_local,
    help="Output file, such as wording.toml; must not exist.",
)
@options.release
@options.as_json
def learn(questions: str, out: str, release: str | None, as_json: bool) -> None:
    """Learn the wording of SAMPLES, in LiveBench format, and write it as a wording file.

    The text of each prompt is aligned with its arguments, and the shared text becomes the wording. Then every prompt
    is rendered with it; those that differ in a byte are listed with the reason. To generate samples in this wording,
    run: ifh generate CONFIG --wording FILE
    """
    from tasks.prompts.learning import learn_wording

    from ..dataset.learned_wording import refuse_existing, write_wording
    from .output.console import print_json
    from .output.wording import print_learned_wording

    refuse_existing(Path(out))
    learnt = learn_wording(questions, release=release or "")
    write_wording(Path(out), learnt)
    if as_json:
        print_json(learnt.to_json(), indent=None)
    else:
        print_learned_wording(learnt, out)
