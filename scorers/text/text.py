"""Text: a response cut up once, each cut made when first needed and saved.

Cuts named `published_*` are those of the published verifiers and work on the raw text. The others are ours
(audited), and audited checkers get them of `Text.plain`, the text as a reader sees it. All are lists of half-open
spans in code points, and all are linear in the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, overload

from .lines import Line, line_starts, split_lines
from .plain import make_plain
from .plain.markup import emphasis_in_words
from .plain.spans import SpanMap
from .published import ascii_punctuation, livebench_sentences, punkt_sentences
from .scripts import HAN_KANA, MARKS
from .sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..verdict import Span

__all__ = ["HAN_KANA", "Line", "Plain", "SpanMap", "Text", "cached_text"]

_ALNUM = rf"[^\W_{HAN_KANA}]"
_RUN = rf"{_ALNUM}+(?:[{MARKS}]+{_ALNUM}*)*"
_JOIN = r"['’ʼ\-‐‑._@&\u00ad\u200c\u200d]"
# A word: an address, one Han or Kana character, or letters and digits with joiners inside (don't, 3.5, e-mail,
# U.S, 1,000; also the invisible joiners of Persian and Hindi, and the soft hyphen). The ASCII form is the same rule
# without what ASCII cannot hold.
_WORD = re.compile(
    rf"https?://\S*[^\W_]|[{HAN_KANA}]|{_RUN}(?:(?:{_JOIN}|(?<=\d),(?=\d)){_RUN})*",
)
_WORD_ASCII = re.compile(r"https?://\S*[A-Za-z0-9]|[A-Za-z0-9]+(?:(?:['\-._@&]|(?<=\d),(?=\d))[A-Za-z0-9]+)*")
_PUBLISHED_WORD = re.compile(r"\w+")

T = TypeVar("T")


class _Cut(Generic[T]):
    """A property of a text that is made once for all texts that share their cuts."""

    def __init__(self, make: Callable[[Text], T]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, text: None, owner: type) -> _Cut[T]: ...
    @overload
    def __get__(self, text: Text, owner: type) -> T: ...
    def __get__(self, text: Text | None, owner: type) -> T | _Cut[T]:
        if text is None:
            return self
        cuts = text._cuts  # noqa: SLF001  # the descriptor is a part of the class
        if self._name not in cuts:
            cuts[self._name] = self._make(text)
        made: T = cuts[self._name]
        return made


class Plain(NamedTuple):
    """A text as a reader sees it, and where it came from."""

    text: Text
    maps: tuple[SpanMap, ...]

    def place(self, span: Span) -> Span:
        """Return where `span` of the plain text is in the raw one."""
        for origin in self.maps:
            span = origin.place(span)
        return span


class Text:
    """A response to verify, with the prompt it answers; every cut is made once."""

    __slots__ = ("_cuts", "prompt", "raw")

    def __init__(self, raw: str, prompt: str = "") -> None:
        self.raw = raw
        self.prompt = prompt
        self._cuts: dict[str, Any] = {}

    def with_prompt(self, prompt: str) -> Text:
        """Return the same text as an answer to `prompt`; the two texts share their cuts."""
        other = Text(self.raw, prompt)
        other._cuts = self._cuts
        return other

    def get_cached(self, name: str, make: Callable[[], T]) -> T:
        """Return what another module saves under `name` with this text; `make` is called where nothing is saved yet."""
        if name not in self._cuts:
            self._cuts[name] = make()
        value: T = self._cuts[name]
        return value

    @_Cut
    def plain(self) -> Plain | None:
        """The text as a reader sees it, characters normalised and HTML removed; None if it is plain already."""
        return self._reading(markup=True)

    @_Cut
    def folded_text(self) -> Plain | None:
        """The text with normalised characters, HTML left in it; None if there is nothing to normalise."""
        return self._reading(markup=False)

    def _reading(self, *, markup: bool) -> Plain | None:
        raw, maps = make_plain(self.raw, markup=markup)
        return Plain(Text(raw), tuple(maps)) if maps else None

    @_Cut
    def blank(self) -> bool:
        """True if the text is white space only."""
        return not self.raw or self.raw.isspace()

    @_Cut
    def lower(self) -> str:
        """The text in lower case (its positions may differ from those of `raw`)."""
        return self.raw.lower()

    @_Cut
    def words(self) -> list[Span]:
        """Words as a reader counts them: don't, e-mail, 3.5 and 1,000 are one each; a Han character is one."""
        pattern = _WORD_ASCII if self.raw.isascii() else _WORD
        words = [m.span() for m in pattern.finditer(self.raw)]
        inside = emphasis_in_words(self.raw)
        return _join_words(words, dict(inside)) if inside else words

    @_Cut
    def published_words(self) -> list[Span]:
        r"""Runs of `\w` (IFEval's word count): don't is two, a run of Chinese is one."""
        return [m.span() for m in _PUBLISHED_WORD.finditer(self.raw)]

    @_Cut
    def published_sentences(self) -> list[Span]:
        """Sentences by Punkt's published English model on the raw text (IFEval's sentence count)."""
        return punkt_sentences.load_published().spans(self.raw)

    @_Cut
    def tokens(self) -> list[str]:
        """NLTK's word tokens of the published sentences; double quotes come out as `` and ''."""
        from .published import nltk_tokens

        return nltk_tokens.tokens(self.raw, self.published_sentences)

    @_Cut
    def bare(self) -> str:
        """The text without ASCII punctuation; IFBench's words are its pieces at white space."""
        return ascii_punctuation.without(self.raw)

    @_Cut
    def livebench_sentences(self) -> list[str]:
        """Sentences by LiveBench's rules for IFBench's instructions."""
        return livebench_sentences.cut(self.raw)

    @_Cut
    def capital_tokens(self) -> list[Span]:
        """Where those of `tokens` are that have capital letters and no small ones (IFEval's capital words)."""
        from .published import nltk_tokens

        return nltk_tokens.capital_tokens(self.raw, self.published_sentences)

    @_Cut
    def detected_language(self) -> str | None:
        """The language that langdetect, its seed 0, takes the text for (IFEval's language), None if for none."""
        from . import language

        return language.detect(self.raw)

    @_Cut
    def lines(self) -> list[Line]:
        """Lines with their kinds; LF, CRLF and CR end a line."""
        return split_lines(self.raw)

    @_Cut
    def _line_starts(self) -> list[int]:
        return [line.start for line in self.lines] if "lines" in self._cuts else line_starts(self.raw)

    @_Cut
    def bullets(self) -> list[Line]:
        """Bullet-point lines: a marker with content behind it, no rule, negative number or *emphasis*."""
        return [line for line in self.lines if line.kind == "bullet"]

    @_Cut
    def sentences(self) -> list[Span]:
        """Sentences as a reader counts them; headings, titles and rules are not sentences."""
        return split_sentences(self.raw, self.lines)

    def line_number(self, position: int) -> int:
        """Return the number of the line at `position`, counting from 1."""
        return bisect_right(self._line_starts, position)

    def quote(self, span: Span, most: int = 40) -> str:
        """Return the text at `span` for a reason: white space folded, shortened in the middle, quoted."""
        start, end = span
        long = end - start > 4 * most
        shown = (
            f"{self.raw[start : start + 2 * most]} {self.raw[end - 2 * most : end]}" if long else self.raw[start:end]
        )
        found = " ".join(shown.split())
        return repr(found if len(found) <= most else f"{found[: most - 12]}…{found[-11:]}")


def _join_words(words: list[Span], gaps: dict[int, int]) -> list[Span]:
    """Join the words that only the stretches in `gaps`, ends by start, part from each other."""
    found = words[:1]
    for start, end in words[1:]:
        if gaps.get(found[-1][1]) == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


@lru_cache(maxsize=64)
def cached_text(draft: str) -> Text:
    """Return the text of a draft, for repairs: the same one while drafts of one search come back to it."""
    return Text(draft)
