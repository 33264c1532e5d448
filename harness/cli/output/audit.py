"""Prints which samples are satisfiable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .console import console, print_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...dataset.audit import Feasibility


def print_audit(
    notes: Iterable[str], findings: Iterable[Feasibility], counted: dict[str, int], *, show_all: bool
) -> None:
    """Print a line for each sample that is not proven satisfiable (or for each sample), then the counts."""
    out = console()
    for note in notes:
        print_line(out, note)
    for finding in findings:
        if show_all or finding.outcome != "proven":
            ids = ", ".join(instruction.id for instruction in finding.sample.instructions)
            why = f": {finding.reason}" if finding.reason else ""
            print_line(out, f"{finding.outcome}{why} [{finding.id[:20]}, {finding.sample.task}: {ids}]")
    total = sum(counted.values())
    shares = ", ".join(f"{name} {count} ({count / total:.1%})" for name, count in counted.items() if total)
    print_line(out, f"{total} samples: {shares}", "bold")
