"""`ifh audit`: whether every sample of a set is satisfiable."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from itertools import chain as chain_fields
from typing import TYPE_CHECKING

import click

from . import FAILED, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..dataset.audit import Feasibility


@click.command(name="audit")
@click.argument("questions", metavar="SAMPLES")
@click.option("--rules", metavar="BOOK", help=f"Rule book: {options.BOOK_NAMES}  [default: the set's own]")
@options.release
@options.skip_unknown
@click.option("--all", "show_all", is_flag=True, help="List the satisfiable samples too.")
@click.option("-o", "--out", metavar="FILE", help="Output file or URL of the findings as JSON Lines, also .gz or .zst.")
@options.engine
@options.as_json
def command(
    questions: str,
    rules: str | None,
    release: str | None,
    skip_unknown: bool,
    show_all: bool,
    out: str | None,
    engine: str,
    as_json: bool,
) -> int:
    """Check for each sample whether a text can follow all its instructions.

    SAMPLES is a file or URL of ifharness, LiveBench or IFEval samples, a hub name, or a published set such as ifbench.
    The result is proven (a text was found and verified), impossible (with the reason), or unknown. Exit code 0: all
    samples are proven satisfiable. A picture that is missing or damaged is an error. With --out, a command that was
    killed resumes when you give it again.
    """
    from scorers.rule_books import chain

    from ..dataset.audit import OUTCOMES, check_pictures
    from ..dataset.published import read_set
    from ..runner.engines.audit import audit_set
    from ..runner.engines.engine import check_engine
    from .output.audit import print_counts, print_findings
    from .output.console import print_notes, stream_json
    from .output_place import open_place

    if rules:
        chain(rules)
    check_engine(engine)
    found = read_set(questions, release=release or "", skip_unknown=skip_unknown)
    check_pictures(found.samples)
    counted = Counter(dict.fromkeys(OUTCOMES, 0))
    with ExitStack() as stack:
        place = stack.enter_context(open_place("--out", out, endings=(".jsonl",))).path if out else None
        findings = audit_set(found.samples, rules, engine=engine, out=place, on_note=lambda note: print_notes([note]))
        findings = _count(findings, len(found.samples), counted)
        if as_json:
            records = (finding.to_json() for finding in findings)
            stream_json(chain_fields([("questions", records)], counted.items()))  # the counts are known at the end
        else:
            print_findings(found.describe(), findings, show_all=show_all)
            print_counts(counted)
    return 0 if counted["proven"] == counted.total() else FAILED


def _count(findings: Iterator[Feasibility], total: int, counted: Counter[str]) -> Iterator[Feasibility]:
    """Yield the findings, count them and show the progress."""
    from ..runner.progress.work import WorkProgress

    progress = WorkProgress("searched", "samples")
    for done, finding in enumerate(findings, 1):
        counted[finding.outcome] += 1
        progress(done, total)
        yield finding
