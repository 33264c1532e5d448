"""`ifh score`: judge kept responses again, or answers made elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scorers import BOOKS

from . import FAILED, options

if TYPE_CHECKING:
    from ..interop.score_answers import AnsweredQuestions
    from ..runner.score import ScoringResult


@click.command(name="score", short_help="Judge the kept responses of a run, or answers made elsewhere; asks no one.")
@click.argument("run", metavar="[RUN]", required=False)
@options.questions
@options.answers
@click.option("--rules", metavar="BOOK", help=f"Another rule book: {', '.join(BOOKS)}  [default: the questions' own].")
@options.release
@options.skip_unknown
@click.option("--out", "-o", metavar="DIR", help="Results folder  [default: results/<questions>-<answers>-<plan>].")
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
    """Judge the responses of RUN (a results folder or its name) again, and write scores and report anew.

    Another rule book than the run's own goes to scores.BOOK.json beside the run's scores.json. With --questions and
    --answers instead of RUN, answers made elsewhere are judged: LiveBench's, IFEval's or our formats, known by their
    first record. They are kept in a results folder like a run's.
    """
    from scorers.rule_books import chain

    options.one_of(run, questions, answers, extra={"--release": release, "--skip-unknown": skip_unknown, "--out": out})
    if rules:
        chain(rules)
    if run:
        scored = _score_run(run, rules, as_json=as_json)
    else:
        from ..interop.score_answers import load_answers

        both = load_answers(str(questions), str(answers), release=release or "", skip_unknown=skip_unknown)
        scored = _score_answers(both, rules, out, as_json=as_json)
    return FAILED if scored.summary.if_score is None else 0


def _score_run(run: str, rules: str | None, *, as_json: bool) -> ScoringResult:
    from ..runner.score import score_run
    from ..store.run_folder import RunFolder, find_run
    from .output.run import print_scored

    with RunFolder.load(find_run(run)) as store:
        scored = score_run(store, rules=rules, names=store.manifest.extract)
        print_scored(store, scored, as_json=as_json)
    return scored


def _score_answers(both: AnsweredQuestions, rules: str | None, out: str | None, *, as_json: bool) -> ScoringResult:
    from ..interop.score_answers import score_answers
    from .output.console import print_notes
    from .output.run import print_scored

    done = score_answers(both, rules=rules, out=out)
    if as_json:
        print_notes(done.notes)
    print_scored(done.store, done.scored, as_json=as_json, notes=done.notes)
    return done.scored
