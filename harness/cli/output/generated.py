"""Prints a generated set: how often each instruction was drawn and accepted, and which articles were rejected."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.formats.records import is_parquet
from tasks.pictures.picture import pictures_folder

from ...dataset.generate import instruction_rates, unmet_pairs
from ...dataset.restore_text import describe_licences
from ...sanitize import escape_cell, escape_control
from .console import add_row, console, make_table, print_line, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from tasks.generate.generator import GeneratedSet
    from tasks.quality.article_filter import RejectedArticle

    from ...dataset.set_facts import SetFacts

SHOWN = 20
"""Rejected articles that are printed; `--rejected FILE` has all."""
_ID, _RULE = 26, 16


def describe_rejected(rejected: Sequence[RejectedArticle]) -> str:
    """Return "3 articles rejected: puzzles 2, live 1"."""
    rules = Counter(item.rule for item in rejected).most_common()
    count = f"{len(rejected)} article{'s' * (len(rejected) != 1)} rejected"
    return f"{count}: {', '.join(f'{escape_control(rule)} {n}' for rule, n in rules)}"


def print_rejected(out: Console, rejected: Sequence[RejectedArticle]) -> None:
    """Print the rejected articles, one a line, and how many each rule rejected; nothing if there are none."""
    if not rejected:
        return
    print_line(out, f"\n{describe_rejected(rejected)}")
    table = make_table(("article", "rule", "reason"), left=3, widths=(_ID, _RULE))
    for item in islice(rejected, SHOWN):
        add_row(table, escape_cell(item.id, _ID), item.rule, item.reason)
    print_table(out, table)
    if len(rejected) > SHOWN:
        print_line(out, f"and {len(rejected) - SHOWN} more; --rejected FILE writes all of them")


def print_generated(
    generated: GeneratedSet, facts: SetFacts, path: str, *, card: str, without_text: bool = False
) -> None:
    """Print how often each instruction was drawn and accepted, and what the set at `path` contains."""
    expected = ["expected"] if generated.expected else []
    table = make_table(["instruction", "drawn", "accepted", *expected, "rate"])
    for id, counts in instruction_rates(generated).items():
        target = [f"{counts['expected']:.1f}"] if generated.expected else []
        add_row(table, id, str(counts["drawn"]), str(counts["kept"]), *target, f"{counts['rate']:.0%}")
    out = console()
    print_table(out, table)
    print_line(out, f"\n{len(generated.samples)} samples in {path}, each with a reference solution; data card: {card}")
    if facts.pictures:
        place = "the same file" if is_parquet(path) else escape_control(str(pictures_folder(Path(path))))
        print_line(out, f"{len(facts.pictures)} pictures in {place}, by the hash of their content")
    _print_contents(out, generated, facts)
    _print_twins(out, generated)
    if generated.skipped:
        print_line(out, f"{generated.skipped} articles skipped: they have no sentences")
    print_rejected(out, generated.rejected)
    if not without_text and (licences := describe_licences(facts)):
        print_line(out, f"\n{licences}")


def _print_twins(out: Console, generated: GeneratedSet) -> None:
    """Print how many twins each kind has, and why samples have none of a kind."""
    twins = generated.twins
    if not (twins.made or twins.missing):
        return
    table = make_table(["twin", "reason of the first without one", "made", "missing"], left=2, widths=(20, 40))
    for name in dict.fromkeys((*twins.made, *twins.missing)):
        add_row(table, name, twins.reasons.get(name, ""), str(twins.made[name]), str(twins.missing[name]))
    made = twins.made.total()
    print_line(out, f"\ntwins: {made}, of {len(generated.samples) - made} samples")
    print_table(out, table)


def _print_contents(out: Console, generated: GeneratedSet, facts: SetFacts) -> None:
    """Print how many instructions the samples have, and how many pairs of the pool occur together."""
    sizes = ", ".join(f"{number} in {times} samples" for number, times in sorted(facts.sizes.items()))
    print_line(out, f"instructions per sample: {sizes}")
    possible, unmet = len(generated.ids) * (len(generated.ids) - 1) // 2, len(unmet_pairs(generated, facts))
    if possible:
        print_line(out, f"pairs of instructions: {possible - unmet} of {possible} occur in a sample, {unmet} do not")
    whole = sum(generated.accepted.values())
    if generated.expected and whole > facts.ids.total():
        print_line(out, "accepted and expected refer to the whole balanced set, of which --limit writes a part")
