"""Prints which samples are satisfiable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .console import console, print_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ...dataset.audit import Feasibility


def print_findings(notes: Iterable[str], findings: Iterable[Feasibility], *, show_all: bool) -> None:
    """Print a line for each sample that is not proven satisfiable (or for each sample), as soon as it is known."""
    out = console()
    for note in notes:
        print_line(out, note)
    for finding in findings:
        if show_all or finding.outcome != "proven":
            ids = ", ".join(instruction.id for instruction in finding.sample.instructions)
            why = f": {finding.reason}" if finding.reason else ""
            print_line(out, f"{finding.outcome}{why} [{finding.id[:20]}, {finding.sample.task}: {ids}]")


def print_counts(counted: Mapping[str, int]) -> None:
    """Print how many samples have which outcome."""
    total = sum(counted.values())
    shares = ", ".join(f"{name} {count} ({count / total:.1%})" for name, count in counted.items() if total)
    print_line(console(), f"{total} samples: {shares}", "bold")
