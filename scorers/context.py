"""Context: what the drawing of a parameter may read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from .text.language.chinese import han_count
from .text.text import Text
from .text.word_lists import word_list

if TYPE_CHECKING:
    from collections.abc import Mapping

Measure: TypeAlias = Literal["words", "sentences", "characters"]
"""What a length is counted in; `characters` are Chinese ones."""

_FUNCTION_WORDS = frozenset(
    """about above across after again against almost along already although always among another around because become
    before behind being below beneath beside between beyond could during either enough every except finally first from
    given going hardly having itself later least might myself neither never nobody nothing often other others ought
    outside perhaps quite rather second seemed should since somehow something sometimes still there these their theirs
    themselves third those though through throughout together toward towards under unless until upon usually various
    where whether which while whoever whole whose within without would yours yourself""".split()
)


@dataclass(frozen=True)
class Context:
    """What a draw may read: the article block and the request of the task, never other instructions."""

    request: str = ""
    """The rendered article block and request, as they are in the prompt."""
    opening: str = ""
    """The opening of the article alone."""
    language: str = "en"
    limits: Mapping[str, Any] | None = None
    """Narrower bounds for this checker's parameters, by parameter name."""
    answer_share: float = 0.0
    """How long an answer to the task is by itself, as a multiple of the opening; 0 where that is not known."""
    answers: int = 1
    """How many answers the response has: 2 where two different ones are required."""
    repeats: bool = False
    """True where the response repeats the request before the answer."""

    @cached_property
    def content_words(self) -> tuple[str, ...]:
        """Lower-case words of at least five letters from the opening, each once, without function words.

        Chinese has no spaces to cut at: there, the words of the word list that the opening contains.
        """
        if self.language == "zh":
            return tuple(word for word in word_list("zh") if word in (self.opening or self.request))
        found = re.findall(r"(?<![\w'’-])[a-z]{5,12}(?![\w'’-])", self.opening or self.request)
        return tuple(word for word in dict.fromkeys(found) if word not in _FUNCTION_WORDS)

    def bounds_near(
        self, measure: Measure, shares: tuple[float, float], *, repeated: float = 1.0
    ) -> tuple[int, int] | None:
        """Return the lowest and the highest bound to draw: these shares of the length that an answer has by itself.

        The share `repeated` of a request that is repeated comes on top. None where the length is not known.
        """
        length = self.answer_share * self.answers * _measure(self.opening, measure)
        if not length:
            return None
        before = repeated * _measure(self.request, measure) if self.repeats else 0
        low, high = (round(before + length * share) for share in shares)
        return low, high


@lru_cache(maxsize=512)
def _measure(text: str, measure: Measure) -> int:
    if measure == "characters":
        return han_count(text)
    return len(Text(text).words if measure == "words" else Text(text).sentences)
