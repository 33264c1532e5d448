"""`ifh bench`: what our own work costs on this machine."""

from __future__ import annotations

import json

import click

from scorers import BOOKS

from . import options


@click.group(name="bench", short_help="Measure what our own work costs.")
def command() -> None:
    """Measure what the work of ifharness itself costs on this machine; asks no one."""


@command.command(name="verify", short_help="Time the verdicts of many responses.")
@options.questions
@options.answers
@options.skip_unknown
@click.option("--rules", default="ifeval", show_default=True, metavar="BOOK", help=f"One of {', '.join(BOOKS)}.")
@click.option(
    "--repeat", default=5, show_default=True, type=click.IntRange(1), metavar="N", help="Passes; the best one counts."
)
@options.as_json
def verify(
    questions: str | None, answers: str | None, skip_unknown: bool, rules: str, repeat: int, as_json: bool
) -> None:
    """Time the verdicts, strict and loose, of the answers in a file; tells memory and the slowest instructions too.

    Without --questions and --answers, questions are drawn on the built-in articles, and each is answered by its
    witness and by the article's opening.
    """
    from scorers.rules import chain

    from ..bench import given_work, own_work, time_verify, told
    from ..errors import ConfigError

    chain(rules)
    if bool(questions) != bool(answers):
        raise ConfigError("--questions and --answers belong together; give both, or neither to time drawn questions")
    work = given_work(questions, answers, skip_unknown=skip_unknown) if questions and answers else own_work(rules)
    if not work:
        raise ConfigError(f"{answers} holds no answer that can be verified; the questions in it all failed")
    timed = time_verify(work, repeat=repeat, rules=rules)
    click.echo(json.dumps(timed.to_json()) if as_json else "\n".join(told(timed)))
