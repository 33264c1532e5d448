"""What the quality gate did, told: how many articles each rule rejected, and the reason for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...dataset.generate import instruction_rates, set_sizes, unmet_pairs
from ...dataset.restore_text import describe_licences
from .console import _say, console

if TYPE_CHECKING:
    from tasks.generate.generator import GeneratedSet

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from ...sanitize import escape_cell, escape_control
from .console import WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from tasks.quality.article_filter import RejectedArticle

SHOWN = 20
"""Reasons that are printed; `--rejected FILE` holds all."""
_ID, _RULE = 26, 16


def describe_rejected(rejected: Sequence[RejectedArticle]) -> str:
    """Return "3 articles rejected: puzzles 2, live 1"."""
    rules = Counter(item.rule for item in rejected).most_common()
    many = f"{len(rejected)} article{'s' * (len(rejected) != 1)} rejected"
    return f"{many}: {', '.join(f'{escape_control(rule)} {count}' for rule, count in rules)}"


def print_rejected(out: Console, rejected: Sequence[RejectedArticle]) -> None:
    """Print the articles that are not fit, a line each, and how many each rule rejected; nothing if there are none."""
    from rich.table import Table
    from rich.text import Text

    if not rejected:
        return
    table = Table(box=None, pad_edge=False, width=WIDTH)
    for name, width in (("article", _ID), ("rule", _RULE), ("reason", None)):
        table.add_column(name, width=width)
    for item in islice(rejected, SHOWN):
        table.add_row(
            Text(escape_cell(item.id, _ID)), Text(escape_control(item.rule)), Text(escape_control(item.reason))
        )
    out.print(Text(f"\n{describe_rejected(rejected)}"))
    out.print(table)
    if len(rejected) > SHOWN:
        out.print(Text(f"and {len(rejected) - SHOWN} more; --rejected FILE writes all of them"))


def print_generated(drawn: GeneratedSet, out: str, *, card: str, without_text: bool = False) -> None:
    """Print how often each instruction was drawn and kept."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("instruction", "drawn", "kept", *(["expected"] if drawn.expected else []), "rate"):
        table.add_column(name, justify="left" if name == "instruction" else "right")
    for id, counts in instruction_rates(drawn).items():
        wanted = [f"{counts['expected']:.1f}"] if drawn.expected else []
        table.add_row(escape_control(id), str(counts["drawn"]), str(counts["kept"]), *wanted, f"{counts['rate']:.0%}")
    shown = console()
    shown.print(table)
    _say(shown, f"\n{len(drawn.samples)} samples in {out}, each with a witness; data card: {card}")
    _tell_set(shown, drawn)
    if drawn.skipped:
        _say(shown, f"{drawn.skipped} articles skipped: they have no sentences")
    print_rejected(shown, drawn.rejected)
    if not without_text and (told := describe_licences(drawn.samples)):
        _say(shown, f"\n{told}")


def _tell_set(out: Console, drawn: GeneratedSet) -> None:
    """Print how many instructions the samples have, and how many pairs of the pool meet in one."""
    told = ", ".join(f"{number} in {times}" for number, times in set_sizes(drawn).items())
    _say(out, f"instructions of a sample: {told}")
    possible, unmet = len(drawn.ids) * (len(drawn.ids) - 1) // 2, len(unmet_pairs(drawn))
    if possible:
        _say(out, f"pairs of instructions: {possible - unmet} of {possible} met in a sample, {unmet} not met")
    whole = sum(drawn.kept.values())
    if drawn.expected and whole > sum(len(sample.instructions) for sample in drawn.samples):
        _say(out, "kept and expected are of the whole set, which is what is balanced; FILE holds the first of it")
