"""Demands: what an instruction forces on any text that follows it, as bounds and literals.

Two uses: the intersection of a set's demands says why the set is impossible, and a draft that meets the
intersection is where the search for a witness begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Phase = Literal["form", "skeleton", "counts", "content", "edges"]
PHASES: tuple[Phase, ...] = ("form", "skeleton", "counts", "content", "edges")
"""Order in which repairs run: what reshapes a whole text first, what touches only its ends last."""


class Range(NamedTuple):
    """An inclusive range of a count; `high` None is open."""

    low: int = 0
    high: int | None = None

    def meet(self, other: Range) -> Range:
        """Return the intersection; it may be empty."""
        highs = [h for h in (self.high, other.high) if h is not None]
        return Range(max(self.low, other.low), min(highs) if highs else None)

    @property
    def empty(self) -> bool:
        """True if no count lies in the range."""
        return self.high is not None and self.low > self.high

    def __contains__(self, count: object) -> bool:
        return isinstance(count, int) and self.low <= count and (self.high is None or count <= self.high)

    def __str__(self) -> str:
        if self.high is None:
            return f"at least {self.low}"
        return f"exactly {self.low}" if self.low == self.high else f"{self.low} to {self.high}"


ANY = Range()
SLOT = "\ufffc"
"""Stands for any word in the lines of a draft."""


# What a sentence says of the whole response (`Demands.meanings`); `witnesses.meanings` knows what excludes what.
STAIRS = "every line is indented further than the line before it"
BULLETS = "bullet points"
SUB_BULLETS = "bullet points have sub-bullet points"
BULLETS_LAST = "nothing follows the bullet points"
OWN_MARKS = "the items of a list have another mark in place of a bullet"
WORD_MARKS = "the items of a list begin with a word in place of a bullet"
END_MARKS = "the items of a list begin with marks that end sentences"
ENDS_READ = "the ends of sentences are looked at"
PLACED = "words are looked at in their order"
EXPLAINED = "what follows a quotation is in no quotation marks"
QUOTING = "it has quotations in double quotation marks"
NESTED = "there are quotations within quotations"
TITLE_CASE = "every word begins with a capital letter"
TEMPLATE = "a template makes up the whole response"
JOINED = "each sentence begins with the last word of the sentence before it"
UNSPACED = "there is no white space"
JAPANESE = "some of its words are Japanese"
SPELLED = "the letters of its words are counted"
NEXT_LETTER = "each word begins with the letter after that of the word before it"
NEIGHBOURS_DIFFER = "neighbouring words begin with different letters"
SPACED = "words are counted or compared"
ONE_A_LINE = "every word is on a line of its own"
UNBROKEN = "there are no line breaks"
PARAGRAPHED = "its paragraphs are separated by blank lines"
WORDS_BOUNDED, WORDS_BETWEEN = "the number of words is bounded from one side", "it is bounded from both sides"


def exactly(count: int) -> Range:
    """Return the range that holds one count."""
    return Range(count, count)


def range_of(relation: str, bound: int) -> Range:
    """Return the range of counts for which "`relation` `bound`" holds ("less than" or "at least")."""
    return Range(0, bound - 1) if relation == "less than" else Range(bound)


@dataclass(frozen=True)
class Demands:
    """Bounds and literals that every text following an instruction meets (or a set of instructions, joined).

    Some of them say what the sentence means to a person beside what its check can see (`repeats`, `english`,
    `meanings`); only `witnesses.plain_reading` looks at these.
    """

    phase: Phase = "content"
    """When the instruction's own repair runs."""
    words: Range = ANY
    characters: Range = ANY
    """Chinese characters."""
    sentences: Range = ANY
    bullets: Range = ANY
    dividers: Range = ANY
    """Paragraphs with a `***` divider between each two."""
    blocks: Range = ANY
    """Paragraphs with a blank line between each two."""
    highlights: Range = ANY
    placeholders: Range = ANY
    capitals: Range = ANY
    """Words in capitals."""
    sentence_words: Range = ANY
    """Words of every sentence."""
    paragraph_words: Range = ANY
    """Words of every paragraph."""
    word_repeats: Range = ANY
    """How often the most frequent word occurs."""
    sections: tuple[tuple[str, Range], ...] = ()
    """Section markers ("Section 1") by label, and how many sections."""
    counts: tuple[tuple[str, Range], ...] = ()
    """Words by how often they occur."""
    letters: tuple[tuple[str, Range], ...] = ()
    """Single characters by how often they occur, in any case."""
    first_words: tuple[tuple[int, str], ...] = ()
    """(n, word): the n-th block begins with the word."""
    contains: tuple[str, ...] = ()
    """Words or phrases that the text must have as whole words."""
    parts: tuple[str, ...] = ()
    """Strings that it must have, be it inside words."""
    excludes: tuple[str, ...] = ()
    """Words that it must not have as whole words."""
    lacks: tuple[str, ...] = ()
    """Characters that it must not have anywhere."""
    acrostic: tuple[tuple[str, Range], ...] = ()
    """Units whose first letters spell a word ("lines"), and how many there are: a reader counts no others."""
    meanings: tuple[str, ...] = ()
    """What the sentence says of the whole response, by the names in this file."""
    stretches: int = 0
    """Stretches with a text of their own that it must have: one under each heading."""
    english: tuple[str, ...] = ()
    """What only an English text can have ("a Flesch-Kincaid grade level")."""
    repeats: bool = False
    """`first` is the request, repeated before the answer."""
    title: bool = False
    """It must have a title in double angular brackets."""
    postscript: str = ""
    """The marker of a postscript at the end."""
    quoted: bool = False
    """The whole text is within double quotation marks."""
    case: str = ""
    """`upper` or `lower`: the case of every letter."""
    language: str = ""
    """ISO code of the language of the whole text."""
    prose: str = ""
    """ISO code of the language in which a witness is best looked for: a hint that contradicts nothing."""
    traits: tuple[tuple[str, str], ...] = ()
    """(what, how): what the plain reading of an instruction fixes; two that fix it differently do not go together."""
    form: str = ""
    """A shape of the whole text: `json`, `two responses`, `option`."""
    layout: tuple[str, ...] = ()
    """What whole lines must be ("a markdown table"): neither JSON nor one of a few fixed answers has such lines."""
    lines: tuple[str, ...] = ()
    """Blocks of lines with which a draft would do, in order; no bound. `SLOT` in them stands for any word."""
    choices: tuple[tuple[int, tuple[str, ...]], ...] = ()
    """(n, options): n of the options, written into a draft as they are, would do; no bound."""
    option: tuple[str, ...] = ()
    """For the form `option`: the sentences of which one is the answer."""
    first: str = ""
    """The text must begin with this (the prompt to repeat)."""
    last: str = ""
    """The text must end with this phrase."""


COUNTS = tuple(
    """words characters sentences bullets dividers blocks highlights placeholders capitals sentence_words
    paragraph_words word_repeats""".split()
)
"""Fields that are a `Between`."""
KEYED = ("sections", "counts", "letters", "acrostic")
"""Fields that are pairs of a key and a `Between`."""
LISTS = tuple("english meanings first_words contains parts excludes lacks layout lines choices option traits".split())
"""Fields whose join is the union."""
SINGLE = ("case", "language", "prose", "form", "first", "last", "postscript")
"""Fields of which a text can have one value."""
