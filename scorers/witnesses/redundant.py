"""Sets in which one instruction says what another has said, or leaves another nothing to say.

A text can follow such a set, but a reader takes it for a mistake: "at most once" of a word that is forbidden, the
number of paragraphs twice. In Chinese sets it counts as a contradiction; others are avoided where sets are drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..demands import ANY, NEIGHBOURS_DIFFER, NEXT_LETTER, SPELLED, STAIRS, Demands, Range
from ..text.language.chinese import han_count
from ..text.text import cached_text
from ..text.word_search import has_word

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG_SENTENCE, SHORT_SENTENCE = 30, 7
"""Words of sentences on an average, beyond which drawing does not go."""
LONG_SENTENCE_ZH, SHORT_SENTENCE_ZH = 45, 14
"""The same in Chinese characters."""
ROOM = 0.3
"""The least answer beside a repeated request, as a share of the request."""
CAPITALS = 1 / 3
"""The largest share of the words that have to be in capitals."""
LETTERLESS_LANGUAGES = frozenset("bn fa gu hi ja kn ko ml mr ne pa ta te th ur zh".split())
"""Languages written in signs that readers count in different ways: syllables, characters, letters with marks."""
UNSPACED_LANGUAGES = frozenset({"ja", "th", "zh"})
_SOME = 20
"""Words that a set has without counting them."""
_SAME = (("the number of sentences", ("sentences",)), ("the length", ("words", "characters")))
"""What instructions can bound, and the demands that are such bounds."""


def redundancies(demands: Demands, parts: list[Demands]) -> Iterator[str]:
    """Yield why an instruction of a set that is worded in Chinese is redundant; `demands` are those of the whole."""
    if demands.prose == "zh":
        yield from _said_twice(demands, parts)
        yield from _met_anyway(demands)


def oddities(demands: Demands) -> Iterator[str]:
    """Yield what a person finds odd in a set: bounds that say nothing, or leave next to nothing to say.

    Such a set can be followed: drawing avoids it where it can, and a search for a witness does not mind.
    """
    if demands.repeats:
        yield from _beside_request(demands)
    yield from _sentence_lengths(demands)
    units = max(demands.blocks.low, demands.dividers.low, *(span.low for _, span in demands.sections), 0)
    if 0 < demands.sentences.low <= units:
        yield f"{units} paragraphs or sections have {demands.sentences.low} sentences anyway"
    if demands.words.high is not None and demands.capitals.low > demands.words.high * CAPITALS:
        yield f"{demands.capitals.low} words in capitals are most of what {demands.words.high} words can say"
    labels = sum(span.low for label, span in demands.sections if label.isupper())
    if 0 < demands.capitals.low <= labels:
        yield f"the labels of {labels} sections are {demands.capitals.low} words in capitals anyway"
    if STAIRS in demands.meanings and (demands.dividers.low > 1 or demands.form == "two responses"):
        yield "lines of asterisks are indented further and further between the lines that they separate"
    if {NEXT_LETTER, NEIGHBOURS_DIFFER} <= {*demands.meanings}:
        yield f"{NEXT_LETTER}, so that {NEIGHBOURS_DIFFER} anyway"
    yield from _in_language(demands)


def _in_language(demands: Demands) -> Iterator[str]:
    if demands.language not in ("", "en") and demands.letters:
        letter = demands.letters[0][0]
        yield f"how often {letter!r} occurs is a bound for English, not for the language {demands.language!r}"
    if demands.language in LETTERLESS_LANGUAGES and SPELLED in demands.meanings:
        yield f"readers count the letters of a word in the language {demands.language!r} in different ways"
    counted = demands.words.high is not None or demands.words.low > _SOME or demands.paragraph_words.low
    if demands.language in UNSPACED_LANGUAGES and (counted or demands.sentence_words.low):
        yield f"the language {demands.language!r} has no spaces between its words, so that a reader cannot count them"


def _sentence_lengths(demands: Demands) -> Iterator[str]:
    before = cached_text(demands.first if demands.repeats else "")
    spelled = [span for unit, span in demands.acrostic if unit == "sentences"]
    sentences = _subtract(demands.sentences if not spelled else spelled[0], len(before.sentences))
    for span, there, long, short, what in (
        (demands.words, len(before.words), LONG_SENTENCE, SHORT_SENTENCE, "words"),
        (demands.characters, han_count(before.raw), LONG_SENTENCE_ZH, SHORT_SENTENCE_ZH, "Chinese characters"),
    ):
        counted = _subtract(span, there)
        if sentences.high is not None and counted.low > long * sentences.high:
            yield f"{counted.low} {what} make long sentences where {sentences.high} are allowed"
        if sentences.high is not None and counted.high is not None and counted.high > 2 * long * sentences.high:
            yield f"{sentences.high} sentences have fewer than {counted.high} {what} anyway"
        if counted.high is not None and sentences.low * short > counted.high:
            yield f"{sentences.low} sentences have to be short where {counted.high} {what} are allowed"


def _subtract(span: Range, there: int) -> Range:
    """Return what a range leaves beside the number that is there already."""
    return Range(max(0, span.low - there), None if span.high is None else max(0, span.high - there))


def _beside_request(demands: Demands) -> Iterator[str]:
    """Yield which bounds a repeated request meets by itself, or uses up."""
    request = cached_text(demands.first)
    bounds = ((demands.words.low, request.words, "words"), (demands.sentences.low, request.sentences, "sentences"))
    for least, counted, what in bounds:
        if 0 < least <= len(counted):
            yield f"a response that begins with the whole request has {least} {what} anyway"
    for most, counted, what in (
        (demands.words.high, request.words, "words"),
        (demands.sentences.high, request.sentences, "sentences"),
    ):
        if most is not None and most - len(counted) < len(counted) * ROOM:
            yield f"a response that begins with the whole request has {most - len(counted)} {what} left for the answer"


def _said_twice(demands: Demands, parts: list[Demands]) -> Iterator[str]:
    if sum(part.blocks.low == part.blocks.high for part in parts) > 1:
        yield f"two instructions ask for {demands.blocks} paragraphs"
    for word in demands.excludes:
        if sum(word in part.excludes for part in parts) > 1:
            yield f"two instructions forbid {word!r}"
    for what, fields in _SAME:
        spans = [span for part in parts for name in fields if (span := getattr(part, name)) != ANY]
        if sum(span.low > 0 for span in spans) > 1 or sum(span.high is not None for span in spans) > 1:
            yield f"two instructions bound {what} from the same side"


def _met_anyway(demands: Demands) -> Iterator[str]:
    for word, span in demands.counts:
        if not span.low and any(has_word(word, forbidden) for forbidden in demands.excludes):
            yield f"{word!r} is forbidden, so that a bound on how often it occurs says nothing"
    if not demands.first:
        return
    there = {"characters": han_count(demands.first), "sentences": len(cached_text(demands.first).sentences)}
    for name, number in there.items():
        if 0 < getattr(demands, name).low <= number:
            yield f"what must begin it has {number} {name}, so that a bound from below says nothing"
