"""`ifh score`: judge kept responses again."""

from __future__ import annotations

import click

from scorers import BOOKS

from . import FAILED, options


@click.command(name="score", short_help="Judge the kept responses of a run again; asks no one.")
@click.argument("run", metavar="RUN")
@click.option("--rules", metavar="BOOK", help=f"Another rule book: {', '.join(BOOKS)}  [default: the run's own].")
@options.as_json
def command(run: str, rules: str | None, as_json: bool) -> int:
    """Judge the responses of RUN (a results folder or its name) again, and write scores and report anew.

    Another rule book than the run's own goes to scores.BOOK.json beside the run's scores.json.
    """
    from scorers.rules import chain

    from ..scoring import score_run
    from ..show import tell_scored
    from ..store import Store, find_run

    if rules:
        chain(rules)
    with Store.load(find_run(run)) as store:
        scored = score_run(store, rules=rules, names=tuple(store.info.get("extract", ("thinking",))))
        tell_scored(store, scored, as_json=as_json)
    return FAILED if scored.summary.if_score is None else 0
