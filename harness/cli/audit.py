"""`ifh audit`: whether every sample of a set is satisfiable."""

from __future__ import annotations

from collections import Counter
from itertools import chain as chain_fields
from typing import TYPE_CHECKING

import click

from . import FAILED, options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tasks.sample import Sample

    from ..dataset.audit import Feasibility

_WORTH_PROCESSES = 500
"""Samples from which on several processes are faster than one."""


@click.command(name="audit")
@click.argument("questions", metavar="SAMPLES")
@click.option("--rules", metavar="BOOK", help=f"Rule book: {options.BOOK_NAMES}  [default: the set's own]")
@options.release
@options.skip_unknown
@click.option("--all", "show_all", is_flag=True, help="List the satisfiable samples too.")
@options.local_engine
@options.as_json
def command(
    questions: str,
    rules: str | None,
    release: str | None,
    skip_unknown: bool,
    show_all: bool,
    engine: str,
    as_json: bool,
) -> int:
    """Check for each sample whether a text can follow all its instructions.

    SAMPLES is a file of ifharness, LiveBench or IFEval samples, a hub name, or a published set such as ifbench. The
    result is proven (a text was found and verified), impossible (with the reason), or unknown. Exit code 0: all samples
    are proven satisfiable. A picture that is missing or damaged is an error.
    """
    from scorers.rule_books import chain

    from ..dataset.audit import OUTCOMES, check_pictures
    from ..dataset.published import read_set
    from ..runner.engines.workers import LOCAL, check_engine
    from .output.audit import print_counts, print_findings
    from .output.console import stream_json

    if rules:
        chain(rules)
    check_engine(engine, LOCAL)
    found = read_set(questions, release=release or "", skip_unknown=skip_unknown)
    check_pictures(found.samples)
    counted = Counter(dict.fromkeys(OUTCOMES, 0))
    findings = _audit(found.samples, rules, engine, counted)
    if as_json:
        records = (finding.to_json() for finding in findings)
        stream_json(chain_fields([("questions", records)], counted.items()))  # the counts are known at the end
    else:
        print_findings(found.describe(), findings, show_all=show_all)
        print_counts(counted)
    return 0 if counted["proven"] == counted.total() else FAILED


def _audit(samples: Sequence[Sample], rules: str | None, engine: str, counted: Counter[str]) -> Iterator[Feasibility]:
    """Yield the findings, and count them."""
    from ..dataset.audit import AuditJob
    from ..runner.engines.workers import count_processes, map_parts
    from ..runner.progress.work import WorkProgress

    progress = WorkProgress("searched", "samples")
    processes = count_processes(engine, len(samples), _WORTH_PROCESSES)
    with AuditJob(samples, rules) as job, map_parts(job, job.parts(), processes) as results:
        for done, finding in enumerate(job.join(results), 1):
            counted[finding.outcome] += 1
            progress(done, len(samples))
            yield finding
