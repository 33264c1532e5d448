"""`ifh bench`: what our own work costs on this machine."""

from __future__ import annotations

import json

import click

from scorers import BOOKS

from . import options


@click.group(name="bench", short_help="Measure what our own work costs.")
def command() -> None:
    """Measure what the work of ifharness itself costs on this machine; asks no provider."""


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
    from scorers.rule_books import chain

    from ..bench.verify import describe_verify_timings, generated_work, time_verify, work_from_files
    from ..errors import ConfigError

    chain(rules)
    if bool(questions) != bool(answers):
        raise ConfigError("--questions and --answers belong together; give both, or neither to time drawn questions")
    work = (
        work_from_files(questions, answers, skip_unknown=skip_unknown)
        if questions and answers
        else generated_work(rules)
    )
    if not work:
        raise ConfigError(f"{answers} holds no answer that can be verified; the questions in it all failed")
    timed = time_verify(work, repeat=repeat, rules=rules)
    click.echo(json.dumps(timed.to_json()) if as_json else "\n".join(describe_verify_timings(timed)))


@command.command(name="ask", short_help="Time a whole run against a server on this machine.")
@click.option("--samples", default=541, show_default=True, type=click.IntRange(1), metavar="N", help="Questions.")
@click.option(
    "--questions", metavar="Q", help="Take them from this set, again under other numbers where it has too few."
)
@click.option(
    "--latency-ms", default=50.0, show_default=True, type=click.FloatRange(0), metavar="MS", help="Of each answer."
)
@click.option(
    "--concurrency", "-c", default=64, show_default=True, type=click.IntRange(1), metavar="N", help="In flight at once."
)
@click.option("--adapter", default="compatible", show_default=True, metavar="A", help="compatible or openai.")
@options.as_json
def ask(samples: int, questions: str | None, latency_ms: float, concurrency: int, adapter: str, as_json: bool) -> None:
    """Time `ifh run` as a process of its own: start, asking, verdicts and report.

    A server that it starts on loopback gives one fixed answer after a fixed time, so that what is left is our work.
    Without --questions some are drawn, each of which holds the opening of an article.
    """
    from scorers.errors import did_you_mean

    from ..bench.run import ADAPTERS, describe_timings, measure_run
    from ..errors import ConfigError

    if adapter not in ADAPTERS:
        raise ConfigError(
            f"unknown adapter {adapter!r}{did_you_mean(adapter, ADAPTERS)} (known here: {', '.join(ADAPTERS)})"
        )
    measured = measure_run(
        adapter, samples=samples, questions=questions, latency_ms=latency_ms, concurrency=concurrency
    )
    click.echo(json.dumps(measured.to_json()) if as_json else "\n".join(describe_timings(measured)))
