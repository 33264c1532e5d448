"""Settings of the quality filter: one field a rule, each can be set or turned off."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from scorers.errors import did_you_mean

from ..errors import BadQuality

_COUNTS = ("min_sentences", "min_words")
_SHARES = ("max_quoted", "max_numbers", "max_links", "near_duplicates")


@dataclass(frozen=True)
class Quality:
    """The rules of the filter; `False` turns one off. Raises `BadQuality` for an invalid value."""

    min_sentences: int | bool = 3
    """Minimum sentences of prose in the whole article."""
    min_words: int | bool = 40
    """Minimum words of prose; two Chinese characters are a word."""
    languages: tuple[str, ...] | bool = ("en", "zh")
    """ISO 639-1 codes of the accepted languages."""
    puzzles: bool = True
    """Crosswords, sudoku and their print notices."""
    notices: bool = True
    """Pages that ask readers for something or offer them something, instead of reporting news."""
    corrections: bool = True
    """Columns of corrections and clarifications."""
    live: bool = True
    """Live blogs: notes with times of day."""
    listings: bool = True
    """Programmes, death notices, birthdays, results: lists instead of sentences."""
    horoscopes: bool = True
    quizzes: bool = True
    debris: bool = True
    """Markup, formula source, empty parentheses or glued sentences that an extraction left in the text."""
    max_quoted: float | bool = 0.8
    """Maximum share of the characters inside quotation marks."""
    max_numbers: float | bool = 0.2
    """Maximum share of the words with a digit."""
    max_links: float | bool = 0.1
    """Maximum share of the characters in web and mail addresses."""
    duplicates: bool = True
    """An article whose words are those of an earlier one."""
    near_duplicates: float | bool = 0.5
    """Minimum share of runs of five words in common with an earlier article that rejects one."""

    def __post_init__(self) -> None:
        for rule in fields(self):
            value = getattr(self, rule.name)
            if value is False:
                continue
            if rule.name in _COUNTS and (type(value) is not int or value < 1):
                raise BadQuality(_describe_invalid(rule.name, "a whole number of at least 1, or false", value))
            if rule.name in _SHARES and (value is True or not 0 < value <= 1):
                raise BadQuality(_describe_invalid(rule.name, "a share above 0 and up to 1, or false", value))
        self._check_languages()

    def _check_languages(self) -> None:
        if self.languages is False or self.languages == ("en", "zh"):
            return
        if self.languages is True or not self.languages:
            raise BadQuality(
                _describe_invalid("languages", 'a list of language codes such as ["en"], or false', self.languages)
            )
        from scorers.text.language import NAMES

        for code in self.languages:
            if code not in NAMES:
                raise BadQuality(
                    f"languages: unknown code {code!r}{did_you_mean(code, NAMES)} (ISO 639-1, such as en or zh)"
                )


def _describe_invalid(rule: str, what: str, value: Any) -> str:
    return f"{rule} takes {what}, got {value!r}"
