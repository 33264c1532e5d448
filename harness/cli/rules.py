"""`ifh rules`: the rule books, and what changes between two of them."""

from __future__ import annotations

import json

import click

from scorers import BOOKS

from . import options


@click.group(name="rules", short_help="The rule books, and what changes between two of them.")
def command() -> None:
    """List the rule books, or compare two of them on the same answers."""


@command.command(name="list", short_help="Every rule book, a line each.")
@options.as_json
def list_(as_json: bool) -> None:
    """List the rule books: what each falls back on, how many instructions it defines, what it is."""
    from .output.rule_books import list_rule_books, print_rule_books

    if as_json:
        click.echo(json.dumps(list_rule_books(), ensure_ascii=False))
    else:
        print_rule_books()


@command.command(name="diff", short_help="Which verdicts change between two rule books.")
@click.argument("run", metavar="[RUN]", required=False)
@options.questions
@options.answers
@click.option("--from", "before", metavar="BOOK", help=f"One book: {', '.join(BOOKS)}  [default: the questions' own].")
@click.option("--to", "after", metavar="BOOK", default="audited", show_default=True, help="The other book.")
@click.option(
    "--examples",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    metavar="N",
    help="Examples of each instruction and direction.",
)
@options.release
@options.skip_unknown
@options.as_json
def diff_(
    run: str | None,
    questions: str | None,
    answers: str | None,
    before: str | None,
    after: str,
    examples: int,
    release: str | None,
    skip_unknown: bool,
    as_json: bool,
) -> None:
    """Compare two rule books on the answers of RUN, or on answers made elsewhere (--questions and --answers).

    Prints how the figures move, how many verdicts of each instruction change each way (lost: only the first book
    says followed; gained: only the second), and examples with the reasons of both. Writes nothing.
    """
    from scorers.rule_books import chain

    from ..comparison.rule_books import diff_rule_books, samples_of_run
    from .output.console import print_notes
    from .output.rule_books import print_rules_diff

    options.one_of(run, questions, answers, extra={"--release": release, "--skip-unknown": skip_unknown})
    for book in (before, after):
        chain(book or after)
    if run:
        from ..store.run_folder import RunFolder, find_run

        with RunFolder.load(find_run(run)) as store:
            given = samples_of_run(store)
    else:
        from ..interop.score_answers import load_answers

        both = load_answers(str(questions), str(answers), release=release or "", skip_unknown=skip_unknown)
        print_notes(both.told())
        given = both.samples()
    found = diff_rule_books(given, before=before, after=after, examples=examples)
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    else:
        print_rules_diff(found)
