"""Settings of the quality gate: one field a rule, each can be set or turned off."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from scorers.errors import did_you_mean

from ..errors import BadQuality

_COUNTS = ("min_sentences", "min_words")
_SHARES = ("max_quoted", "max_numbers", "max_links", "near_duplicates")


@dataclass(frozen=True)
class Quality:
    """The rules of the gate; `False` turns one off. Raises `BadQuality` for a value that a rule cannot take."""

    min_sentences: int | bool = 3
    """Sentences of prose, at least; a whole short article counts, not only its opening."""
    min_words: int | bool = 40
    """Words of prose, at least; for Chinese two characters are a word."""
    languages: tuple[str, ...] | bool = ("en", "zh")
    """ISO 639-1 codes that an article may be written in."""
    puzzles: bool = True
    """Crosswords, sudoku and their print notices."""
    notices: bool = True
    """Pages that ask readers for something or tell them how to get something, instead of telling news."""
    corrections: bool = True
    """Columns of corrections and clarifications."""
    live: bool = True
    """Live blogs: notes under times of day."""
    listings: bool = True
    """Programmes, death notices, birthdays, results: lists in place of sentences."""
    horoscopes: bool = True
    quizzes: bool = True
    max_quoted: float | bool = 0.8
    """Share of the characters that stand in quotation marks, at most."""
    max_numbers: float | bool = 0.2
    """Share of the words that hold a digit, at most."""
    max_links: float | bool = 0.1
    """Share of the characters that are addresses of the web or of mail, at most."""
    duplicates: bool = True
    """An article whose words are those of an earlier one."""
    near_duplicates: float | bool = 0.5
    """Share of runs of five words that an article has in common with an earlier one, from which on it is rejected."""

    def __post_init__(self) -> None:
        for rule in fields(self):
            value = getattr(self, rule.name)
            if value is False:
                continue
            if rule.name in _COUNTS and (type(value) is not int or value < 1):
                raise BadQuality(_wants(rule.name, "a whole number of at least 1, or false", value))
            if rule.name in _SHARES and (value is True or not 0 < value <= 1):
                raise BadQuality(_wants(rule.name, "a share above 0 and up to 1, or false", value))
        self._check_languages()

    def _check_languages(self) -> None:
        if self.languages is False or self.languages == ("en", "zh"):
            return
        if self.languages is True or not self.languages:
            raise BadQuality(_wants("languages", 'a list of language codes such as ["en"], or false', self.languages))
        from scorers.text.language import NAMES

        for code in self.languages:
            if code not in NAMES:
                raise BadQuality(
                    f"languages: unknown code {code!r}{did_you_mean(code, NAMES)} (ISO 639-1, such as en or zh)"
                )


def _wants(rule: str, what: str, value: Any) -> str:
    return f"{rule} takes {what}, got {value!r}"
