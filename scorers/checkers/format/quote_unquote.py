"""format:quote_unquote.

Audited: a quotation stands between two double quotation marks, straight or curly, and there is at least one.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Span, Text, Verdict, cached_text, format_count

from ...demands import EXPLAINED
from ...repair.attempts import first_following, with_sentence
from ...text.published.ascii_punctuation import MARKS

_MARK = re.compile('["“”]')
_WORD = re.compile(r"[^\W_]")
_STRIPPED = string.digits + MARKS.replace('"', "")


def _check_published(_: QuoteUnquote, text: Text) -> Verdict:
    return _make_verdict("".join(text.raw.replace("'\"'", "").split()), raises=False)


def _check_livebench(_: QuoteUnquote, text: Text) -> Verdict:
    raw = text.raw.replace("“", '"').replace("”", '"')
    return _make_verdict("".join(raw.replace("'\"'", "").split()), raises=True)


def _make_verdict(packed: str, *, raises: bool) -> Verdict:
    if '""' in packed:
        return Verdict(False, "two quotations with nothing between them")
    rest = packed.strip(_STRIPPED)
    if not rest and raises:
        return Verdict.raising("IndexError")
    if rest.endswith('"'):
        return Verdict(False, "a quotation with nothing behind it")
    return Verdict(True, "text behind every quotation")


def _quotations(raw: str) -> list[Span]:
    """Return the quotations in their marks; a last mark without a partner is left out."""
    found: list[Span] = []
    start = None
    for match in _MARK.finditer(raw):
        if start is None or match.group() == "“":
            start = match.start()
        else:
            found.append((start, match.end()))
            start = None
    return found


@dataclass(frozen=True)
class QuoteUnquote(Checker):
    """Demands an explanation behind every quotation."""

    id = "format:quote_unquote"
    rule_books = frozenset({"audited", "ifbench"})

    good = [Case('He said "go" and left.'), Case("“Go”, he said. “Stop”, she replied.")]
    bad = [
        Case("no quotes"),
        Case("He said “go”."),
        Case('"go" "stop" he said'),
        Case('"go", "stop" he said', why="a comma explains nothing"),
    ]

    def describe(self) -> str:
        return (
            "Use at least one quotation in double quotation marks, and follow every quotation with an explanation that "
            "is not in quotation marks."
        )

    def check(self, text: Text) -> Verdict:
        found = _quotations(text.raw)
        bare = _bare(text.raw, found)
        if not found:
            return Verdict(False, "no quotation")
        reason = f"{format_count(len(found), 'quotation')}, {len(bare)} with nothing behind"
        return Verdict.of(not bare, reason, bare or found)

    def demands(self) -> Demands:
        return Demands(phase="content", traits=(("white space", "between words"),), meanings=(EXPLAINED,))

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        parts, at = [], 0
        for _, end in _bare(draft, _quotations(draft)):
            parts += [draft[at:end], " means towns "]
            at = end
        done = "".join([*parts, draft[at:]])
        return first_following(self, done, with_sentence(done, 'Farmers said "yes" and meant it.')[0])

    published = {
        "ifbench": PublishedVariant(
            why="Curly quotes are none, a comma between two quotations is enough, and a text without quotations "
            "passes.",
            source="IFBench QuoteExplanationChecker",
            check=_check_published,
            good=(Case("no quotes"), Case('"go", "stop" he said'), Case("He said “go”")),
            bad=(Case('"go" "stop" he said'),),
        ),
        "livebench": PublishedVariant(
            why="A comma between two quotations is enough, a text without quotations passes, and one of digits and "
            "punctuation alone raises.",
            source="LiveBench QuoteExplanationChecker",
            check=_check_livebench,
            good=(Case("no quotes"),),
            bad=(Case("He said “go”"), Case("42.")),
        ),
    }


def _bare(raw: str, found: list[Span]) -> list[Span]:
    """Return the quotations without a word behind them, before the next one."""
    ends = [*(start for start, _ in found[1:]), len(raw)][: len(found)]
    return [span for span, end in zip(found, ends, strict=True) if not _WORD.search(raw, span[1], end)]
