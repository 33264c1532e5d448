"""`ifh checkers`: the catalogue of instructions."""

from __future__ import annotations

import json

import click

import scorers


@click.group(name="checkers", short_help="List the instructions, or show one.")
def command() -> None:
    """List the instructions that can be verified, or show one with its parameters and examples."""


@command.command(name="list", short_help="Every instruction, a line each.")
@click.option("--book", metavar="BOOK", help="Only those that a rule book defines.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(book: str | None, as_json: bool) -> None:
    """List every instruction: id, what it does, rule books."""
    from scorers.catalog.page import describe_checker
    from scorers.rule_books import books_of, chain

    if book:
        chain(book)
    found = [scorers.load(id) for id in scorers.ids()]
    shown = [checker for checker in found if book is None or book in books_of(checker)]
    if as_json:
        _print_faults()
        records = [
            {"id": c.id, "doc": describe_checker(c), "books": list(books_of(c)), "version": c.version} for c in shown
        ]
        click.echo(json.dumps(records, ensure_ascii=False))
        return
    table = click.HelpFormatter(width=80)
    table.write_dl([(checker.id, describe_checker(checker)) for checker in shown], col_max=46)
    click.echo(table.getvalue())
    _print_faults()
    click.echo(f"{len(shown)} instructions; `ifh checkers show ID` tells more.")


def _print_faults() -> None:
    from scorers.catalog import find_faults

    from ..sanitize import escape_control

    for fault in find_faults():
        click.echo(escape_control(f"cannot be loaded: {fault.id}: {fault.reason}"), err=True)


@command.command(name="show", short_help="One instruction: parameters, examples, rule books.")
@click.argument("id", metavar="ID")
def show(id: str) -> None:
    """Show an instruction: its sentence, its parameters, examples, and how published rule books differ."""
    from scorers.catalog.page import format_checker_page

    from ..sanitize import escape_control

    click.echo(escape_control(format_checker_page(scorers.load(id))))
