"""A comparison or a ranking as Markdown, for the summary of a CI job or a pull request; texts cannot act in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..sanitize import escape_cell, escape_control
from . import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .paired import Comparison
    from .ranking import Ranking
    from .regression_gate import GateResult

_REASON = 200
# What Markdown or HTML reads as more than itself; "@" would call people, "://" and "www." become links.
_ACTING = re.compile(r"[\\`*_{}\[\]<>#|!~&@]|(?<=:)//|(?<=www)\.", re.IGNORECASE)


def format_comparison(found: Comparison, passed: GateResult | None = None, flips: int = 3) -> str:
    """Return a comparison as Markdown, the decision first."""
    lines = [f"**{_text(found.verdict)}**", ""]
    if passed:
        lines += [_text(passed.told), ""]
    lines += _table(tables.run_rows(found))
    lines += [f"- {_text(line)}" for line in tables.aside_rows(found)]
    for table in tables.comparison_tables(found):
        lines += ["", *_table(table)]
    lines += ["", f"{_text(tables.describe_flipped(found))}.", ""]
    for flip, turn in tables.describe_some_flips(found, flips):
        words = ["followed" if followed else "not followed" for followed in (turn.a, turn.b)]
        reasons = [_text(escape_cell(reason, _REASON)) for reason in (turn.reason_a, turn.reason_b)]
        lines.append(f"- {_text(turn.id)}, sample {_text(flip.sample_id)}, epoch {flip.epoch}:")
        lines += [f"  - {name}: {word}: {why}" for name, word, why in zip("AB", words, reasons, strict=True)]
    lines += ["", *(f"{_text(line)}\n" for line in tables.describe_methods(found))]
    return "\n".join(lines)


def format_ranking(found: Ranking) -> str:
    """Return a ranking as Markdown, the decision first."""
    lines = [f"**{_text(found.verdict)}**", ""]
    lines.append(f"{found.pairs} questions with a verdict in every run, on {found.articles} {found.unit}.")
    if found.dropped:
        lines.append(f"Left out in all: {_text(tables.cause_rows(found.dropped))}.")
    for table in tables.ranking_rows(found):
        lines += ["", *_table(table)]
    return "\n".join(lines) + "\n"


def _table(told: tables.TextTable) -> Iterator[str]:
    yield f"| {' | '.join(map(_text, told.columns))} |"
    texts = 2 if "model" in told.columns else 1
    yield f"| {' | '.join('---' if number < texts else '---:' for number in range(len(told.columns)))} |"
    for row in told.rows:
        yield f"| {' | '.join(map(_text, row))} |"
    yield ""
    if told.under:
        yield _text(told.under)
        yield ""


def _text(said: str) -> str:
    """Return text that shows as it is, on one line."""
    return _ACTING.sub(
        lambda found: "".join(f"&#{ord(char)};" for char in found.group()), " ".join(escape_control(said).split())
    )
