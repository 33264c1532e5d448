"""What `ifh rules` prints: the books, and the difference between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import scorers
from scorers.rule_books import CHAINS, books_of
from tasks.formats.published_record import published_id

from ...sanitize import escape_cell, escape_control
from ...scoring.describe import format_metric
from .console import WIDTH, console

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from ...comparison.rule_books import ChangedVerdict, RulesDiff

ABOUT = {
    "audited": "ours: as the sentence says",
    "ifeval": "Google's IFEval, newest code",
    "ifbench": "AllenAI's IFBench",
    "livebench": "LiveBench's variant",
    "multiif": "Multi-IF: three turns, eight languages",
}
"""Each book in words."""
_NAMES = {
    "if_score": "IF",
    "prompt_strict": "prompts followed whole, strict",
    "instruction_strict": "instructions followed, strict",
    "prompt_loose": "prompts followed whole, loose",
    "instruction_loose": "instructions followed, loose",
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
    """Print the rule books, a line each."""
    out = console()
    for found in list_rule_books():
        chain = " -> ".join(found["chain"])
        _say(out, f"{chain:<32}{found['instructions']:>4} instructions  {found['is']}")
    _say(
        out,
        "\nA book takes what it does not change from the next in its chain. Published books judge as the published "
        "code does, defects included; `ifh rules diff` shows what that moves.",
    )


def print_rules_diff(found: RulesDiff) -> None:
    """Print how the figures move, which ids' verdicts change, and examples with the reasons of both books."""
    out = console()
    share = f" ({100 * found.changed / found.verdicts:.1f} %)" if found.verdicts else ""
    _say(out, f"{found.before.rules} -> {found.after.rules}", style="bold")
    _say(out, f"{found.before.scored} answers, {found.verdicts} verdicts; {found.changed} change{share}, read strictly")
    if found.left_out:
        _say(out, f"left out, since one of the books cannot judge them: {len(found.left_out)}; {found.left_out[0]}")
    _say(out, "")
    for table in (_figures(found), _by_id(found)):
        out.print(table, width=min(out.width, WIDTH))
        _say(out, "")
    for example in found.examples:
        _example(out, found, example)


def _figures(found: RulesDiff) -> Table:
    table = _table("all answers", (found.before.rules, found.after.rules, "change"))
    for name, (before, after) in found.figures().items():
        change = "-" if before is None or after is None else f"{after - before:+.2f}"
        table.add_row(_NAMES[name], *(_two(value) for value in (before, after)), change)
    return table


def _two(value: float | None) -> str:
    return format_metric(value) if value is None else f"{value:.2f}"


def _by_id(found: RulesDiff) -> Table:
    table = _table("instruction, most changed first", ("n", "lost", "gained", "share"))
    changed = sorted(found.by_id.items(), key=lambda item: (-item[1].changed, item[0]))
    for id, counts in changed:
        if counts.changed:
            table.add_row(
                escape_cell(id, 46), str(counts.n), str(counts.lost), str(counts.gained), f"{counts.share:.1f} %"
            )
    same = sum(not counts.changed for counts in found.by_id.values())
    if same:
        table.add_row(f"{same} ids without a change", "", "", "", "")
    return table


def _example(out: Console, found: RulesDiff, example: ChangedVerdict) -> None:
    published = published_id(example.sample)
    names = [f"sample {example.sample.id}", *([f"published as {published[:40]}"] if published else [])]
    if example.epoch:
        names.append(f"epoch {example.epoch}")
    _say(out, f"{example.id}  {', '.join(names)}")
    for book, verdict in ((found.before.rules, example.before), (found.after.rules, example.after)):
        word = "followed" if verdict.followed else "not followed"
        _say(out, f"  {book}: {word}: {escape_cell(verdict.reason, _REASON)}")


def _table(first: str, columns: tuple[str, ...]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(first)
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _say(out: Console, said: str, style: str = "") -> None:
    from rich.text import Text

    out.print(Text(escape_control(said), style=style), width=min(out.width, WIDTH))
