"""What can be counted in an article before anything is asked about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from scorers.text.language import detect
from scorers.text.scripts import language_by_script

OPENING = 300
"""Words from the start that are searched for what kind of page it is: a reader sees it there."""
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+(?:['’.,:/-][^\W_{_HAN}]+)*")
_MARKS = ".!?。！？…"
_SENTENCE = re.compile(rf"[^{_MARKS}\n]+")
_QUOTED = re.compile(
    r"“[^”]{2,}(?:”|\Z)|\"[^\"\n]{2,}(?:\"|$)|「[^」「]{2,}」|『[^』『]{2,}』|«[^»«]{2,}»|(?<![^\W_])‘[^‘]{2,}?’(?!\w)",
    re.MULTILINE,
)
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}|\b[\w-]{1,60}\.(?:com|org|net|co\.uk|gov)(?:/\S*)?",
    re.IGNORECASE,
)
_LINE_ENDS = tuple(".!?。！？…:：;；\"”’'」)）")
_LONGEST = 20
"""Characters of a word, with what follows it; of a text of longer ones less is searched."""
_SHORTEST = 3
"""Words of a sentence that counts as prose."""


@dataclass(frozen=True)
class Measures:
    """One text, counted."""

    title: str
    text: str

    @cached_property
    def tokens(self) -> list[str]:
        """Words in small letters; a Chinese character is one each."""
        return [match.casefold() for match in _TOKEN.findall(self.text)]

    @cached_property
    def words(self) -> int:
        """Words, two Chinese characters being one."""
        return _words(self.tokens)

    @cached_property
    def opening(self) -> str:
        """The text up to its word number `OPENING`."""
        start = self.text[: _LONGEST * OPENING]
        for number, match in enumerate(_TOKEN.finditer(start), 1):
            if number == OPENING:
                return start[: match.end()]
        return start

    @cached_property
    def opening_words(self) -> int:
        """Words of the opening, 1 at least."""
        return max(1, _words(_TOKEN.findall(self.opening)))

    @cached_property
    def prose(self) -> list[int]:
        """The number of words of each sentence that has three or more and ends as sentences do."""
        parts = (
            part for part in _SENTENCE.finditer(self.text) if self.text[part.end() : part.end() + 1] in set(_MARKS)
        )
        found = (_words(_TOKEN.findall(part.group())) for part in parts)
        return [words for words in found if words >= _SHORTEST]

    @cached_property
    def language(self) -> str | None:
        """ISO 639-1 code; the script decides before a detector guesses. None if neither knows."""
        return language_by_script(self.opening) or detect(self.opening)

    @cached_property
    def quoted(self) -> float:
        """Share of the characters in quotation marks."""
        return sum(map(len, _QUOTED.findall(self.text))) / max(1, len(self.text))

    @cached_property
    def numbers(self) -> float:
        """Share of the words that hold a digit."""
        return sum(any(map(str.isdigit, token)) for token in self.tokens) / max(1, len(self.tokens))

    @cached_property
    def links(self) -> float:
        """Share of the characters that are addresses."""
        return sum(map(len, _LINK.findall(self.text))) / max(1, len(self.text))

    @cached_property
    def listed(self) -> float:
        """Share of the words in lines which end in no mark, where there are eight lines or more."""
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        if len(lines) < 8:
            return 0.0
        counts = [(len(_TOKEN.findall(line)), not line.endswith(_LINE_ENDS)) for line in lines]
        return sum(n for n, loose in counts if loose) / max(1, sum(n for n, _ in counts))


@lru_cache(maxsize=512)
def measure(title: str, text: str) -> Measures:
    """Return the measures of a text; the last 512 are cached, since the same articles are measured again."""
    return Measures(title, text)


def _words(tokens: list[str]) -> int:
    han = sum("\u3400" <= token[0] <= "\u9fff" and len(token) == 1 for token in tokens)
    return len(tokens) - han + (han + 1) // 2
