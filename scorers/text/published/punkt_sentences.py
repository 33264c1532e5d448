"""Sentences by Punkt's published English model.

Punkt (Kiss and Strunk, 2006) asks of every full stop whether the word before it is an abbreviation, an initial or a
number, and whether the word behind it looks like the first of a sentence. The answers are in the model's tables,
which the `punkt` package brings along.

There are two readings of the algorithm. `load_published` gives NLTK's up to 3.9, by which IFEval, IFBench and
LiveBench counted; `load_modern` gives the `punkt` package's: curly quotes close a sentence, a spaced ellipsis is one
mark, and a stray `!` belongs to the sentence before it. Both take linear time and the same time twice.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...verdict import Span

_MARKS = ".?!"
_NO_FIRST_WORD = frozenset(";:,.!?")
_NUMBER = re.compile(r"-?[.,]?\d[\d,.-]*\.?")
_INITIAL = re.compile(r"[^\W\d]\.")
_ELLIPSIS = re.compile(r"\.(?:\.+|\s\.(?:\s\.)+)")
_NUMBER_TYPE = "##number##"

# What the model saw of a word: bits of its table of contexts.
_MID_UPPER = 4
_UPPER = 2 | 4 | 8
_BEGIN_LOWER = 16
_LOWER = 16 | 32 | 64

_REMEMBERED = 96
"""Longest context whose decision is remembered; loose forms of one response share nearly all of theirs."""


class _Model(NamedTuple):
    """The tables of Punkt's English model."""

    abbreviations: set[str]
    collocations: set[tuple[str, str]]
    starters: set[str]
    contexts: dict[str, int]


@cache
def _model() -> _Model:
    from punkt import load_model

    learned = load_model("english")
    return _Model(learned.abbrev_types, learned.collocations, learned.sent_starters, learned.ortho_context)


class Cutter:
    """Cuts texts into sentences by one reading of the algorithm."""

    def __init__(self, *, breaking: str, closing: str, joins_marks: bool) -> None:
        """`breaking`: characters that end a word; `closing`: those that a sentence takes along behind its mark.

        `joins_marks`: whether a spaced ellipsis is one mark, and marks alone belong to the sentence before.
        """
        inside = f"[{re.escape(breaking)}]"
        several = r"-{2,}|\.{2,}|(?:\.\s){2,}\."
        ends = rf"\s|$|{inside}|{several}"
        self._candidate = re.compile(rf"[{_MARKS}](?:(?={inside})|(?=\s+(\S+)))")
        self._words = re.compile(rf"{several}|[^\s(\"`{{\[:;&#*@)}}\]\-,]\S*?(?={ends}|,(?={ends}))|\S").findall
        self._closing = frozenset(closing)
        self._closers = re.compile(rf"[{re.escape(closing)}]+(?:\s+|(?=--)|$)", re.MULTILINE)
        self._joins_marks = joins_marks
        self._remembered: Callable[[str], bool] = lru_cache(maxsize=4096)(self._decide)

    def spans(self, raw: str) -> list[Span]:
        """Return the sentences of `raw` in order, without the white space between them."""
        found, start = [], 0
        for end, following in self._ends(raw):
            found.append((start, end))
            start = following
        found.append((start, len(raw.rstrip())))
        return self._realign_marks(raw, _join_pieces(raw, found) if self._joins_marks else found)

    def _ends(self, raw: str) -> Iterator[Span]:
        """Yield the end of each sentence but the last, and the start of the next.

        Of several marks without white space between them only the last can end a sentence, because they share one
        word; so a mark is decided when the next one shows that it has a word of its own.
        """
        flat = raw.replace("\n", " ").replace("\t", " ").replace("\r", " ").replace("\v", " ").replace("\f", " ")
        skipped = _inside_ellipses(raw) if self._joins_marks else ()
        word = mark = 0
        held = None
        for match in self._candidate.finditer(raw):
            at = match.start()
            if at in skipped:
                continue
            space = flat.rfind(" ", mark, at)
            begins = space + 1 if space > mark else word
            if held and mark <= begins and self._is_end(raw, word, held):
                yield self._cut(held)
            held, word, mark = match, begins, at
        if held and self._is_end(raw, word, held):
            yield self._cut(held)

    @staticmethod
    def _cut(match: re.Match[str]) -> Span:
        return match.end(), match.start(1) if match[1] else match.end()

    def _is_end(self, raw: str, word: int, match: re.Match[str]) -> bool:
        at = match.start()
        if raw[at] != ".":
            return True
        before, behind = raw[word:at], match[1]
        if behind and before.isalnum() and behind.isalnum():
            return _ends_sentence(f"{before}.", behind)
        context = raw[word : match.end(1) if behind else at + 2]
        return self._remembered(context) if len(context) <= _REMEMBERED else self._decide(context)

    def _decide(self, context: str) -> bool:
        """Say whether a sentence ends in `context`: a word, its mark, and the next word or the next character."""
        tokens = [token for line in context.split("\n") for token in self._words(line)]
        return any(_ends_sentence(token, following) for token, following in pairwise(tokens))

    def _realign_marks(self, raw: str, found: list[Span]) -> list[Span]:
        """Give closing quotes and brackets to the sentence before them."""
        joined, taken = [], 0
        for (start, end), (following, until) in pairwise([*found, (-1, -1)]):
            begin, taken = start + taken, 0
            if following < until and raw[following] in self._closing:
                match = self._closers.match(raw, following, until)
                if match:
                    joined.append((begin, following + len(match[0].rstrip())))
                    taken = len(match[0])
                    continue
            if begin < end:
                joined.append((begin, end))
        return joined


def _inside_ellipses(raw: str) -> set[int]:
    """Return where the full stops of spaced ellipses stand (". . ."), except for the last of each."""
    inside: set[int] = set()
    for match in _ELLIPSIS.finditer(raw):
        inside.update(range(match.start(), match.end() - 1))
    return inside


def _join_pieces(raw: str, found: list[Span]) -> list[Span]:
    """Add pieces that are nothing but marks to the sentence before them, and drop empty ones."""
    joined: list[Span] = []
    for start, end in found:
        if start >= end:
            continue
        if joined and raw[start] in _MARKS and not raw[start:end].strip(_MARKS):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _type(token: str) -> str:
    return _NUMBER_TYPE if _NUMBER.fullmatch(token) else token.lower()


def _bare(type: str) -> str:
    return type[:-1] if len(type) > 1 and type[-1] == "." else type


def _ends_at_sight(token: str) -> bool:
    """Say whether a token ends a sentence as far as its form alone shows."""
    if token in (".", "?", "!"):
        return True
    return token[-1] == "." and token[-2:] != ".." and not _is_abbreviation(token)


def _is_abbreviation(token: str) -> bool:
    stem, known = token[:-1].lower(), _model().abbreviations
    return stem in known or stem.rpartition("-")[2] in known


@lru_cache(maxsize=4096)
def _ends_sentence(token: str, following: str) -> bool:
    """Say whether `token` ends a sentence, given the token behind it."""
    ends = _ends_at_sight(token)
    if token[-1] != ".":
        return ends
    model = _model()
    before, behind = _bare(_type(token)), _type(following)
    if _ends_at_sight(following):
        behind = _bare(behind)
    if (before, behind) in model.collocations:
        return False
    seen = model.contexts.get(behind, 0)
    starts = _starts(following, seen)
    initial = _INITIAL.fullmatch(token) is not None
    if not ends and not initial and (_is_dots(token) or token[-2:] != ".."):
        return starts is True or (following[0].isupper() and behind in model.starters)
    if initial or before == _NUMBER_TYPE:
        name = initial and starts is None and following[0].isupper() and not seen & _LOWER
        return ends and starts is not False and not name
    return ends


def _is_dots(token: str) -> bool:
    return not token.strip(".")


def _starts(token: str, seen: int) -> bool | None:
    """Say whether `token` looks like the first word of a sentence; None where the model does not know."""
    if token in _NO_FIRST_WORD:
        return False
    if token[0].isupper() and seen & _LOWER and not seen & _MID_UPPER:
        return True
    if token[0].islower() and (seen & _UPPER or not seen & _BEGIN_LOWER):
        return False
    return None


@cache
def load_published() -> Cutter:
    """Return the cutter that published sentence counts rest on (NLTK up to 3.9)."""
    return Cutter(breaking=")\";}]*:@'({[?!", closing="\"')]}", joins_marks=False)


@cache
def load_modern() -> Cutter:
    """Return the cutter of the `punkt` package."""
    return Cutter(breaking=")\";}]*:@'({[?!‘’“”«»", closing="\"')]}’”«»", joins_marks=True)
