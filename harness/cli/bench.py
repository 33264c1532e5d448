"""`ifh bench`: the speed of ifharness itself on this machine."""

from __future__ import annotations

import click

from . import options


@click.group(name="bench")
def command() -> None:
    """Measure the speed of ifharness on this machine; contacts no provider."""


@command.command(name="verify", short_help="Time the verification of many responses.")
@options.questions
@options.answers
@options.skip_unknown
@click.option("--rules", default="ifeval", show_default=True, metavar="BOOK", help=f"Rule book: {options.BOOK_NAMES}.")
@click.option(
    "--repeat", default=5, show_default=True, type=click.IntRange(1), metavar="N", help="Passes; the fastest counts."
)
@options.as_json
def verify(
    questions: str | None, answers: str | None, skip_unknown: bool, rules: str, repeat: int, as_json: bool
) -> None:
    """Time strict and loose verification; prints memory and the slowest instructions too.

    Without --questions and --answers, samples are generated on the built-in articles. Each gets two responses: its
    reference solution and the opening of its article.
    """
    from scorers.rule_books import chain

    from ..bench.verify import describe_verify_timings, generated_work, time_verify, work_from_files
    from ..errors import ConfigError
    from .output.console import print_json

    chain(rules)
    if bool(questions) != bool(answers):
        raise ConfigError("give both --questions and --answers, or neither to time generated samples")
    work = (
        work_from_files(questions, answers, skip_unknown=skip_unknown)
        if questions and answers
        else generated_work(rules)
    )
    if not work:
        raise ConfigError(f"{answers!r} has no response that can be verified: all of its samples failed")
    timed = time_verify(work, repeat=repeat, rules=rules)
    if as_json:
        print_json(timed.to_json(), indent=None)
    else:
        click.echo("\n".join(describe_verify_timings(timed)))


@command.command(name="run", short_help="Time a whole run against a local server.")
@click.option(
    "--samples", default=541, show_default=True, type=click.IntRange(1), metavar="N", help="Number of samples."
)
@click.option("--questions", metavar="Q", help="Samples to use, repeated under new ids if there are too few.")
@click.option(
    "--latency-ms",
    default=50.0,
    show_default=True,
    type=options.NumberRange(0),
    metavar="MS",
    help="Latency of each response.",
)
@click.option(
    "--concurrency",
    "-c",
    default=64,
    show_default=True,
    type=click.IntRange(1),
    metavar="N",
    help="Maximum requests in flight.",
)
@click.option("--adapter", default="compatible", show_default=True, metavar="A", help="compatible or openai.")
@options.as_json
def run(samples: int, questions: str | None, latency_ms: float, concurrency: int, adapter: str, as_json: bool) -> None:
    """Time `ifh run` in a process of its own: startup, requests, verification and report.

    A loopback server returns the same response after a fixed latency, so the rest of the time is ifharness. Without
    --questions, samples are generated.
    """
    from scorers.errors import did_you_mean

    from ..bench.run import ADAPTERS, describe_timings, measure_run
    from ..errors import ConfigError
    from .output.console import print_json

    if adapter not in ADAPTERS:
        raise ConfigError(
            f"unknown adapter {adapter!r}{did_you_mean(adapter, ADAPTERS)} (allowed here: {', '.join(ADAPTERS)})"
        )
    measured = measure_run(
        adapter, samples=samples, questions=questions, latency_ms=latency_ms, concurrency=concurrency
    )
    if as_json:
        print_json(measured.to_json(), indent=None)
    else:
        click.echo("\n".join(describe_timings(measured)))


@command.command(name="scale", short_help="Time the scoring of many responses.")
@options.questions
@options.answers
@click.option(
    "--responses",
    multiple=True,
    default=(10_000, 100_000),
    show_default=True,
    type=click.IntRange(1),
    metavar="N",
    help="Number of responses; repeatable.",
)
@click.option(
    "--engine", multiple=True, metavar="NAME", help="single, process or ray; repeatable.  [default: the first two]"
)
@options.as_json
def scale(
    questions: str | None, answers: str | None, responses: tuple[int, ...], engine: tuple[str, ...], as_json: bool
) -> None:
    """Time `ifh score` on many responses, in one process and on all cores, with the memory that it takes.

    ray starts a cluster of this machine with each command, and stops it; its time counts.

    The responses of --questions and --answers are repeated as epochs. Without them, samples are generated on the
    built-in articles, each with its reference solution and the opening of its article.
    """
    from scorers.errors import did_you_mean

    from ..bench.scale import ENGINES, USUAL, describe_timing, describe_use, time_scale
    from ..bench.verify import generate_pairs, load_pairs
    from ..errors import ConfigError
    from ..runner.engines.engine import check_engine
    from .output.console import print_json

    if bool(questions) != bool(answers):
        raise ConfigError("give both --questions and --answers, or neither to time generated samples")
    if unknown := next((name for name in engine if name not in ENGINES), ""):
        raise ConfigError(
            f"there is no engine {unknown!r:.40}{did_you_mean(unknown, ENGINES)} (engines: {', '.join(ENGINES)})"
        )
    for name in engine:
        check_engine(name)
    pairs = load_pairs(questions, answers) if questions and answers else generate_pairs("audited")
    timings = []
    for timing in time_scale(pairs, responses, engine or USUAL):
        timings.append(timing)
        if not as_json:
            click.echo(describe_timing(timing))
    if as_json:
        print_json({"format": 1, "timings": [one.to_json() for one in timings]}, indent=None)
    for line in () if as_json else describe_use(timings):
        click.echo(line)
