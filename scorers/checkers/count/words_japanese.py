"""count:words_japanese.

Audited: a word stands between white space and holds a letter or a digit. It is Japanese if it has kana or kanji in
it. Where every word has to be, kanji alone could be Chinese: then some kana must occur.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import (
    Case,
    Checker,
    Demands,
    PublishedVariant,
    Text,
    Verdict,
    cached_text,
    format_asked,
    format_count,
    format_lines,
    number,
)

from ...demands import JAPANESE
from ...params.published import drawn_at_random, format_number
from ...text.published.ascii_punctuation import ENDS, MARKS, bare_span, piece_span

_PIECE = re.compile(r"\S+")
_HAS_WORD = re.compile(r"[^\W_]")
_KANA = "\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d"
_JAPANESE = re.compile(f"[{_KANA}\u3005\u4e00-\u9fff\u3400-\u4dbf]")
_HAS_KANA = re.compile(f"[{_KANA}]")
_PUBLISHED_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_WORDS = ("みず", "やま", "うみ", "かわ", "まち", "はな", "そら", "いえ")


def _first_foreign(self: WordsJapanese, pieces: list[str]) -> int | None:
    """Return the place of the first piece that has to be Japanese and is not."""
    for place, piece in enumerate(pieces):
        if (place + 1) % self.N:
            continue
        word = piece.strip(ENDS)
        if word and not word.isdigit() and not _PUBLISHED_JAPANESE.search(word):
            return place
    return None


def _check_published(self: WordsJapanese, text: Text) -> Verdict:
    place = _first_foreign(self, text.raw.split())
    if place is None:
        return Verdict(True, f"none of these words is in another script; {_format_step(self)}")
    return _foreign(self, text, place + 1, piece_span(text.raw, place))


def _check_livebench(self: WordsJapanese, text: Text) -> Verdict:
    pieces = [piece for piece in text.raw.split() if piece.strip(MARKS)]
    if not pieces:
        return Verdict(False, f"no words; {_format_step(self)}")
    place = _first_foreign(self, pieces)
    if place is None:
        return Verdict(True, f"none of these words is in another script; {_format_step(self)}")
    return _foreign(self, text, place + 1, bare_span(text.raw, place))


def _foreign(self: WordsJapanese, text: Text, number: int, span: tuple[int, int]) -> Verdict:
    found = f"word {number} is {text.quote(span)}{format_lines(text, [span])}"
    return Verdict.of(False, f"{found}; {_format_step(self)}", [span])


def _format_step(self: WordsJapanese) -> str:
    which = "every word" if self.N == 1 else f"every word at a multiple of {format_number(self.N)}"
    return f"{which} in Japanese was asked"


def _refuse_published(self: WordsJapanese) -> str:
    if self.N == 0:
        return "N is 0, and the published verifier raises on that"
    return drawn_at_random("N", self.N)


@dataclass(frozen=True)
class WordsJapanese(Checker):
    """Demands that every Nth word is Japanese."""

    id = "count:words_japanese"
    rule_books = frozenset({"audited", "ifbench"})

    N: float = number("the step: words whose number is a multiple of it are Japanese", low=1, drawn=(2, 10))

    good = [
        Case("one 海 three 「山」 five", N=2),
        Case("- one 海", N=2, why="a mark is no word"),
        Case("これは ﾊﾝ です", N=1.0, why="half-width kana"),
    ]
    bad = [
        Case("one two", N=2),
        Case("これは全部日本語です", N=5, why="there is no fifth word"),
        Case("中文", N=1, why="no kana in the whole text"),
        Case("one 42", N=2, why="a number is not Japanese"),
    ]

    def describe(self) -> str:
        if self.N == 1:
            return "Write every word (1 of 1) in Japanese, with spaces between the words."
        step = format_number(self.N)
        return f"Write every word whose position is a multiple of {step} in Japanese, and put spaces between all words."

    def check(self, text: Text) -> Verdict:
        step = int(self.N)
        spans = [m.span() for m in _PIECE.finditer(text.raw) if _HAS_WORD.search(m.group())]
        chosen = spans[step - 1 :: step]
        if not chosen:
            return Verdict(False, f"{format_count(len(spans), 'word')}; {format_asked('at least', step)}")
        for number_, span in enumerate(chosen, 1):
            if not _JAPANESE.search(text.raw, *span):
                return _foreign(self, text, number_ * step, span)
        if step == 1 and not _HAS_KANA.search(text.raw):
            return Verdict.of(False, f"no kana in it; {_format_step(self)}", chosen)
        return Verdict.of(True, f"{format_count(len(chosen), 'word')} in Japanese; {_format_step(self)}", chosen)

    def demands(self) -> Demands:
        return Demands(
            phase="content",
            traits=(("white space", "between words"), ("script of the words", "Japanese here and there")),
            meanings=(JAPANESE,),
        )

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        step = int(self.N)
        spans = [m.span() for m in _PIECE.finditer(draft) if _HAS_WORD.search(m.group())]
        parts, at = [], 0
        for count, (start, end) in enumerate(spans[step - 1 :: step]):
            if step == 1 or not _JAPANESE.search(draft, start, end):
                parts += [draft[at:start], _word(draft[start:end], count)]
                at = end
        text = "".join([*parts, draft[at:]]).rstrip()
        missing = step - len(spans)
        if missing > 0:
            text = " ".join([text, *["towns"] * (missing - 1), _WORDS[0]]).lstrip()
        return text

    published = {
        "ifbench": PublishedVariant(
            why="Fewer words than N pass, punctuation alone counts as a word, and such words may be numbers or have "
            "no kana in the whole text.",
            source="IFBench JapaneseCheck",
            check=_check_published,
            good=(Case("これ one", N=5), Case("中文", N=1), Case("one 42", N=2)),
            bad=(Case("ﾊﾝ", N=1), Case("- one 海", N=2)),
            refuses=_refuse_published,
        ),
        "livebench": PublishedVariant(
            why="As IFBench, but punctuation alone is no word.",
            source="LiveBench JapaneseCheck",
            check=_check_livebench,
            good=(Case("これ one", N=5), Case("- one 海", N=2)),
            bad=(Case("...", N=1),),
            refuses=_refuse_published,
        ),
    }


def _word(piece: str, count: int) -> str:
    """Return a Japanese word with the marks that end `piece`."""
    marks = piece[len(piece.rstrip(".,;:!?")) :]
    return _WORDS[count % len(_WORDS)] + marks
