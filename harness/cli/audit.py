"""`ifh audit`: whether every sample of a set is satisfiable."""

from __future__ import annotations

import click

from . import FAILED, options


@click.command(name="audit")
@click.argument("questions", metavar="SAMPLES")
@click.option("--rules", metavar="BOOK", help=f"Rule book: {options.BOOK_NAMES}  [default: the set's own]")
@options.release
@options.skip_unknown
@click.option("--all", "show_all", is_flag=True, help="List the satisfiable samples too.")
@options.as_json
def command(
    questions: str, rules: str | None, release: str | None, skip_unknown: bool, show_all: bool, as_json: bool
) -> int:
    """Check for each sample whether a text can follow all its instructions.

    SAMPLES is a file of ifharness, LiveBench or IFEval samples, a hub name, or a published set such as ifbench. The
    result is proven (a text was found and verified), impossible (with the reason), or unknown. Exit code 0: all samples
    are proven satisfiable. A picture that is missing or damaged is an error.
    """
    from scorers.rule_books import chain

    from ..dataset.audit import audit_samples, check_pictures, count_outcomes
    from ..dataset.published import read_set
    from .output.audit import print_audit
    from .output.console import print_json

    if rules:
        chain(rules)
    found = read_set(questions, release=release or "", skip_unknown=skip_unknown)
    check_pictures(found.samples)
    findings = list(audit_samples(found.samples, rules))
    counted = count_outcomes(findings)
    if as_json:
        print_json({**counted, "questions": [finding.to_json() for finding in findings]})
    else:
        print_audit(found.describe(), findings, counted, show_all=show_all)
    return 0 if counted["proven"] == len(findings) else FAILED
