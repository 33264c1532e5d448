"""`ifh checkers`: the catalogue of instructions."""

from __future__ import annotations

import click

import scorers

from . import options


@click.group(name="checkers")
def command() -> None:
    """List the instructions that ifharness can verify, or show one."""


@command.command(name="list", short_help="List every instruction, one a line.")
@click.option("--book", metavar="BOOK", help=f"Rule book that defines them: {options.BOOK_NAMES}.")
@options.as_json
def list_(book: str | None, as_json: bool) -> None:
    """List every instruction: id, description, rule books."""
    from scorers.catalog.page import describe_checker
    from scorers.rule_books import books_of, chain

    from .output.console import print_json

    if book:
        chain(book)
    found = [scorers.load(id) for id in scorers.ids()]
    shown = [checker for checker in found if book is None or book in books_of(checker)]
    if as_json:
        _print_faults()
        records = [
            {"id": c.id, "doc": describe_checker(c), "books": list(books_of(c)), "version": c.version} for c in shown
        ]
        print_json(records, indent=None)
        return
    table = click.HelpFormatter(width=80)
    table.write_dl([(checker.id, describe_checker(checker)) for checker in shown], col_max=46)
    click.echo(table.getvalue())
    _print_faults()
    click.echo(f"{len(shown)} instructions. For details, run: ifh checkers show ID")


def _print_faults() -> None:
    from scorers.catalog import find_faults

    from .output.console import print_notes

    print_notes(f"cannot load {fault.id}: {fault.reason}" for fault in find_faults())


@command.command(name="show", short_help="Show one instruction: parameters, examples, rule books.")
@click.argument("id", metavar="ID")
def show(id: str) -> None:
    """Show an instruction: its sentence, parameters and examples, and the differences between rule books."""
    from scorers.catalog.page import format_checker_page

    from ..sanitize import escape_control

    click.echo(escape_control(format_checker_page(scorers.load(id))))
