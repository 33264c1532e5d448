"""Text: a response cut up once, each cut made when first asked for and kept.

Cuts named `published_*` are those of the published verifiers; the others are ours (audited). All are lists of
half-open spans in code points, and all are linear in the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from . import ascii_punctuation, livebench_sentences, punkt_sentences
from .combining_marks import MARKS

if TYPE_CHECKING:
    from ..verdict import Span

HAN_KANA = (
    "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
)
"""Scripts written without spaces in which every character is counted as a word."""

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
_LINE = re.compile(r"[^\r\n]*+(\r\n|\r|\n)|[^\r\n]+")
# Kinds of lines. Repetitions are possessive (`*+`): they keep what they took, so that a line costs its length only.
_LINE_KIND = re.compile(
    r"""\s*+(?:
        (?P<blank> $ )
      | (?P<rule> (?: (?:\*\s*+){3,}+ | (?:-\s*+){3,}+ | (?:_\s*+){3,}+ | (?:=\s*+){3,}+ ) $ )
      | (?P<heading> (?=.{1,200}$) (?: \#{1,6}\s++\S | <<.*>>\s*$ | \*\*[^*]*[^*\s.!?。！？]\*\*:?\s*$ ) )
      | (?:>\s*+)*+ (?:
            (?P<bullet> [*+•‣⁃◦∙▪▫■□●○►▸➤·-](?=\s++\S) | •(?=\S) | -(?=[^\W\d_]|\*\*?[^\W_]|["“]) )
          | (?P<numbered> \(?(?:\d{1,3}|[a-zA-Z])[.)](?=\s++\S)
              | (?:\d{1,3}|[一二三四五六七八九十]{1,3})、(?=\s*+\S)
              | （(?:\d{1,3}|[一二三四五六七八九十]{1,3})）(?=\s*+\S) )
        )
    )""",
    re.VERBOSE,
)
# Full stops, question and exclamation marks behind which Punkt's English model does not cut: Chinese and Japanese,
# Hindi, Arabic and Urdu, Armenian, Ethiopic, Burmese, Khmer; and half-width marks right behind Chinese or Japanese,
# a full stop only if more of it follows.
_CLOSERS = r"[”’」』）》\"')\]]*+"
_EASTERN_END = re.compile(
    rf"(?:[。！？｡।॥؟۔։።။។]+|(?<=[{HAN_KANA}])(?:[!?]+|\.(?={_CLOSERS}[“「『《（]*+[{HAN_KANA}]))){_CLOSERS}"
)
_HAS_WORD = re.compile(r"[^\W_]")
# Ends at which Punkt's model cuts and a reader does not, by what has to follow: anything, a small letter, a digit.
_OPEN_END = re.compile(
    r"""(?<![^\W_])(?: (?i:(?P<any>e\.\s?g|i\.\s?e|cf|vs|viz|approx) | (?P<small>etc|et\sal))
                    | (?P<digit>Nos?|Figs?|Vol|Eq|pp?) )\.$
      | (?P<speech>[!?…][”’"'»]+[*_]*$)""",
    re.VERBOSE,
)


class Line(NamedTuple):
    """One line without its line end, and what kind of line it is."""

    start: int
    end: int
    kind: str
    """`blank`, `rule`, `heading`, `bullet`, `numbered` or `text`."""
    body: int
    """Where the content begins: behind the marker of a list item, else `start`."""


class SpanMap:
    """Where each stretch of a text stands in the text it was cut from."""

    __slots__ = ("_source", "_starts")

    def __init__(self, starts: list[int], source: list[int]) -> None:
        """Stretch i begins at `starts[i]` here and at `source[i]` there; starts ascend from 0."""
        self._starts = starts
        self._source = source

    @classmethod
    def of_pieces(cls, pieces: list[Span]) -> SpanMap:
        """Describe the concatenation of `pieces`, spans of the source."""
        starts, at = [], 0
        for start, end in pieces:
            starts.append(at)
            at += end - start
        return cls(starts or [0], [start for start, _ in pieces] or [0])

    def place(self, span: Span) -> Span:
        """Return the source range that `span` covers."""
        start = self._at(span[0])
        return (start, start) if span[1] <= span[0] else (start, self._at(span[1] - 1) + 1)

    def parts(self, span: Span) -> list[Span]:
        """Return the source ranges that `span` is made of, one for each stretch it touches."""
        found, (start, end) = [], span
        while start < end:
            stretch = bisect_right(self._starts, start)
            stop = min(end, self._starts[stretch]) if stretch < len(self._starts) else end
            at = self._at(start)
            found.append((at, at + stop - start))
            start = stop
        return found

    def _at(self, position: int) -> int:
        stretch = max(0, bisect_right(self._starts, position) - 1)
        return self._source[stretch] + position - self._starts[stretch]


class Text:
    """A response to judge, with the prompt it answers; every cut is computed once."""

    __slots__ = ("__dict__", "prompt")  # cuts stand in `__dict__`, which texts of other prompts can share

    raw: str

    def __init__(self, raw: str, prompt: str = "") -> None:
        self.raw = raw
        self.prompt = prompt

    def with_prompt(self, prompt: str) -> Text:
        """Return the same text as an answer to `prompt`: both have every cut that one of them makes."""
        other = object.__new__(Text)
        other.__dict__ = self.__dict__
        other.prompt = prompt
        return other

    @cached_property
    def blank(self) -> bool:
        """True if nothing but white space stands in it."""
        return not self.raw or self.raw.isspace()

    @cached_property
    def lower(self) -> str:
        """The text in lower case (its positions may differ from those of `raw`)."""
        return self.raw.lower()

    @cached_property
    def words(self) -> list[Span]:
        """Words as a reader counts them: don't, e-mail, 3.5 and 1,000 are one each; a Han character is one."""
        pattern = _WORD_ASCII if self.raw.isascii() else _WORD
        return [m.span() for m in pattern.finditer(self.raw)]

    @cached_property
    def published_words(self) -> list[Span]:
        r"""Runs of `\w` (IFEval's word count): don't is two, a run of Chinese is one."""
        return [m.span() for m in _PUBLISHED_WORD.finditer(self.raw)]

    @cached_property
    def published_sentences(self) -> list[Span]:
        """Sentences by Punkt's published English model on the raw text (IFEval's sentence count)."""
        return punkt_sentences.published().spans(self.raw)

    @cached_property
    def tokens(self) -> list[str]:
        """NLTK's word tokens of the published sentences; double quotes come out as `` and ''."""
        from . import nltk_tokens

        return nltk_tokens.tokens(self.raw, self.published_sentences)

    @cached_property
    def bare(self) -> str:
        """The text without ASCII punctuation; IFBench's words are its pieces at white space."""
        return ascii_punctuation.without(self.raw)

    @cached_property
    def livebench_sentences(self) -> list[str]:
        """Sentences by LiveBench's rules for IFBench's instructions."""
        return livebench_sentences.cut(self.raw)

    @cached_property
    def capital_tokens(self) -> list[Span]:
        """Where those of `tokens` stand that have capital letters and no small ones (IFEval's capital words)."""
        from . import nltk_tokens

        return nltk_tokens.capital_tokens(self.raw, self.published_sentences)

    @cached_property
    def detected_language(self) -> str | None:
        """The language that langdetect, its seed 0, takes the text for (IFEval's language), None if for none."""
        from . import language

        return language.detect(self.raw)

    @cached_property
    def lines(self) -> list[Line]:
        """Lines with their kinds; LF, CRLF and CR end a line."""
        lines = []
        for match in _LINE.finditer(self.raw):
            start, end = match.span()
            end -= len(match[1] or "")
            found = _LINE_KIND.match(self.raw, start, end) if start < end else None
            kind = "blank" if start == end else (found and found.lastgroup) or "text"
            listed = found and kind in ("bullet", "numbered")
            lines.append(Line(start, end, kind, found.end() if found and listed else start))
        return lines

    @cached_property
    def _line_starts(self) -> list[int]:
        return [match.start() for match in _LINE.finditer(self.raw)]

    @cached_property
    def bullets(self) -> list[Line]:
        """Bullet-point lines: a marker with content behind it, no rule, negative number or *emphasis*."""
        return [line for line in self.lines if line.kind == "bullet"]

    @cached_property
    def sentences(self) -> list[Span]:
        """Sentences as a reader counts them.

        Each list item and each block of running lines is cut by Punkt and behind the marks of other scripts
        (。！？), but not behind "e.g." or within '"Stop!" he said'; headings, titles and rules are not sentences; a
        piece without a letter or digit is none.
        """
        pieces = (piece for block in self._blocks() for piece in self._cut(*block))
        return [piece for piece in pieces if _HAS_WORD.search(self.raw, *piece)]

    def _blocks(self) -> list[Span]:
        blocks: list[Span] = []
        open_block = False
        for line in self.lines:
            if line.kind in ("bullet", "numbered"):
                blocks.append((line.body, line.end))
                open_block = True
            elif line.kind == "text":
                if open_block:
                    blocks[-1] = (blocks[-1][0], line.end)
                else:
                    blocks.append((line.start, line.end))
                open_block = True
            else:
                open_block = False
        return blocks

    def _cut(self, start: int, end: int) -> list[Span]:
        block = self.raw[start:end]
        spans: list[Span] = []
        for a, b in punkt_sentences.modern().spans(block):
            if spans and self._continues(spans[-1][1], start + a):
                spans[-1] = (spans[-1][0], start + b)
            else:
                spans.append((start + a, start + b))
        if block.isascii() or not _EASTERN_END.search(block):
            return spans
        return [piece for span in spans for piece in self._cut_eastern(*span)]

    def _continues(self, end: int, start: int) -> bool:
        """True if what stands before `end` goes on with what stands from `start` on."""
        found = _OPEN_END.search(self.raw[max(0, end - 16) : end])
        if found is None:
            return False
        following = _HAS_WORD.search(self.raw, start, start + 40)
        first = following.group() if following else ""
        goes_on = {"any": True, "small": first.islower(), "digit": first.isdigit()}
        return goes_on.get(found.lastgroup or "", self.raw[start : start + 1].islower())

    def _cut_eastern(self, start: int, end: int) -> list[Span]:
        pieces, at = [], start
        for match in _EASTERN_END.finditer(self.raw, start, end):
            pieces.append((at, match.end()))
            at = match.end()
        return [*pieces, (at, end)]

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


@lru_cache(maxsize=64)
def cached_text(draft: str) -> Text:
    """Return the text of a draft, for repairs: the same one while drafts of one search come back to it."""
    return Text(draft)
