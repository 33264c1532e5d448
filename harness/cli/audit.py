"""`ifh audit`: can every question of a set be answered?"""

from __future__ import annotations

import json

import click

from . import FAILED, options


@click.command(name="audit", short_help="Prove that each question of a set can be answered.")
@click.argument("questions", metavar="QUESTIONS")
@click.option("--rules", metavar="BOOK", help="Search under this rule book  [default: the set's own].")
@options.release
@options.skip_unknown
@click.option("--all", "show_all", is_flag=True, help="List the proven questions too.")
@options.as_json
def command(
    questions: str, rules: str | None, release: str | None, skip_unknown: bool, show_all: bool, as_json: bool
) -> int:
    """Say of each question whether a text exists that follows all its instructions.

    QUESTIONS is a file of samples, LiveBench or IFEval questions, or a hub name. Each question is proven (a text
    was found and verified), impossible (with the reason), or unknown. Exit code 0 only if all are proven.
    """
    from scorers.rule_books import chain
    from tasks.formats.question_set import read_questions

    from ..dataset.audit import audit_samples, count_outcomes
    from .output.audit import print_audit

    if rules:
        chain(rules)
    found = read_questions(questions, release=release or "", skip_unknown=skip_unknown)
    findings = list(audit_samples(found.samples, rules))
    counted = count_outcomes(findings)
    if as_json:
        record = {**counted, "questions": [finding.to_json() for finding in findings]}
        text = json.dumps(record, ensure_ascii=False, indent=2)
        click.echo(text.encode("utf-8", "backslashreplace").decode())  # a lone surrogate becomes its JSON escape
    else:
        print_audit(found.describe(), findings, counted, show_all=show_all)
    return 0 if counted["proven"] == len(findings) else FAILED
