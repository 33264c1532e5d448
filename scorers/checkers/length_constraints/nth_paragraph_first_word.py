"""length_constraints:nth_paragraph_first_word."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from random import Random
from typing import Any, Self

from scorers import (
    Case,
    Checker,
    Context,
    Demands,
    Filler,
    PublishedVariant,
    Span,
    Text,
    Verdict,
    cached_text,
    exactly,
    format_count,
    format_lines,
    integer,
)

from ...checker import READ_AS_SEEN
from ...params import StringParam
from ...repair.paragraphs import cut_into
from ...text.paragraphs import LETTER, blocks, body
from ...text.parts import NO_PARAGRAPHS, not_paragraphs, read_parts
from ...text.reasons import format_asked
from ...text.word_lists import word_list
from ...text.word_search import runs_on

_WORD = re.compile(rf"{LETTER}+(?:['’‐‑_-]{LETTER}+)*")
_LEAD = re.compile(r"[\W_]*+")
_JOINERS = "'’‐‑-_"
_CUTS_WORD = re.compile(r"[.,?!'\"]")
_QUOTES_ONLY = re.compile(r"[\"'\s]*")
_DRAWN_INSTEAD = "and the published verifier draws another number at random instead"


class _WordParam(StringParam):
    """A single word, drawn from the word list."""

    def draw(self, rng: Random, context: Context, limit: Any = None) -> str:
        return super().draw(rng, context, limit or word_list(context.language))

    @property
    def range(self) -> str:
        return "any text that is not blank; drawn from the word list"


def _word(doc: str) -> Any:
    return field(metadata={"param": _WordParam(doc)})


def _check_published(self: NthParagraphFirstWord, text: Text) -> Verdict:
    parts = text.raw.split("\n\n")
    number = sum(1 for part in parts if part.strip())
    # Other numbers are refused, or else 1 is the only one that the published verifier can draw for them.
    nth = self.nth_paragraph if 1 <= self.nth_paragraph <= self.num_paragraphs else 1
    words = parts[nth - 1].split(maxsplit=1) if nth <= number else []
    if not words:
        return self._make_verdict(number, None, text, starts_right=False)
    start = sum(map(len, parts[: nth - 1])) + 2 * (nth - 1)
    start = text.raw.index(words[0], start)
    bare = _CUTS_WORD.split(words[0].lstrip("'").lstrip('"'), maxsplit=1)[0]
    # Letter by letter: lower() of a whole word treats a final sigma otherwise.
    starts_right = "".join(letter.lower() for letter in bare) == self.first_word.lower()
    return self._make_verdict(number, (start, start + len(words[0])), text, starts_right=starts_right)


def _unknown_paragraph(self: NthParagraphFirstWord, beyond: int) -> str:
    """Say why the published verifier would draw: it takes other numbers out of 1 to num_paragraphs + `beyond`."""
    if self.num_paragraphs < 0:
        return f"num_paragraphs is {self.num_paragraphs}, {_DRAWN_INSTEAD}"
    if 1 <= self.nth_paragraph <= self.num_paragraphs or self.num_paragraphs + beyond == 1:
        return ""
    return (
        f"nth_paragraph is {self.nth_paragraph} of {format_count(self.num_paragraphs, 'paragraph')}, {_DRAWN_INSTEAD}"
    )


@dataclass(frozen=True)
class NthParagraphFirstWord(Checker):
    """Demands an exact number of paragraphs between blank lines, and the first word of one of them."""

    id = "length_constraints:nth_paragraph_first_word"
    rule_books = frozenset({"audited", "ifeval"})
    english = "takes the text before the first space for a word"
    version = 3
    changes = (
        (
            "A bold line that ends with ！ or ？ is a paragraph, and a postscript begun by 附言： is none: "
            "Chinese marks are marks."
        ),
        (
            f"{READ_AS_SEEN} Lists, greetings, labels and signatures are no paragraphs: one meaning of the word in "
            "all instructions."
        ),
    )

    num_paragraphs: int = integer("how many paragraphs there are", low=1, drawn=(1, 5))
    nth_paragraph: int = integer("which paragraph begins with the word, counted from 1", low=1, drawn=(1, 5))
    first_word: str = _word("the word that it begins with")

    good = [
        Case("One.\n\n**Hand:** two.", num_paragraphs=2, nth_paragraph=2, first_word="hand"),
        Case("One.\r\n\r\n“Hand” two.", num_paragraphs=2, nth_paragraph=2, first_word="Hand", why="other line ends"),
        Case("\n\nHand one.\n \n\n\nTwo.", num_paragraphs=2, nth_paragraph=1, first_word="hand", why="any blank lines"),
        Case("It’s one.", num_paragraphs=1, nth_paragraph=1, first_word="it's"),
        Case(
            "今天下雨。\n\n**明天放晴！**\n\n附言：带伞。",
            num_paragraphs=2,
            nth_paragraph=2,
            first_word="明天",
            why="no word bounds",
        ),
        Case(
            "<<A Day Out>>\n\nHand one.\n\n## More\nAnd two.\n\nP.S. Bye.",
            num_paragraphs=2,
            nth_paragraph=1,
            first_word="hand",
            why="neither a title nor a postscript is a paragraph",
        ),
        Case(
            "Dear Ann,\n\nHere is what I want:\n\n- tea\n- milk\n\nHand it over.\n\nYours,\nBob",
            num_paragraphs=1,
            nth_paragraph=1,
            first_word="hand",
            why="nor a greeting, a lead-in, a list or a signature",
        ),
    ]
    bad = [
        Case("Hand-made one.\n\nTwo.", num_paragraphs=2, nth_paragraph=1, first_word="hand", why="another word"),
        Case("A hand.\n\nTwo.", num_paragraphs=2, nth_paragraph=1, first_word="hand"),
        Case("Hand one.\ntwo", num_paragraphs=2, nth_paragraph=1, first_word="hand", why="no blank line"),
        Case("Hand one.\n\nP.S. two", num_paragraphs=2, nth_paragraph=1, first_word="hand"),
        Case("Hand one.\n\n- two\n- three", num_paragraphs=2, nth_paragraph=1, first_word="hand", why="a list"),
        Case("Hand's one.", num_paragraphs=1, nth_paragraph=1, first_word="hand"),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        number, nth, word = cls.params().values()
        limits = context.limits or {}
        low, high = limits.get("nth_paragraph") or (1, 5)
        fewest, most = limits.get("num_paragraphs") or (1, 5)
        num_paragraphs = number.draw(rng, context, (max(fewest, min(low, most)), most))
        nth_paragraph = nth.draw(rng, context, (min(low, num_paragraphs), min(high, num_paragraphs)))
        return cls(num_paragraphs, nth_paragraph, word.draw(rng, context, limits.get("first_word")))

    def range_error(self) -> str:
        beyond = self.nth_paragraph > self.num_paragraphs
        there = f"but there are only {self.num_paragraphs}" if self.num_paragraphs > 1 else "but there is only 1"
        return super().range_error() or (f"nth_paragraph is {self.nth_paragraph}, {there}" if beyond else "")

    def describe(self) -> str:
        which = "exactly 1 paragraph, with no blank line in it, and begin it"
        if self.num_paragraphs > 1:
            which = f"exactly {self.num_paragraphs} paragraphs, separated by blank lines, and begin paragraph "
            which += str(self.nth_paragraph)
        return f'Write {which} with the word "{self.first_word}". {NO_PARAGRAPHS}'

    def check(self, text: Text) -> Verdict:
        raw = text.raw
        parts = read_parts(text)
        found = [part.span for part in parts if part.kind == "paragraph"]
        reason, spans = f"{format_count(len(found), 'paragraph')}", [_first_word(raw, *span) for span in found]
        counted = len(found) == self.num_paragraphs
        if not counted:
            asked = format_asked("exactly", self.num_paragraphs)
            reason += f"{format_lines(text, found)}; {asked}{not_paragraphs(text, parts)}"
        if self.nth_paragraph > len(found):
            return Verdict.of(False, reason, spans)
        start, end = found[self.nth_paragraph - 1]
        start = body(raw, start, end)
        asked_word = self._opening(raw, start, end)
        first = asked_word or _first_word(raw, start, end)
        reason += f"; paragraph {self.nth_paragraph} begins with {text.quote(first)}"
        if asked_word is None:
            reason += f", not with {self.first_word.strip()!r}"
        return Verdict.of(counted and asked_word is not None, reason, [first] if counted else sorted({*spans, first}))

    def demands(self) -> Demands:
        opening = ((self.nth_paragraph, self.first_word.strip()),)
        return Demands(phase="skeleton", blocks=exactly(self.num_paragraphs), first_words=opening)

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        edges = sorted({0, len(draft), *(part.start for part in read_parts(cached_text(draft)))})
        pieces = [draft[a:b] for edge in pairwise(edges) for a, b in _blank_apart(draft, *edge)]
        repaired = self._join_paragraphs(cut_into(pieces, self.num_paragraphs))
        if self.check(cached_text(repaired)).followed:
            return repaired
        filler = Filler(turn=5)
        return self._join_paragraphs([filler.sentence(6) for _ in range(self.num_paragraphs)])

    def _join_paragraphs(self, parts: list[str]) -> str:
        """Join paragraphs, the nth one given its first word."""
        part = parts[self.nth_paragraph - 1]
        at = body(part, 0, len(part))
        if not self._opening(part, at, len(part)):
            word = self.first_word.strip()
            word = word[:1].upper() + word[1:] if word.isascii() else word
            above, own = part[:at], part[at:]
            first = _WORD.search(own)
            lead = own[: first.start()] if first else own
            if _QUOTES_ONLY.fullmatch(lead):
                part = f"{above}{lead}{word} {own[len(lead) :]}"
            else:
                part = f"{above}{word} {Filler(turn=5).sentence(3).lower()}\n{own}"
        return "\n\n".join([*parts[: self.nth_paragraph - 1], part, *parts[self.nth_paragraph :]])

    def _opening(self, raw: str, start: int, end: int) -> Span | None:
        """Find the asked word where [start, end) begins with it, behind quotes, brackets, marks of emphasis."""
        span = _begun(self.first_word, raw, start, end)
        if span is None:
            return None
        last, after = raw[span[1] - 1], raw[span[1] : min(span[1] + 2, end)]
        joined = after[:1] in _JOINERS and runs_on(last, after[1:])
        return None if joined or runs_on(last, after[:1]) else span

    def _make_verdict(self, number: int, first: Span | None, text: Text, *, starts_right: bool) -> Verdict:
        reason = f"{format_count(number, 'paragraph')}; "
        if first is None:
            return Verdict(False, f"{reason}there is no paragraph {self.nth_paragraph}")
        reason += f"paragraph {self.nth_paragraph} starts with {text.quote(first)}"
        return Verdict.of(starts_right and number == self.num_paragraphs, reason, [first])

    published = {
        "ifeval": PublishedVariant(
            why="Parts at two newlines only, takes a blank part into account when it looks for the nth paragraph but "
            "not when it counts, and reads the first word up to one of . , ? ! and quotes: a mark of emphasis, a "
            "bracket or a colon belongs to the word, 's does not. A title or a postscript set off is a paragraph.",
            source="IFEval ParagraphFirstWordCheck",
            check=_check_published,
            good=(
                Case("Hand's one.", num_paragraphs=1, nth_paragraph=1, first_word="hand"),
                Case("<<Hand>>\n\nTwo.", num_paragraphs=2, nth_paragraph=2, first_word="two"),
            ),
            bad=(
                Case("Hand: x\n\nb", num_paragraphs=2, nth_paragraph=1, first_word="hand"),
                Case("one\n\n\n\ntwo", num_paragraphs=2, nth_paragraph=2, first_word="two"),
                Case("One.\r\n\r\nTwo.", num_paragraphs=2, nth_paragraph=2, first_word="two"),
                Case("It's one.", num_paragraphs=1, nth_paragraph=1, first_word="it's"),
            ),
            refuses=lambda self: _unknown_paragraph(self, beyond=1),
        ),
    }
    published["livebench"] = replace(
        published["ifeval"],
        why=f"As in IFEval; but an nth paragraph outside the range becomes 1 where there is 1 paragraph. "
        f"{published['ifeval'].why}",
        source="LiveBench ParagraphFirstWordCheck",
        refuses=lambda self: _unknown_paragraph(self, beyond=0),
    )


def _blank_apart(draft: str, start: int, end: int) -> list[Span]:
    """Return the stretches between blank lines of a part."""
    return [(start + a, start + b) for a, b in blocks(draft[start:end])]


def _first_word(raw: str, start: int, end: int) -> Span:
    match = _WORD.search(raw, start, end)
    return match.span() if match else (start, start + 1)


def _begun(word: str, raw: str, start: int, end: int) -> Span | None:
    """Find `word` behind what is no letter or digit at the beginning of [start, end), in any case."""
    if word.isascii() and word.isalnum():  # letter by letter: no pattern has to be made
        at = _LEAD.match(raw, start, end).end()  # type: ignore[union-attr]  # it matches anywhere
        said = raw[at : min(at + len(word), end)]
        if said.isascii():
            return (at, at + len(word)) if said.lower() == word.lower() else None
    match = _at_start(word).match(raw, start, end)
    return match.span(1) if match else None


@lru_cache(maxsize=256)
def _at_start(word: str) -> re.Pattern[str]:
    lead = r"[\W_]*+" if re.match(LETTER, word.strip()) else r"[\W_]*?"
    word = r"\s+".join(re.sub("['’ʼ]", "['’ʼ]", re.escape(part)) for part in word.split())
    return re.compile(rf"{lead}({word})", re.IGNORECASE)
