"""Prints which samples are satisfiable."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...dataset.audit import Feasibility


def print_audit(
    notes: Iterable[str], findings: Iterable[Feasibility], counted: dict[str, int], *, show_all: bool
) -> None:
    """Print a line for each question that is not proven (or each question), then the counts."""
    from rich.text import Text

    from ...sanitize import escape_control
    from .console import console

    out = console()
    for note in notes:
        out.print(Text(escape_control(note)))
    for finding in findings:
        if show_all or finding.outcome != "proven":
            ids = ", ".join(instruction.id for instruction in finding.sample.instructions)
            why = f": {finding.reason}" if finding.reason else ""
            out.print(Text(escape_control(f"{finding.outcome}{why} [{finding.id[:20]}, {finding.sample.task}: {ids}]")))
    total = sum(counted.values())
    shares = ", ".join(f"{name} {count} ({count / total:.1%})" for name, count in counted.items() if total)
    out.print(Text(f"{total} questions: {shares}", style="bold"))
