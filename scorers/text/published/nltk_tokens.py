"""Tokens as the published verifiers know them: the words and marks that NLTK's `word_tokenize` gave up to 3.9.

The rules are the Penn Treebank's: punctuation stands alone, except inside numbers and abbreviations; the full stop
that ends a sentence stands alone; contractions are parted before their second word (do n't, John 's, can not). NLTK
3.10 also parts words at dashes and behind an opening apostrophe; published verdicts are older than that.

The order of the steps below matters wherever two marks touch, so it is the published order. Each step
is linear in the sentence, and none depends on a clock.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...verdict import Span

# Every pattern begins with a character or a set of them, which the engine looks for fast; what must stand before that
# character is looked at behind it.
_ALONE = r" \g<0> "
_APART = r" \g<0>"
_OPENING = re.compile("[«“‘„`](?:(?<!`)|`?)")
_OPENS_QUOTE = re.compile(r"(?<=[ (\[{<])(?:\"|'')")
_LONE_LETTER = re.compile(r"'(?![mtsdn])(?=\w\b)", re.IGNORECASE)
_MARKS = re.compile(r"[;@#$%&?!.](?:(?<!\.)|\.+)")
_COMMA = re.compile(r"([:,])(\D)")
_ENDS_QUOTE = re.compile(r"'(?<=[^']') ")
_BRACKETS = re.compile(r"[*\]\[(){}<>»”’\"\-'](?:(?<![-'])|(?<=-)-|(?<=')')")
_CLITIC = re.compile(r"'(?<=[^' ]')[sSmMdD]? ")
_LONG_CLITIC = re.compile(r"['nN](?:(?<=[^' ]')(?:ll|LL|re|RE|ve|VE)|(?<=[^' ]n)'t|(?<=[^' ]N)'T) ")
_JOINED = re.compile(
    r"\b(can(?=not\b)|d(?='ye\b)|gim(?=me\b)|gon(?=na\b)|got(?=ta\b)|lem(?=me\b)|more(?='n\b)|wan(?=na\s))"
    r"(not|'ye|me|na|ta|'n)",
    re.IGNORECASE,
)
_TIS = re.compile(r" ('t)(is)\b", re.IGNORECASE)
_TWAS = re.compile(r" ('t)(was)\b", re.IGNORECASE)
_JOINED_PARTS = ("cannot", "d'ye", "gimme", "gonna", "gotta", "lemme", "more'n", "wanna", "'tis", "'twas")
_OTHER_LETTERS = re.compile("[ıİſ]")
"""Letters outside ASCII that match an i or an s when case is ignored."""
_AFTER_STOP = "])}>\"'»”’ "
_QUOTES = ("``", "''")
SHORT = 200
"""Characters of the longest sentence whose tokens are remembered; loose forms of a response share most of them."""
# Where an ASCII sentence may have a token in capitals. Tokens part letters only before the "not", "na", "n't" and so on
# of a contraction: everywhere else a capital letter with a small one behind it shares its token.
_CAPITAL = re.compile(r"[A-Z](?:(?![a-z])|n't|(?<=[A-Za-z'][NMT])[nmtiw])")


def tokens(raw: str, sentences: list[Span]) -> list[str]:
    """Return the tokens of a text; `sentences` are its sentences by Punkt.

    Double quotation marks come out as `` and '' (opening and closing), as the Treebank writes them.
    """
    return [token for start, end in sentences for token in _cut_tokens(raw[start:end])]


def capital_tokens(raw: str, sentences: list[Span]) -> list[Span]:
    """Return where those tokens stand that have capital letters and no small ones."""
    return [span for start, end in sentences for span in _capitals(raw[start:end], start)]


def _capitals(sentence: str, start: int) -> Iterator[Span]:
    if sentence.isascii() and not _CAPITAL.search(sentence):
        return
    at = 0
    for token in _cut_tokens(sentence):
        # Quotation marks may be written otherwise in the text; all other tokens are there, in this order.
        if token not in _QUOTES:
            at = sentence.index(token, at)
            if token.isupper():
                yield start + at, start + at + len(token)
            at += len(token)


def _cut_tokens(sentence: str) -> Sequence[str]:
    return _short(sentence) if len(sentence) <= SHORT else _tokens(sentence)


@lru_cache(maxsize=4096)
def _short(sentence: str) -> tuple[str, ...]:
    return tuple(_tokens(sentence))


def _tokens(sentence: str) -> list[str]:
    text = _split_opening_quotes(sentence)
    text = _split_full_stop(_MARKS.sub(_ALONE, text))
    text = _COMMA.sub(r" \1 \2", text)
    if text[-1:] in (":", ","):
        text = f"{text[:-1]} {text[-1]} "
    if "'" in text:
        text = _ENDS_QUOTE.sub(_APART, text)
    text = _BRACKETS.sub(_ALONE, text)
    if '"' in text:
        text = text.replace('"', "''")
    return _split_words(text)


def _split_opening_quotes(text: str) -> str:
    """Set opening quotation marks apart."""
    text = _OPENING.sub(_ALONE, text)
    if '"' in text or "''" in text:
        if text[0] == '"':
            text = f" `` {text[1:]}"
        text = _OPENS_QUOTE.sub(" `` ", text)
    return _LONE_LETTER.sub("' ", text) if "'" in text else text


def _split_full_stop(text: str) -> str:
    """Set the full stop that ends the sentence apart, unless it belongs to an ellipsis."""
    body = text.rstrip().rstrip(_AFTER_STOP)
    if body[-1:] != "." or len(body) < 2 or body[-2] == ".":
        return text
    return f"{body[:-1]} . {text[len(body) :]} "


def _split_words(text: str) -> list[str]:
    """Part contractions, then everything at white space."""
    found, lowered = text.split(), text.lower()
    joined = any(part in lowered for part in _JOINED_PARTS) or (not text.isascii() and _OTHER_LETTERS.search(text))
    if not joined and "'" not in text:
        return found
    text = _LONG_CLITIC.sub(_APART, _CLITIC.sub(_APART, f" {' '.join(found)} "))
    if joined:
        text = _TWAS.sub(r" \1 \2 ", _TIS.sub(r" \1 \2 ", _JOINED.sub(r" \1 \2 ", text)))
    return text.split()
