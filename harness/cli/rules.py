"""`ifh rules`: the rule books, and the differences between two of them."""

from __future__ import annotations

import click

from . import options


@click.group(name="rules")
def command() -> None:
    """List the rule books, or compare two of them on the same responses."""


@command.command(name="list", short_help="List every rule book, one a line.")
@options.as_json
def list_(as_json: bool) -> None:
    """List the rule books: the books each inherits from, number of instructions, description."""
    from .output.console import print_json
    from .output.rule_books import list_rule_books, print_rule_books

    if as_json:
        print_json(list_rule_books(), indent=None)
    else:
        print_rule_books()


@command.command(name="diff", short_help="Show which verdicts differ between two rule books.")
@click.argument("run", metavar="[RUN]", required=False)
@options.questions
@options.answers
@click.option("--from", "before", metavar="BOOK", help=f"First book: {options.BOOK_NAMES}  [default: the samples' own]")
@click.option("--to", "after", metavar="BOOK", default="audited", show_default=True, help="Second book.")
@click.option(
    "--examples",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    metavar="N",
    help="Examples per instruction and direction.",
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
    """Compare two rule books on the responses of RUN, or on external responses (--questions and --answers).

    Prints the change of each metric, the changed verdicts of each instruction (lost: only the first book says
    followed; gained: only the second), and examples with both reasons. Writes no file.
    """
    from scorers.rule_books import chain

    from ..comparison.rule_books import diff_rule_books, samples_of_run
    from .output.console import print_json, print_notes
    from .output.rule_books import print_rules_diff

    options.check_source(run, questions, answers, extra={"--release": release, "--skip-unknown": skip_unknown})
    for book in (before, after):
        chain(book or after)
    if run:
        from ..store.run_folder import RunFolder, find_run

        with RunFolder.load(find_run(run)) as store:
            given = samples_of_run(store)
    else:
        from ..interop.score_answers import load_answers

        both = load_answers(str(questions), str(answers), release=release or "", skip_unknown=skip_unknown)
        print_notes(both.describe_input())
        given = both.samples()
    found = diff_rule_books(given, before=before, after=after, examples=examples)
    if as_json:
        print_json(found.to_json())
    else:
        print_rules_diff(found)
