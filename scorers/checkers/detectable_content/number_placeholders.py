r"""detectable_content:number_placeholders.

Audited: a placeholder is a pair of square brackets, on one line or two, with a letter between them. A plural or ordinal
ending may touch its closing bracket (`[guest]s`). These are not placeholders: an index (`a[i]`), a word completed in
brackets (`[T]he`), a link, a note mark (`[^note]`), a box to tick, a list in code, a formula (`\[x = 1\]`), a remark
on a quotation (`[sic]`), brackets within brackets.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scorers import (
    Case,
    Checker,
    Demands,
    PublishedVariant,
    Range,
    Span,
    Text,
    Verdict,
    cached_text,
    format_asked,
    format_count,
    format_lines,
    integer,
)

from ...checker import READ_AS_SEEN
from ...params.published import describe_negative
from ...text.plain.markup import brackets_of_text
from ...text.word_search import runs_on

if TYPE_CHECKING:
    from collections.abc import Sequence

# A bracket pair on one line or two, without brackets in it.
_BRACKETS = re.compile(r"\[([^\[\]\r\n]*+(?:(?:\r\n|\r|\n)[^\[\]\r\n]*+)?)\]")
_LINK = re.compile(r"\([^\s()]*?[/.#:]")
_WORDS = re.compile(r"[^\W\d_]{3,}+(?:[^\S\r\n]?[\w.,'’/-])*+\\?")
"""What may stand between escaped brackets: words. Anything else is a formula in LaTeX."""
_ENDING = re.compile(r"(?:es|st|s|nd|rd|th)?+(?![^\W_])", re.IGNORECASE)
_REMARKS = frozenset(
    """sic|citation needed|emphasis added|emphasis mine|emphasis in original|emphasis ours|my emphasis|laughs|laughter
    |applause|inaudible|crosstalk|redacted|he|she|they|it|we|him|her|them|us|his|their|its|our|is|are|was|were|has|have
    |had|and|but|that|this|these|those|which|who""".replace("\n    ", "").split("|")
)
"""What editors put in brackets inside a quotation."""
_LETTER = re.compile(r"[^\W\d_]")
_NAMES = ("name", "date", "place", "number", "time", "title", "address", "phone", "email", "city", "price", "street")


def _check_published(self: NumberPlaceholders, text: Text) -> Verdict:
    r"""Find what `\[.*?\]` finds in linear time: a bracket that its line does not close ends the search of the line."""
    spans, at = [], 0
    raw = text.raw
    while (start := raw.find("[", at)) >= 0:
        line_end = raw.find("\n", start)
        line_end = len(raw) if line_end < 0 else line_end
        end = raw.find("]", start, line_end)
        if end >= 0:
            spans.append((start, end + 1))
        at = end + 1 if end >= 0 else line_end
    return self._make_verdict(text, spans)


@dataclass(frozen=True)
class NumberPlaceholders(Checker):
    """Requires at least a number of placeholders in square brackets."""

    id = "detectable_content:number_placeholders"
    rule_books = frozenset({"audited", "ifeval"})
    version = 2
    changes = (
        (
            f"{READ_AS_SEEN} Brackets attached to a word, formulas and editorial remarks (`[T]he`, `[sic]`) are no "
            "blanks to fill in."
        ),
    )

    num_placeholders: int = integer("the smallest number of placeholders", low=1, drawn=(1, 4))

    good = [
        Case("Dear [name], meet me in [city].", num_placeholders=2),
        Case("**[First name][Last\nname]**", num_placeholders=2, why="one next to the other, one on two lines"),
        Case("尊敬的[姓名]", num_placeholders=1, why="no spaces in Chinese"),
        Case("Dear [guest]s, on the [number]th of [month]", num_placeholders=3, why="a plural, an ordinal"),
        Case(r"Dear \[First name\]", num_placeholders=1, why="brackets that markdown would show"),
    ]
    bad = [
        Case("x = a[i][key] + b[0]", num_placeholders=1, why="indexes"),
        Case("See [the map](https://a.b/c) and [1], [...] and [ ].", num_placeholders=1, why="a link, a reference"),
        Case("- [x] done\n- [ ] open", num_placeholders=1, why="boxes to tick"),
        Case("[outer [inner] text]", num_placeholders=2, why="one inside the other"),
        Case('["a", "b"]', num_placeholders=1, why="a list in code"),
        Case("“[T]he town is an[n]exed”", num_placeholders=1, why="a word completed in brackets"),
        Case("“We was [sic] glad that [they] came”", num_placeholders=1, why="remarks on a quotation"),
        Case(r"So \[x = 1\] and \[ \text{rate} \]", num_placeholders=1, why="formulas"),
        Case(r"So \( 2 [rate] \) and $$ 3 [price] $$", num_placeholders=1, why="brackets in formulas"),
    ]

    def describe(self) -> str:
        number = format_count(self.num_placeholders, "blank")
        each = "" if self.num_placeholders == 1 else "each "
        return (
            f"Leave at least {number} for the reader to fill in, {each}named in square brackets that are not attached "
            "to another word, like [name]."
        )

    def check(self, text: Text) -> Verdict:
        found, others = _placeholders(text.raw)
        return self._make_verdict(text, found, others)

    def demands(self) -> Demands:
        return Demands(phase="content", placeholders=Range(self.num_placeholders))

    def repair(self, draft: str) -> str:
        missing = self.num_placeholders - len(_placeholders(draft)[0])
        if missing <= 0:
            return draft
        more = " ".join(f"[{_NAMES[place % len(_NAMES)]}]" for place in range(missing))
        sentences = cached_text(draft).sentences
        words = cached_text(draft[slice(*sentences[0])]).words if sentences else []
        if words:
            at = sentences[0][0] + words[0][1]
            repaired = f"{draft[:at]} {more} {draft[at:].lstrip(' ')}"
            if self.check(cached_text(repaired)).followed:
                return repaired
        return f"{draft}\n{more}".lstrip()

    def _make_verdict(self, text: Text, spans: list[Span], others: Sequence[tuple[Span, str]] = ()) -> Verdict:
        found = f"{format_count(len(spans), 'placeholder')}{format_lines(text, spans)}"
        reason = f"{found}; {format_asked('at least', self.num_placeholders)}"
        if len(spans) >= self.num_placeholders:
            return Verdict.of(True, reason, spans)
        if not others:
            return Verdict(False, reason)
        span, why = others[0]
        return Verdict.of(False, f"{reason}; {text.quote(span)} is {why}", [span])

    published = {
        "ifeval": PublishedVariant(
            why="Counts every bracket pair on one line, even an empty one: indexes, links, references, boxes to tick. "
            "A pair over two lines does not count.",
            source="IFEval PlaceholderChecker",
            check=_check_published,
            good=(
                Case("x = a[0][1]", num_placeholders=2),
                Case("[]", num_placeholders=1),
                Case("none", num_placeholders=0),
            ),
            bad=(Case("[your\nname]", num_placeholders=1), Case("[[a]]", num_placeholders=2)),
            refuses=lambda self: describe_negative("num_placeholders", self.num_placeholders),
        ),
    }


def _placeholders(raw: str) -> tuple[list[Span], list[tuple[Span, str]]]:
    """Return the placeholders, and the other bracket pairs with what they are instead."""
    found: list[Span] = []
    others: list[tuple[Span, str]] = []
    index_end = -1
    formulas = _formulas(raw)
    for match in _BRACKETS.finditer(raw):
        start, end = match.span()
        before = raw[start - 1 : start] if start else ""
        if start == index_end or before == ")" or runs_on(before, "a"):
            index_end = end
            why = "attached to the word before it"
        else:
            why = _other(raw, match, before) or _formula(formulas, match)
        if not why:
            found.append((start, end))
        else:
            others.append(((start, end), why))
    return found, others


def _formulas(raw: str) -> list[Span]:
    r"""Return the spans of formulas: `\(a [b]\)`, `$$[a]$$`; not of words in escaped brackets, as `\[First name\]`."""
    if "$$" not in raw and "\\(" not in raw and "\\[" not in raw:
        return []
    found = [(start, end) for start, end in brackets_of_text(raw) if raw[start] in "\\$"]
    return [(start, end) for start, end in found if not _WORDS.fullmatch(raw[start + 2 : end - 1].strip())]


def _formula(formulas: list[Span], match: re.Match[str]) -> str:
    place = bisect_right(formulas, (match.start(), match.end())) - 1
    return "in a formula" if place >= 0 and match.end() <= formulas[place][1] else ""


def _other(raw: str, match: re.Match[str], before: str) -> str:
    """Return what a bracket pair is instead of a placeholder, or ""."""
    start, end = match.span()
    inside = match[1]
    if not _LETTER.search(inside):
        return "without a letter"
    if inside in ("x", "X") and raw[max(0, start - 2) : start] in ("- ", "* ", "+ "):
        return "a box to tick"
    if inside.lstrip().startswith(("'", '"', "^")):
        return "a note mark or a list in code"
    if _LINK.match(raw, end):
        return "the text of a link"
    if before == "\\" and not _WORDS.fullmatch(inside.strip()):
        return "a formula"
    if runs_on("a", raw[end : end + 1]) and not _ENDING.match(raw, end):
        return "attached to the word after it"
    return "a remark on a quotation" if inside.strip().lower() in _REMARKS else ""
