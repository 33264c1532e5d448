"""Contradictions that a person sees: two instructions whose sentences cannot both be followed as they are read.

Checks verify each instruction by itself, and a text made for them can pass two that no reader would call followed
together: a bare JSON string that "ends" with a phrase, two different answers in one paragraph. Sets that are drawn have
to be followable as a person reads them, so such a pair counts as impossible in the audited book.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..demands import TITLE_CASE
from ..text.parts import is_ended
from ..text.scripts import HAN
from ..text.word_search import has_word
from .meanings import clashes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..demands import Demands, Range

_LATIN = re.compile("[A-Za-z]")
_HAN = re.compile(f"[{HAN}]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_WORD = re.compile("[a-z]+")
_OWN_SCRIPT = frozenset("ar bg bn el fa gu he hi ja kn ko mk ml mr ne pa ru ta te th uk ur zh".split())
"""Languages that are not written in Latin letters."""
_ONE_CASE = _OWN_SCRIPT - frozenset("bg el mk ru uk".split())
"""Languages whose script has no capital letters."""
_ENGLISH = frozenset("the of and to in a is that for on was with as by at".split())
LONGEST_SENTENCE, SHORTEST_SENTENCE = 50, 4
"""Words of sentences on an average, beyond which no set asks for them."""
SHORTEST_PARAGRAPH, SHORTEST_PARAGRAPH_ZH = 12, 30
"""Words, or Chinese characters, below which no set asks for paragraphs on an average."""
_SHARE = 0.15
"""Share of such words from which on a text is English."""


def contradictions(demands: Demands, prompt: str) -> Iterator[str]:
    """Yield what a person finds contradictory in the joined demands of a set asked in `prompt`."""
    yield from _json(demands)
    yield from _quotation(demands)
    yield from _two_answers(demands)
    yield from _request(demands)
    yield from _paragraphs(demands)
    yield from _acrostic(demands)
    yield from _case(demands)
    yield from clashes(demands)
    if demands.language or demands.prose:
        yield from _language(demands, prompt)


def _is_counted(span: Range) -> bool:
    """True if an instruction counts paragraphs so; what JSON or a fixed answer rules out counts none."""
    return span.low > 0


def _json(demands: Demands) -> Iterator[str]:
    if demands.form != "json":
        return
    for there, what in (
        (demands.repeats or demands.first, "begin with a given text"),
        (demands.last, "end with a given phrase"),
        (demands.postscript, "end with a postscript"),
        (demands.quoted, "be in quotation marks as a whole"),
        (_is_counted(demands.blocks) or _is_counted(demands.dividers), "have a number of paragraphs"),
        (demands.paragraph_words.low, "have paragraphs of a given length"),
        (demands.sections, "have sections"),
        (demands.acrostic, "spell a word with first letters"),
    ):
        if there:
            yield f"the response cannot be JSON and {what}"


def _quotation(demands: Demands) -> Iterator[str]:
    if not demands.quoted:
        return
    for there, what in (
        (demands.repeats, "begin with the request"),
        (demands.last, "end with an exact phrase, with nothing behind it"),
        (demands.postscript, "end with a postscript"),
        (demands.form == "two responses", "be two different answers"),
        (demands.form == "option", "be one of a few fixed answers"),
    ):
        if there:
            yield f"the response cannot be in quotation marks as a whole and {what}"


def _two_answers(demands: Demands) -> Iterator[str]:
    if demands.form != "two responses":
        return
    for there, what in (
        (_is_counted(demands.blocks) or _is_counted(demands.dividers), "an exact number of paragraphs"),
        (demands.sections, "an exact number of sections"),
        (demands.stretches, "headings that each occur once"),
        (demands.acrostic, "first letters that spell one word"),
    ):
        if there:
            yield f"two different answers cannot have {what} between them"


def _request(demands: Demands) -> Iterator[str]:
    if not demands.repeats:
        return
    for there, what in (
        (_is_counted(demands.blocks) or _is_counted(demands.dividers), "its paragraphs counted"),
        (demands.paragraph_words.low, "all its paragraphs of a given length"),
        (demands.sentence_words.low, "all its sentences of a given length"),
        (demands.acrostic, "first letters that spell a word"),
    ):
        if there:
            yield f"a response that begins with the whole request cannot have {what}"
    if demands.choices or any(has_word(demands.first, word) for word in demands.contains):
        yield "a response that begins with the whole request has what is to be kept of it anyway"
    if any(0 < span.low <= demands.first.lower().count(letter) for letter, span in demands.letters):
        yield "a response that begins with the whole request has the letter often enough anyway"


def _paragraphs(demands: Demands) -> Iterator[str]:
    blocks, dividers = demands.blocks, demands.dividers
    if _is_counted(blocks) and _is_counted(dividers):
        twice = blocks.high == dividers.high == 1
        both = "be separated both by blank lines alone and by lines of ***"
        yield "two instructions ask for one paragraph" if twice else f"paragraphs cannot {both}"
    sections = sum(span.low for _, span in demands.sections)
    if demands.sections and demands.first_words:
        yield "a paragraph cannot begin both with the label of its section and with another word"
    if len(demands.sections) > 1:
        yield "the response cannot be divided into sections in two ways"
    most = min((span.high for span in (blocks, dividers) if _is_counted(span) and span.high is not None), default=None)
    if most is not None and max(sections, demands.stretches) > most:
        what = "sections" if sections > demands.stretches else "headings"
        yield f"{max(sections, demands.stretches)} {what} with a text each do not fit into {most} paragraphs"
    least = max(blocks.low, dividers.low, sections, demands.stretches)
    if demands.sentences.high is not None and least + _count_end_sentences(demands) > demands.sentences.high:
        yield f"{least} paragraphs, sections or headings have more than {demands.sentences.high} sentences"
    yield from _lengths(demands)
    if demands.words.high is not None and least * demands.paragraph_words.low > demands.words.high:
        yield f"{least} paragraphs of {demands.paragraph_words.low} words have more than {demands.words.high} words"


def _lengths(demands: Demands) -> Iterator[str]:
    words, sentences = demands.words, demands.sentences
    spelled = [span.low for unit, span in demands.acrostic if unit == "sentences"]
    most_sentences = min([*spelled, *([] if sentences.high is None else [sentences.high])], default=None)
    if most_sentences is not None and words.low > LONGEST_SENTENCE * most_sentences:
        yield f"{words.low} words do not fit into {most_sentences} sentences that anybody would read"
    if words.high is not None and sentences.low * SHORTEST_SENTENCE > words.high:
        yield f"{sentences.low} sentences do not fit into {words.high} words"
    paragraphs = max(demands.blocks.low, demands.dividers.low, *(span.low for _, span in demands.sections), 0)
    for most, shortest, what in (
        (words.high, SHORTEST_PARAGRAPH, "words"),
        (demands.characters.high, SHORTEST_PARAGRAPH_ZH, "Chinese characters"),
    ):
        if most is not None and paragraphs > 1 and paragraphs * shortest > most:
            yield f"{paragraphs} paragraphs do not fit into {most} {what}"
    if sentences.high is not None:
        yield from _few_sentences(demands, sentences.high)


def _few_sentences(demands: Demands, most: int) -> Iterator[str]:
    """Yield what leaves no sentence to answer with where `most` sentences are allowed."""
    taken = _count_end_sentences(demands)
    least = 4 if demands.form == "two responses" else 1
    if most < least + taken:
        what = "two different answers" if least > 1 else "the answer"
        beside = f" beside {taken} for the end" if taken else ""
        yield f"{what} cannot be given in {most} sentences{beside}"


def _count_end_sentences(demands: Demands) -> int:
    """Return how many sentences the end of the response takes: one a postscript, one the words that must end it."""
    ends = bool(demands.last and is_ended(demands.last, 0, len(demands.last)))
    return bool(demands.postscript) + ends


def _acrostic(demands: Demands) -> Iterator[str]:
    for unit, span in demands.acrostic:
        number = span.low
        beside = _beside(demands, unit)
        if beside:
            yield f"the first letters of all {unit} cannot spell a word beside {beside}"
        counted = [count for count in (demands.blocks, demands.dividers) if _is_counted(count)]
        if unit == "paragraphs" and any(number not in count for count in counted):
            yield f"a word of {number} letters cannot be spelled by the first letters of {counted[0]} paragraphs"
        if unit == "sentences" and demands.last and is_ended(demands.last, 0, len(demands.last)):
            yield f"the first letters of all sentences cannot spell a word beside the last one, {demands.last!r}"
        if unit == "sentences" and number not in demands.sentences:
            yield f"the first letters of {number} sentences spell the word, yet {demands.sentences} are asked for"
        if unit == "lines" and max(demands.blocks.low, demands.bullets.low, demands.stretches) > number:
            yield f"the first letters of {number} lines spell the word, which are too few for what else is asked"


def _beside(demands: Demands, unit: str) -> str:
    """Return what begins with a letter of its own where the first letters of all `unit` spell a word, or ""."""
    if demands.sections:
        return "a section label"
    if unit == "paragraphs":
        return ""
    if unit == "lines" and demands.dividers.low > 1:
        return "a line of ***"
    if any("```" in lines for lines in demands.lines):
        return "a block of code"
    return next((what for what in demands.layout if what != "a heading"), "")


def _case(demands: Demands) -> Iterator[str]:
    if TITLE_CASE in demands.meanings and demands.language in _ONE_CASE:
        yield f"the language {demands.language!r} has no capital letters to begin words with"
    if not demands.case:
        return
    change = str.upper if demands.case == "upper" else str.lower
    for literal, what in (
        (demands.first if demands.repeats else "", "repeat the request word for word"),
        (demands.last, "end with the exact words {}"),
        (demands.postscript, "begin its postscript with {}"),
        *((label, "begin its sections with {}") for label, _ in demands.sections),
        *((name, "have the name {}") for name in demands.contains if name in demands.english),
        *((lines, "have a block of code") for lines in demands.lines if "```" in lines),
    ):
        if literal != change(literal):
            yield f"a response in {demands.case} case cannot {what.format(repr(literal))}"
    if demands.capitals.low or demands.capitals.high is not None:
        yield f"words in capitals are not counted in a response that is in {demands.case} case as a whole"


def _language(demands: Demands, prompt: str) -> Iterator[str]:
    code = demands.language or "zh"
    if demands.language and demands.prose and demands.language != demands.prose:
        yield f"the instructions on Chinese text do not go with a response in the language {code!r}"
    if not demands.language or code == "en":
        yield from _written(demands, code, prompt)
        return
    for what in demands.english:
        if not _fits(what, code, prompt):
            yield f"{what!r} is English, yet the whole response must be in the language {code!r}"
    if any("```" in lines for lines in demands.lines):
        yield f"code is in no language, yet the whole response must be in the language {code!r}"
    if code in _ONE_CASE and (demands.capitals.low or demands.capitals.high is not None):
        yield f"the language {code!r} has no words in capitals"
    if code in _OWN_SCRIPT and any(_LATIN.match(letter) for letter, _ in demands.letters):
        yield f"the language {code!r} is not written in Latin letters, one of which is counted"
    for number, options in demands.choices:
        fitting = [option for option in options if _fits(option, code, prompt)]
        if len(fitting) < number:
            yield f"what is to be kept of the article is not in the language {code!r}"
    yield from _written(demands, code, prompt)


def _written(demands: Demands, code: str, prompt: str) -> Iterator[str]:
    """Yield the literals that cannot be part of a text that is in the language `code` as a whole."""
    if not demands.language:
        return
    literals = [*demands.contains, *demands.excludes, demands.last, demands.first]
    literals += [part for part in demands.parts if part.isalpha()]
    literals += [word for word, _ in demands.counts] + [word for _, word in demands.first_words]
    for literal in literals:
        if literal and not _fits(literal, code, prompt):
            yield f"{literal!r:.60} is in another language than {code!r}, in which the whole response must be"
    if demands.postscript and code in _OWN_SCRIPT and _LATIN.search(demands.postscript) and code != "en":
        yield f"{demands.postscript!r} is not in the script of the language {code!r}"


def _fits(literal: str, code: str, prompt: str) -> bool:
    """True if a literal can be of the language: by its script, and in an English prompt only of English."""
    if _HAN.search(literal) and code != "zh":
        return code == "ja" and (not prompt or _KANA.search(prompt) is not None)
    if code == "en" or not _LATIN.search(literal):
        return True
    return code not in _OWN_SCRIPT and not _is_english(prompt)


def _is_english(prompt: str) -> bool:
    """True if what a prompt has in Latin letters is English: it is itself, or it is Chinese."""
    if _HAN.search(prompt):
        return True
    words = _WORD.findall(prompt.lower())
    return len(words) > 1 and sum(word in _ENGLISH for word in words) >= _SHARE * len(words)
