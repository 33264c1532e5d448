"""Foreign passages: the clauses of a text that are in another language than asked for, and stray words.

Quotations, code, addresses and titles in italics are left out first. What is left is cut into clauses. A clause in
the same script is foreign by its function words, one in Latin letters in a text of another script likewise. A word
in any other script is foreign unless it is a name (in capitals, in brackets, or explained in brackets) or a unit.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from ..scripts import parts_pattern
from .detector import probabilities
from .profiles import function_words, is_name, language_of_clause

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ...verdict import Span

_NOT_PROSE = re.compile(r"```.*?(?:```|\Z)|(?<!`)`[^`\r\n]++`|https?://\S+|[\w.+-]{1,64}+@[\w-]++\.[\w.-]++", re.DOTALL)
_QUOTED = re.compile(
    r"""(?=[“„«‹「『《"‘*_])(?:“[^“”]{1,600}+”|„[^„“”]{1,600}+[“”]|«[^«»]{1,600}+»|‹[^‹›]{1,600}+›|「[^「」]{1,600}+」|『[^『』]{1,600}+』
      |《[^《》]{1,200}+》|(?<!\w)"[^"\r\n]{1,600}+"(?!\w)|(?<!\w)‘[^‘’\r\n]{1,300}+’(?!\w)
      |(?<=[^\s*_][ \t])(?P<mark>[*_])(?![*_\s])[^*_\r\n]{1,120}+(?<!\s)(?P=mark)(?![*_]))""",
    re.VERBOSE,
)
_ENDS = re.compile(r"[.!?…。！？।؟۔]*+")
_UNCASED = frozenset(("Han", "kana", "Hangul"))
_CHINESE = re.compile(
    "[的了是们們这這那很都也我你他她吗嗎吧呢着给給让讓把被从從对對就还還没沒师开门车东见长书贝钱铁银难风飞马鸟语说话时问间]"
)
_CAN_BE_LOANS = frozenset("in like no am do on let text version free first help it".split())
"""English function words that may be units, buttons or loan words."""
ENOUGH = 7
"""Different words of a clause from which on a detector is asked if function words are few."""
FEW = 5
"""Words of a clause in Latin letters, in a text of another script, from which on it is a passage and no term."""
_FOREIGN_LETTERS = {
    "ru": ("іїєґ", "uk"),
    "uk": ("ыэёъ", "ru"),
    "bg": ("ыэё", "ru"),
    "ar": ("پچژگٹڈڑںےھہ", "fa"),
    "fa": ("ٹڈڑںےھہ", "ur"),
    "ur": ("ةىإأ", "ar"),
}
"""Letters that a language does not have, and the likeliest of the languages that do."""
CLAUSES = 40
"""Clauses that a detector is asked about; it may need milliseconds for each."""


class Word(NamedTuple):
    """A word of a text, of letters of one script."""

    text: str
    script: str
    start: int
    end: int


class Passage(NamedTuple):
    """A stretch of a text in another language or script."""

    span: Span
    language: str
    """Code of the language, or the name of the script if the words show none."""


def hide_code(text: str) -> str:
    """Return `text` with blanks in place of code and addresses; every position stays what it was."""
    return _NOT_PROSE.sub(_blank, text) if "`" in text or "@" in text or "://" in text else text


def hide_quotations(text: str) -> str:
    """Return `text` with blanks in place of quotations, unless they are nearly all of it."""
    quoted = [match for match in _QUOTED.finditer(text) if match["mark"] is None]
    size = sum(match.end() - match.start() for match in quoted)
    return text if 5 * size >= 4 * len(text.strip()) else _QUOTED.sub(_blank, text)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def clauses(text: str) -> Iterator[list[Word]]:
    """Yield the words of each clause; sentences, lines, brackets, quotations and colons bound clauses."""
    words: list[Word] = []
    for match in parts_pattern(ascii=text.isascii()).finditer(text):
        if match.lastgroup != "stop":
            words.append(Word(match[0], str(match.lastgroup), *match.span()))
        elif words:
            yield words
            words = []
    if words:
        yield words


def foreign_passages(text: str, code: str, scripts: Iterable[str], cut: Iterable[list[Word]]) -> list[Passage]:
    """Return the passages of `text` that are not in the language `code`, written in `scripts`."""
    own = frozenset(scripts)
    found: list[Passage] = []
    left = CLAUSES
    for words in cut:
        for run in _runs(words, own):
            if len(run) > 3 or run[0].script not in own:
                passage, asked = _find_foreign(text, run, code, own, may_ask=left > 0)
                left -= asked
                found += passage
    return _merge_passages(text, found)


def _runs(words: Sequence[Word], own: frozenset[str]) -> Iterator[list[Word]]:
    """Yield the words of one script that follow each other, scripts of the language taken together."""
    for _, run in groupby(words, lambda word: "" if word.script in own else word.script):
        yield list(run)


def _find_foreign(
    text: str, run: Sequence[Word], code: str, own: frozenset[str], *, may_ask: bool
) -> tuple[list[Passage], bool]:
    script = run[0].script
    span = (run[0].start, run[-1].end)
    if script in _UNCASED and script in own:
        return [], False
    if script not in own and script != "Latin":
        strays = [word for word in run if not _is_excused(text, run, word)]
        return [Passage((word.start, word.end), script) for word in strays], False
    words = [word.text for word in run]
    language, hits, of_own = language_of_clause(words, script, code)
    if language is None and script in own:
        language = _by_letters(words, code)
    is_long = of_own == 0 and hits > 0 and len(set(words)) >= ENOUGH
    if script not in own and len(set(words)) >= FEW:
        is_long = is_long or sum(word.islower() and len(word) > 2 for word in words) >= FEW - 1
    asked = language is None and may_ask and is_long
    if asked:
        language = _detect_language(words, code)
    if language is None and script not in own and _is_stray(text, run):
        language = "en"
    return [Passage(span, language)] if language else [], asked


def _by_letters(words: Sequence[str], code: str) -> str | None:
    """Return the language that a clause is in by letters that the language `code` does not have."""
    letters, language = _FOREIGN_LETTERS.get(code, ("", ""))
    number = sum(any(letter in letters for letter in word.lower()) for word in words) if letters else 0
    return language if number > 1 else None


def _detect_language(words: Sequence[str], code: str) -> str | None:
    """Return the language that a detector takes a clause for, None if it is not sure."""
    likely = probabilities(" ".join(words).lower()) or [(code, 1.0)]
    language = likely[0][0].partition("-")[0]
    sure = language != code and likely[0][1] > 0.95
    return language if sure and not is_name(words, language) and sum(len(word) > 1 for word in words) > 4 else None


def _is_stray(text: str, run: Sequence[Word]) -> bool:
    """True if Latin words in another script are everyday English; names, terms and what is in brackets are not."""
    english = function_words()["en"] - _CAN_BE_LOANS
    known = sum(len(word.text) > 1 and word.text in english for word in run)
    if 2 * known < len(run) or not all(word.text.islower() for word in run) or _in_brackets(text, run):
        return False
    return not (len(run) == 1 and text[: run[0].start].rstrip()[-1:].isdigit())


def _in_brackets(text: str, run: Sequence[Word]) -> bool:
    before, after = text[max(0, run[0].start - 2) : run[0].start].rstrip(), text[run[-1].end : run[-1].end + 2].lstrip()
    return before[-1:] in ("(", "（", "[", "*", "_") or after[:1] in ("(", "（")


def _is_excused(text: str, run: Sequence[Word], word: Word) -> bool:
    """True for a word in a foreign script that is a unit or symbol, a name, or explained in brackets."""
    glued = text[word.start - 1 : word.start].isalpha() or text[word.end : word.end + 1].isalpha()
    if word.script == "Greek" and len(word.text) <= 2:
        return True
    if word.script == "kana" and word.text == "の":
        return True
    if word.script not in _UNCASED and len(run) <= 4 and not glued and all(w.text[0].isupper() for w in run):
        return True
    return _in_brackets(text, run)


def chinese_clauses(text: str, cut: Iterable[list[Word]]) -> list[Passage]:
    """Return the clauses of a Japanese or Korean text that are Chinese: Chinese characters alone, some only Chinese."""
    found = []
    for words in cut:
        han = "".join(word.text for word in words if word.script == "Han")
        others = any(word.script in ("kana", "Hangul") for word in words)
        if len(han) >= 6 and not others and len(_CHINESE.findall(han)) >= 2:
            found.append(Passage((words[0].start, words[-1].end), "zh"))
    return _merge_passages(text, found)


def _merge_passages(text: str, passages: Sequence[Passage]) -> list[Passage]:
    """Join passages in one language that nothing with a letter or digit parts."""
    merged: list[Passage] = []
    for passage in passages:
        last = merged[-1] if merged else None
        between = text[last.span[1] : passage.span[0]] if last and last.language == passage.language else "x"
        if last and not any(map(str.isalnum, between)):
            merged[-1] = Passage((last.span[0], passage.span[1]), passage.language)
        else:
            merged.append(passage)
    return [Passage((start, _with_marks(text, end)), language) for (start, end), language in merged]


def _with_marks(text: str, end: int) -> int:
    """Return where the marks end that close a sentence behind `end`."""
    return _ENDS.match(text, end).end()  # type: ignore[union-attr]  # it matches anywhere
