"""What the quality gate did, told: how many articles each rule rejected, and the reason for each of them."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from .safe import cell, plain
from .tables import WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from tasks.quality.gate import RejectedArticle

SHOWN = 20
"""Reasons that are printed; `--rejected FILE` holds all."""
_ID, _RULE = 26, 16


def rejected_told(rejected: Sequence[RejectedArticle]) -> str:
    """Return "3 articles rejected: puzzles 2, live 1"."""
    rules = Counter(item.rule for item in rejected).most_common()
    many = f"{len(rejected)} article{'s' * (len(rejected) != 1)} rejected"
    return f"{many}: {', '.join(f'{plain(rule)} {count}' for rule, count in rules)}"


def tell_rejected(out: Console, rejected: Sequence[RejectedArticle]) -> None:
    """Print the articles that are not fit, a line each, and how many each rule rejected; nothing if there are none."""
    from rich.table import Table
    from rich.text import Text

    if not rejected:
        return
    table = Table(box=None, pad_edge=False, width=WIDTH)
    for name, width in (("article", _ID), ("rule", _RULE), ("reason", None)):
        table.add_column(name, width=width)
    for item in islice(rejected, SHOWN):
        table.add_row(Text(cell(item.id, _ID)), Text(plain(item.rule)), Text(plain(item.reason)))
    out.print(Text(f"\n{rejected_told(rejected)}"))
    out.print(table)
    if len(rejected) > SHOWN:
        out.print(Text(f"and {len(rejected) - SHOWN} more; --rejected FILE writes all of them"))
