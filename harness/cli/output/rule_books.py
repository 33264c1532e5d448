"""Prints `ifh rules`: the rule books, and the difference between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import scorers
from scorers.rule_books import CHAINS, books_of
from tasks.formats.published_record import published_id

from ...sanitize import escape_cell
from ...scoring.describe import format_metric
from .console import add_row, console, make_table, print_line, print_table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from ...comparison.rule_books import ChangedVerdict, RulesDiff

ABOUT = {
    "audited": "what the instruction says",
    "ifeval": "Google's IFEval, newest code",
    "ifbench": "AllenAI's IFBench",
    "livebench": "LiveBench's variant",
    "multiif": "Multi-IF, eight languages",
}
"""One line about each book."""
_NAMES = {
    "if_score": "IF",
    "prompt_strict": "prompt-level strict",
    "instruction_strict": "instruction-level strict",
    "prompt_loose": "prompt-level loose",
    "instruction_loose": "instruction-level loose",
}
_REASON = 200


def list_rule_books() -> list[dict[str, Any]]:
    """Return the rule books as records: name, chain (itself first), number of instructions, what it is."""
    sizes = [books_of(scorers.load(id)) for id in scorers.ids()]
    return [
        {"book": book, "chain": list(behind), "instructions": sum(book in found for found in sizes), "is": ABOUT[book]}
        for book, behind in CHAINS.items()
    ]


def print_rule_books() -> None:
    """Print the rule books, one a line."""
    out = console()
    for found in list_rule_books():
        chain = " -> ".join(found["chain"])
        print_line(out, f"{chain:<32}{found['instructions']:>4} instructions  {found['is']}")
    print_line(
        out,
        "\nA book inherits from the next one in its chain. Published books reproduce the published verifiers, defects "
        "included. To see the effect, run: ifh rules diff RUN",
    )


def print_rules_diff(found: RulesDiff) -> None:
    """Print the change of each metric and instruction, and examples with the reasons of both books."""
    out = console()
    share = f" ({100 * found.changed / found.verdicts:.1f} %)" if found.verdicts else ""
    print_line(out, f"{found.before.rules} -> {found.after.rules}", "bold")
    print_line(
        out,
        f"{found.before.scored} responses, {found.verdicts} strict verdicts, of which {found.changed} change{share}",
    )
    if found.left_out:
        print_line(out, f"omitted, undefined in one of the books: {found.left_out_count}; {found.left_out[0]}")
    print_line(out, "")
    for table in (_figures(found), _by_id(found)):
        print_table(out, table)
        print_line(out, "")
    for example in found.examples:
        _example(out, found, example)


def _figures(found: RulesDiff) -> Table:
    table = make_table(("all responses", found.before.rules, found.after.rules, "change"))
    for name, (before, after) in found.figures().items():
        change = "-" if before is None or after is None else f"{after - before:+.2f}"
        add_row(table, _NAMES[name], *(_two(value) for value in (before, after)), change)
    return table


def _two(value: float | None) -> str:
    return format_metric(value) if value is None else f"{value:.2f}"


def _by_id(found: RulesDiff) -> Table:
    table = make_table(("instruction, most changed first", "n", "lost", "gained", "share"))
    changed = sorted(found.by_id.items(), key=lambda item: (-item[1].changed, item[0]))
    for id, counts in changed:
        if counts.changed:
            add_row(
                table, escape_cell(id, 46), str(counts.n), str(counts.lost), str(counts.gained), f"{counts.share:.1f} %"
            )
    same = sum(not counts.changed for counts in found.by_id.values())
    if same:
        add_row(table, f"{same} unchanged", "", "", "", "")
    return table


def _example(out: Console, found: RulesDiff, example: ChangedVerdict) -> None:
    published = published_id(example.sample)
    names = [f"sample {example.sample.id}", *([f"published as {published[:40]}"] if published else [])]
    if example.epoch:
        names.append(f"epoch {example.epoch}")
    print_line(out, f"{example.id}  {', '.join(names)}")
    for book, verdict in ((found.before.rules, example.before), (found.after.rules, example.after)):
        word = "followed" if verdict.followed else "not followed"
        print_line(out, f"  {book}: {word}: {escape_cell(verdict.reason, _REASON)}")
