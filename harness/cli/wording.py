"""`ifh wording`: wording files."""

from __future__ import annotations

import json
from pathlib import Path

import click

from . import options


@click.group(name="wording", short_help="Wording files: learn one from published questions.")
def command() -> None:
    """Wording files say how a question is put into words (docs/wording.md)."""


@command.command(name="learn", short_help="Take the wording of a published question set from its questions.")
@click.argument("questions", metavar="QUESTIONS")
@click.option("-o", "--out", required=True, metavar="FILE", help="Where to write, such as wording.toml; a new file.")
@options.release
@options.as_json
def learn(questions: str, out: str, release: str | None, as_json: bool) -> None:
    """Learn the wording of QUESTIONS, in LiveBench's format, and write it as a wording file.

    The text of each question is aligned with its arguments; what questions share is the wording. Then every question
    is rendered in it: those that do not come out byte for byte are named with the reason. Questions of your own in
    this wording: ifh generate CONFIG --wording FILE.
    """
    from tasks.prompts.learning import learn_wording

    from ..dataset.learned_wording import refuse_existing, write_wording
    from .output.wording import print_learned_wording

    refuse_existing(Path(out))
    learnt = learn_wording(questions, release=release or "")
    write_wording(Path(out), learnt)
    if as_json:
        click.echo(json.dumps(learnt.to_json(), ensure_ascii=False))
    else:
        print_learned_wording(learnt, out)
