"""`ifh score`: score saved responses again, or external responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from . import FAILED, options

if TYPE_CHECKING:
    from ..runner.score import ScoringResult


@click.command(name="score")
@click.argument("run", metavar="[RUN]", required=False)
@options.questions
@options.answers
@click.option("--rules", metavar="BOOK", help=f"Rule book: {options.BOOK_NAMES}  [default: the samples' own]")
@options.release
@options.skip_unknown
@click.option("--out", "-o", metavar="DIR", help="Results folder  [default: results/QUESTIONS-ANSWERS-ID]")
@options.as_json
def command(
    run: str | None,
    questions: str | None,
    answers: str | None,
    rules: str | None,
    release: str | None,
    skip_unknown: bool,
    out: str | None,
    as_json: bool,
) -> int:
    """Score the responses of RUN (a results folder or its name) again, and rewrite scores and report.

    Scores by another rule book than the run's own go to scores.BOOK.json. With --questions and --answers instead of
    RUN, external responses are scored and saved in a results folder of their own. Sends no requests.
    """
    from scorers.rule_books import chain

    options.check_source(
        run, questions, answers, extra={"--release": release, "--skip-unknown": skip_unknown, "--out": out}
    )
    if rules:
        chain(rules)
    if run:
        scored = _score_run(run, rules, as_json=as_json)
    else:
        scored = _score_files(
            str(questions), str(answers), release, rules, out, skip_unknown=skip_unknown, as_json=as_json
        )
    return FAILED if scored.score is None else 0


def _score_run(run: str, rules: str | None, *, as_json: bool) -> ScoringResult:
    from ..runner.score import score_folder
    from ..store.run_folder import RunFolder
    from .output.run import print_scored

    scored = score_folder(run, rules=rules)
    with RunFolder.load(scored.folder) as folder:
        print_scored(folder, scored, as_json=as_json)
    return scored


def _score_files(
    questions: str,
    answers: str,
    release: str | None,
    rules: str | None,
    out: str | None,
    *,
    skip_unknown: bool,
    as_json: bool,
) -> ScoringResult:
    from ..interop.score_answers import load_answers, score_answers
    from .output.console import print_notes
    from .output.run import print_scored

    loaded = load_answers(questions, answers, release=release or "", skip_unknown=skip_unknown)
    imported = score_answers(loaded, rules=rules, out=out)
    if as_json:
        print_notes(imported.notes)
    print_scored(imported.store, imported.scored, as_json=as_json, notes=imported.notes)
    return imported.scored
