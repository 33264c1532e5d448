"""Options that several verbs share."""

from __future__ import annotations

import click

limit = click.option(
    "--limit", "-L", type=int, metavar="N", help="Only the first N samples, taken in turn from each task."
)
seed = click.option("--seed", type=int, metavar="S", help="Decides the questions (not the model's answers).")
as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on standard output.")
