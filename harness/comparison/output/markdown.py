"""A comparison or a ranking as Markdown, for the summary of a CI job or a pull request; texts cannot act in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...sanitize import escape_cell, escape_control
from .. import tables
from ..pairs import LETTERS
from ..statistics.methods import describe_methods

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..gates import GateResult
    from ..paired import Comparison
    from ..ranking import Ranking

_REASON = 200
# What Markdown or HTML reads as more than itself; "@" would mention people, "://" and "www." become links.
_ACTING = re.compile(r"[\\`*_{}\[\]<>#|!~&@]|(?<=:)//|(?<=www)\.", re.IGNORECASE)


def format_comparison(found: Comparison, gates: Sequence[GateResult] = (), flips: int = 3) -> str:
    """Return a comparison as Markdown, the headline first."""
    first = [line for line in (found.headline, found.set_line) if line]
    lines = [part for line in first for part in (f"**{_escape(line)}**", "")] + [_escape(found.conclusion), ""]
    if gates:
        lines += _table(tables.gate_rows(gates))
        lines += [f"- {_escape(one.text)}" for one in gates] + [""]
    if found.warning:
        lines += [f"**{_escape(found.warning)}**", ""]
    if found.run_differences:
        lines += _table(tables.difference_rows(found.run_differences, LETTERS[:2]))
    lines += _table(tables.run_rows(found))
    lines += [f"- {_escape(line)}" for line in tables.aside_rows(found)]
    for table in tables.comparison_tables(found):
        lines += ["", *_table(table)]
    lines += ["", f"{_escape(tables.describe_flipped(found))}.", ""]
    for flip, verdict in tables.describe_some_flips(found, flips):
        words = ["followed" if followed else "not followed" for followed in (verdict.a, verdict.b)]
        reasons = [_escape(escape_cell(reason, _REASON)) for reason in (verdict.reason_a, verdict.reason_b)]
        lines.append(f"- {_escape(verdict.id)}, sample {_escape(flip.sample_id)}, epoch {flip.epoch}:")
        lines += [f"  - {name}: {word}: {why}" for name, word, why in zip("AB", words, reasons, strict=True)]
    lines += ["", "<details><summary>Methods</summary>", ""]
    lines += [*(f"{_escape(line)}\n" for line in describe_methods(found)), "</details>", ""]
    return "\n".join(lines)


def format_ranking(found: Ranking) -> str:
    """Return a ranking as Markdown, the conclusion first."""
    lines = [f"**{_escape(found.conclusion)}**", ""]
    if found.warning:
        lines += [f"**{_escape(found.warning)}**", ""]
    if found.run_differences:
        lines += _table(tables.difference_rows(found.run_differences, LETTERS[: len(found.places)]))
    lines.append(f"{found.pairs} samples with verdicts in every run, on {found.articles} {found.unit}.")
    if found.dropped:
        lines.append(f"Omitted from all: {_escape(tables.cause_rows(found.dropped))}.")
    for table in tables.ranking_rows(found):
        lines += ["", *_table(table)]
    return "\n".join(lines) + "\n"


def _table(table: tables.TextTable) -> Iterator[str]:
    yield f"| {' | '.join(map(_escape, table.columns))} |"
    yield f"| {' | '.join('---' if n < table.names else '---:' for n in range(len(table.columns)))} |"
    for row in table.rows:
        yield f"| {' | '.join(map(_escape, row))} |"
    yield ""
    if table.under:
        yield _escape(table.under)
        yield ""


def _escape(text: str) -> str:
    """Return `text` so that it shows literally, on one line."""
    return _ACTING.sub(
        lambda found: "".join(f"&#{ord(char)};" for char in found.group()), " ".join(escape_control(text).split())
    )
