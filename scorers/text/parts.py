"""The parts of a response as a reader sees them: its paragraphs, and what else is there and is none.

One meaning of "paragraph" for all audited checks. A paragraph is a run of lines of text between blank lines. What
splits a text besides is a heading, a rule, a table and code. None of these is a paragraph:

* a title or heading, also one like "Section 2" in a line of its own;
* a label, greeting or lead-in: a single line that no full stop ends and that something follows;
* a list, with what continues its items;
* a table, a block of code, a line without a letter or digit;
* a postscript behind the last paragraph, and the signature of a letter;
* the request, where the response begins by repeating it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from .markdown import prose
from .paragraphs import LETTER, LONGEST_HEADING, is_heading, is_postscript, trim
from .scripts import HAN_KANA
from .text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..verdict import Span
    from .text import Line

_LETTER = re.compile(LETTER)
_TOKEN = re.compile(r"\S+")
_TOKEN_WITH_HAN = re.compile(rf"[{HAN_KANA}]|[^\s{HAN_KANA}]+")
"""Chinese and Japanese have no spaces between words: each character is a token."""
_MARKS = "#<*_"
"""Every heading has one of them."""
_QUOTES = "\"'“‘«„「『 \t\r\n"
_ENDS = frozenset(".!?…‥。！？｡।॥؟۔։።။។‼⁇⁈⁉")
_NUMBERED = re.compile(
    r"[\W_]*+(?:(?i:section|part|chapter|day|week|step|scene|act|stanza|verse|response|answer|version|option)[ \t]++"
    r"(?:\d{1,3}|[IVXivx]{1,5}|(?i:one|two|three|four|five|six))[\W_]*+|[^\W\d_]++[ \t]++\d{1,3}[\s:*_#)–—-]*+)"
)
_INSIDE_END = re.compile(r"[.!?。！？]\s")
_CLOSING = re.compile(r"[^.!?。！？\r\n]{1,60}+(?<=[,，])")
LONGEST_LABEL = 80
"""Characters up to which a line of few words is a label; languages without spaces have few words in a long line."""
LONGEST_LEAD_IN = 300
"""Characters up to which a line that ends with a colon only leads to what follows it."""
SIGNATURE = 6
"""Words up to which a line can be one of a signature."""
LONGEST_SIGNATURE = 4
"""Lines of a signature."""
SHORTEST_REPEAT = 8
"""Words of the prompt with which a response has to begin before they count as a repeated request."""
SMALLEST_SHARE = 4
"""Of how many equal pieces of the prompt it has to repeat one: less may be a sentence of the article, copied."""
NO_PARAGRAPHS = (
    "Titles, headings, greetings, lead-ins, lists, tables, code, signatures and a postscript do not count as "
    "paragraphs."
)
"""What every sentence that asks for paragraphs says of the rest."""


class TextPart(NamedTuple):
    """A part of a response: what it is, and where it stands."""

    kind: str
    """`paragraph`, `heading`, `label`, `list`, `postscript` or `signature`."""
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.start, self.end


def read_paragraphs(text: Text) -> list[Span]:
    """Return the paragraphs of a response, in order."""
    return [part.span for part in read_parts(text) if part.kind == "paragraph"]


def read_parts(text: Text) -> list[TextPart]:
    """Return the parts of a response that hold a letter or digit, in order; tables and code are left out.

    They are cached with the text: all checks of a response read the same ones.
    """
    start = behind_request(text)
    cached: dict[int, list[TextPart]] = text.get_cached("parts", dict)
    if start not in cached:
        cached[start] = _read(text, start)
    return cached[start]


def _read(text: Text, start: int) -> list[TextPart]:
    plain = prose(text)
    found = [part for part in _cut(plain, start) if _LETTER.search(plain.raw, part.start, part.end)]
    kinds = [part.kind for part in found]
    last = len(found) - 1
    for place, part in enumerate(found):
        if part.kind == "paragraph" and place < last and is_short_line(plain.raw, *part.span):
            kinds[place] = "label"
    _mark_end(plain.raw, found, kinds)
    return [TextPart(kind, part.start, part.end) for kind, part in zip(kinds, found, strict=True)]


def not_paragraphs(text: Text, parts: Iterable[TextPart]) -> str:
    """Say what of `parts` is no paragraph, as the end of a reason; "" if all are."""
    aside = [part for part in parts if part.kind != "paragraph"]
    if not aside:
        return ""
    first = aside[0]
    article = "a " if first.kind != "heading" else "a title or "
    where = f"{text.quote(first.span)} at line {text.line_number(first.start)} is {article}{first.kind}"
    return f"; {where}, not a paragraph"


def behind_request(text: Text) -> int:
    """Return where the answer begins: behind the prompt, as far as the response begins by repeating it; else 0."""
    at = len(text.raw) - len(text.raw.lstrip(_QUOTES))
    token_of = _TOKEN if text.prompt.isascii() else _TOKEN_WITH_HAN
    asked = token_of.finditer(text.prompt)
    first = next(asked, None)
    if first is None or not text.raw.startswith(first.group(), at):
        return 0
    number, end, upto = 1, at + len(first.group()), first.end()
    for token, said in zip(asked, token_of.finditer(text.raw, end), strict=False):
        if token.group() != said.group():
            break
        number, end, upto = number + 1, said.end(), token.end()
    whole = not text.prompt[upto:].strip()
    return end if whole or (number >= SHORTEST_REPEAT and upto * SMALLEST_SHARE >= len(text.prompt)) else 0


def counted_sentences(text: Text) -> list[Span]:
    """Return the sentences without what only looks like one.

    A greeting, a signature, a label such as "Day 1:" and a list item of a few words are no sentences: they end
    without a mark that ends one, and do not continue a line in which a sentence ended before.
    """
    raw, found = text.raw, text.sentences
    starts = [start for start, _ in text.words]
    counted: list[Span] = []
    end = 0
    for span in found:
        words = bisect_left(starts, span[1]) - bisect_left(starts, span[0])
        runs_on = counted and end == counted[-1][1] and not _line_between(raw, end, span[0])
        if is_bare_postscript(raw, *span):
            continue
        if runs_on or words > LONGEST_HEADING or span[1] - span[0] > LONGEST_LABEL or is_ended(raw, *span):
            counted.append(span)
        end = span[1]
    return counted


def is_ended(raw: str, start: int, end: int) -> bool:
    """Return whether a piece of text ends with a mark that ends a sentence, quotes and emphasis behind it aside."""
    at = end
    while at > max(start, end - 40) and not raw[at - 1].isalnum():
        at -= 1
        if raw[at] in _ENDS:
            return True
    return False


def _continues(raw: str, run: TextPart, line: Line) -> bool:
    """Return whether a line of text belongs to the run of lines before it: a heading ends, a postscript begins one."""
    return run.kind != "heading" and not is_postscript(raw, line.start, line.end)


def is_bare_postscript(raw: str, start: int, end: int) -> bool:
    """Return whether a piece of text is the mark of a postscript alone, such as "P.S."."""
    return end - start <= SHORTEST_REPEAT and is_postscript(raw, start, end)


def _cut(plain: Text, start: int) -> Iterator[TextPart]:
    """Yield the runs of lines that belong together, from `start` on."""
    raw = plain.raw
    run: TextPart | None = None
    after_list = False
    for line in plain.lines:
        if line.end <= start:
            continue
        kind = _kind(raw, line)
        at = max(line.start, start)
        if kind == "gap":
            after_list = after_list or (run is not None and run.kind == "list")
        elif kind == "paragraph" and run is not None and _continues(raw, run, line):
            run = TextPart(run.kind, run.start, line.end)  # a line below an item continues the item
            continue
        elif kind == "paragraph" and after_list and raw.startswith(("  ", "\t"), line.start):
            kind = "list"
        elif kind == "list" and run is not None and run.kind == "list":
            run = TextPart("list", run.start, line.end)
            continue
        if run is not None:
            yield _trim_part(raw, run)
        run = None if kind == "gap" else TextPart(kind, at, line.end)
        after_list = after_list and kind in ("gap", "list")
    if run is not None:
        yield _trim_part(raw, run)


def _trim_part(raw: str, part: TextPart) -> TextPart:
    return TextPart(part.kind, *trim(raw, part.start, part.end))


def _kind(raw: str, line: Line) -> str:
    if line.kind in ("blank", "rule"):
        return "gap"
    if line.kind in ("bullet", "numbered"):
        return "list"
    said = raw[line.start : line.end]
    if len(said) <= LONGEST_LABEL and _NUMBERED.fullmatch(said):
        return "heading"
    return "heading" if any(mark in said for mark in _MARKS) and is_heading(said) else "paragraph"


def is_list(raw: str, start: int, end: int) -> bool:
    """Return whether a part is a list: its first line is an item."""
    return any(line.kind in ("bullet", "numbered") for line in Text(raw[start:end]).lines[:1])


def is_short_line(raw: str, start: int, end: int) -> bool:
    """Return whether a part is one line that labels, greets or leads to what follows it, if anything does."""
    if "\n" in raw[start:end] or "\r" in raw[start:end] or is_ended(raw, start, end):
        return False
    said = raw[start:end]
    if said.rstrip("*_ ").endswith((":", "：")):
        return len(said) <= LONGEST_LEAD_IN and not _INSIDE_END.search(said)
    return len(said) <= LONGEST_LABEL and len(said.split()) <= LONGEST_HEADING


def _mark_end(raw: str, found: list[TextPart], kinds: list[str]) -> None:
    """Write into `kinds` which of the last parts are a postscript, and which is the signature before or behind it."""
    first = next((place for place, kind in enumerate(kinds) if kind == "paragraph"), len(kinds))
    signed = False
    for place in reversed(range(len(found))):
        short = kinds[place] == "label"
        if not short and kinds[place] != "paragraph":
            continue
        below = not short and place > 0 and is_bare_postscript(raw, *found[place - 1].span)
        if below or is_postscript(raw, *found[place].span):
            kinds[place] = "postscript"
        elif short:
            continue
        elif not signed and first < place and _is_signature(raw, found[place].span, found[place - 1].span):
            kinds[place] = "signature"
            signed = True
        else:
            break


def _is_signature(raw: str, span: Span, before: Span) -> bool:
    """Return whether a part ends a letter, as "Ann" does below "Yours," or behind a dash."""
    lines = [line.strip() for line in raw[slice(*span)].splitlines()]
    if len(lines) > LONGEST_SIGNATURE or is_ended(raw, *span) or any(len(line.split()) > SIGNATURE for line in lines):
        return False
    above = (*lines[: len(lines) - 1][:1], raw[slice(*before)])
    return lines[0][:1] in "—–" or any(map(_CLOSING.fullmatch, above))


def _line_between(raw: str, start: int, end: int) -> bool:
    return "\n" in raw[start:end] or "\r" in raw[start:end]
