"""words:paragraph_last_first.

Audited: paragraphs stand between blank lines; a text whose every line does it follows too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Range, Span, Text, Verdict, cached_text

from ...demands import PARAGRAPHED
from ...repair.attempts import first_following
from ...text.published.ascii_punctuation import ENDS, MARKS
from ...text.word_search import words_within

_STRIPPED = f"{MARKS}‘’“”–—…«»"
_LINE = re.compile(r"[^\n\r]+")
_BLOCK = re.compile(r"[^\n\r]+(?:(?:\r\n|\n|\r)[^\S\n\r]*+[^\s][^\n\r]*+)*+")


def _check_published(_: ParagraphLastFirst, text: Text) -> Verdict:
    at = 0
    for line in text.raw.split("\n"):
        words = line.strip().lower().strip(ENDS).split()
        if words and words[0] != words[-1]:
            return _differ(words[0], words[-1], [(at, at + len(line))])
        at += len(line) + 1
    return Verdict(True, "every line ends with the word that it begins with")


def _check_livebench(_: ParagraphLastFirst, text: Text) -> Verdict:
    chunks = text.raw.split("\n\n")
    if len(chunks) < 2:
        return Verdict(False, "one paragraph")
    for chunk in chunks:
        words = [word for piece in chunk.lower().split() if (word := piece.strip(_STRIPPED))]
        if words and words[0] != words[-1]:
            return _differ(words[0], words[-1], [])
    return Verdict(True, "every paragraph ends with the word that it begins with")


def _differ(first: str, last: str, spans: list[Span]) -> Verdict:
    return Verdict.of(False, f"one begins with {first!r:.40} and ends with {last!r:.40}", spans)


def _ends(text: Text, pattern: re.Pattern[str]) -> list[tuple[Span, Span, Span]]:
    """Return every paragraph that has words, with the first and the last of them."""
    spans = [match.span() for match in pattern.finditer(text.raw)]
    inside = words_within(text.words, spans)
    return [(span, words[0], words[-1]) for span, words in zip(spans, inside, strict=True) if words]


@dataclass(frozen=True)
class ParagraphLastFirst(Checker):
    """Demands that every paragraph ends with the word that it begins with."""

    id = "words:paragraph_last_first"
    rule_books = frozenset({"audited", "ifbench"})

    good = [
        Case("Hi, there hi."),
        Case("“Hi there\nbig hi”\n\n- Bye now bye!"),
        Case("Hi there hi.\nBye now bye.", why="every line does it"),
    ]
    bad = [
        Case("Hi there hi.\n\nBye now."),
        Case("Word", why="one word is not two"),
        Case("---\n***"),
        Case("Hi there\nbig bye."),
    ]

    def describe(self) -> str:
        return "End every paragraph with the word that it begins with, and separate paragraphs with a blank line."

    def check(self, text: Text) -> Verdict:
        blocks = _ends(text, _BLOCK)
        wrong = self._wrong(text, blocks)
        if blocks and (not wrong or not self._wrong(text, _ends(text, _LINE))):
            return Verdict(True, f"{len(blocks)} of {len(blocks)} paragraphs end so")
        if not blocks:
            return Verdict(False, "no words")
        (start, first, last) = wrong[0]
        if first == last:
            return Verdict.of(False, f"the paragraph {text.quote(start)} has one word", [first])
        return _differ(text.raw[slice(*first)], text.raw[slice(*last)], [first, last])

    def _wrong(self, text: Text, blocks: list[tuple[Span, Span, Span]]) -> list[tuple[Span, Span, Span]]:
        raw = text.raw
        return [
            (span, first, last)
            for span, first, last in blocks
            if first == last or raw[slice(*first)].lower() != raw[slice(*last)].lower()
        ]

    def demands(self) -> Demands:
        return Demands(
            phase="edges",
            words=Range(2),
            traits=(("white space", "between words"),),
            meanings=(PARAGRAPHED,),
        )

    def repair(self, draft: str) -> str:
        text = cached_text(draft)
        if self.check(text).followed:
            return draft
        parts = []
        for (start, end), first, last in _ends(text, _BLOCK):
            word, block = draft[slice(*first)], draft[start:end].strip()
            if first != last and word.lower() == draft[slice(*last)].lower():
                parts.append(block)
                continue
            body = " ".join(draft[first[0] : last[1]].split())
            parts.append(f"{body} {word.lower() if first == last else word}.")
        if len(parts) < 2:
            parts.append("Towns welcome towns.")
        return first_following(self, "\n\n".join(parts), "Rivers feed rivers.\n\nTowns welcome towns.")

    published = {
        "ifbench": PublishedVariant(
            why="Every line is a paragraph, one word is enough, and a mark behind the first word stays on it.",
            source="IFBench ParagraphLastFirstWordMatchChecker",
            check=_check_published,
            good=(Case("Word"), Case("---\n***")),
            bad=(Case("Hi, there hi."),),
        ),
        "livebench": PublishedVariant(
            why="Wants at least two paragraphs, one word of each being enough.",
            source="LiveBench ParagraphLastFirstWordMatchChecker",
            check=_check_livebench,
            good=(Case("Hi.\n\nBye."),),
            bad=(Case("Hi there hi."),),
        ),
    }
