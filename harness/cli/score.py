"""`ifh score`: score saved responses again, or external responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from . import FAILED, options

if TYPE_CHECKING:
    from ..store.run_folder import RunFolder

_WAIT = 3600.0
"""Seconds that a part waits for another one to save the responses."""


@click.command(name="score")
@click.argument("run", metavar="[RUN]", required=False)
@options.questions
@options.answers
@click.option("--rules", metavar="BOOK", help=f"Rule book: {options.BOOK_NAMES}  [default: the samples' own]")
@options.release
@options.skip_unknown
@click.option(
    "--out",
    "-o",
    metavar="DIR",
    callback=options.check_local,
    help="Results folder  [default: results/QUESTIONS-ANSWERS-ID]",
)
@options.engine
@click.option("--shard", metavar="I/N", help="Score part I of N only, such as 3/8; `ifh merge` joins the parts.")
@options.as_json
def command(
    run: str | None,
    questions: str | None,
    answers: str | None,
    rules: str | None,
    release: str | None,
    skip_unknown: bool,
    out: str | None,
    engine: str,
    shard: str | None,
    as_json: bool,
) -> int:
    """Score the responses of RUN (a results folder or its name) again, and rewrite scores and report.

    Scores by another rule book than the run's own go to scores.BOOK.json. With --questions and --answers instead of
    RUN, external responses are scored and saved in a results folder of their own. They are read from a file, plain or
    compressed (.gz, .zst), or a URL (s3://, https://), and may be larger than memory. A killed command resumes when it
    is given again. Sends no requests.
    """
    from scorers.rule_books import chain

    from ..runner.engines.engine import check_engine
    from ..store.shard_files import parse_part

    options.check_source(
        run, questions, answers, extra={"--release": release, "--skip-unknown": skip_unknown, "--out": out}
    )
    if rules:
        chain(rules)
    if shard:
        parse_part(shard)
    check_engine(engine)  # an unknown engine is reported before anything is read
    how = _How(rules, engine, shard, as_json)
    if run:
        return _score_run(run, how)
    return _score_files(str(questions), str(answers), how, out, release=release or "", skip_unknown=skip_unknown)


class _How(NamedTuple):
    rules: str | None
    engine: str
    shard: str | None
    as_json: bool


def _score_run(run: str, how: _How) -> int:
    from ..runner.progress.work import WorkProgress
    from ..runner.score import score_run
    from ..store.run_folder import RunFolder, find_run
    from .output.run import print_scored

    with RunFolder.load(find_run(run)) as store:
        if how.shard:
            return _score_part(store, how)
        progress = WorkProgress("scored", "responses")
        scored = score_run(
            store, rules=how.rules, names=store.manifest.extract, engine=how.engine, on_progress=progress
        )
        print_scored(store, scored, as_json=how.as_json)
    return FAILED if scored.score is None else 0


def _score_files(questions: str, answers: str, how: _How, out: str | None, *, release: str, skip_unknown: bool) -> int:
    from ..interop.score_answers import load_answers, save_answers, score_answers
    from ..runner.progress.work import WorkProgress
    from .output.console import print_notes
    from .output.run import print_scored

    loaded = load_answers(
        questions,
        answers,
        release=release,
        skip_unknown=skip_unknown,
        on_progress=WorkProgress("read", "responses"),
    )
    if how.shard:
        with save_answers(loaded, out=out, wait=_WAIT) as saved:
            folder = saved.folder
        from ..store.run_folder import RunFolder

        with RunFolder.load(folder) as store:  # without the lock, so that other parts can be scored meanwhile
            return _score_part(store, how)
    imported = score_answers(
        loaded, rules=how.rules, out=out, engine=how.engine, on_progress=WorkProgress("scored", "responses")
    )
    if how.as_json:
        print_notes(imported.notes)
    print_scored(imported.store, imported.scored, as_json=how.as_json, notes=imported.notes)
    return FAILED if imported.scored.score is None else 0


def _score_part(store: RunFolder, how: _How) -> int:
    from ..runner.engines.parts import score_part
    from ..runner.progress.work import WorkProgress
    from .output.run import print_part

    progress = WorkProgress("scored", "responses")
    part = score_part(store, str(how.shard), rules=how.rules, engine=how.engine, on_progress=progress)
    print_part(part, as_json=how.as_json)
    return 0
