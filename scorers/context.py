"""Context: what the drawing of a parameter may read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .text.word_lists import word_list

if TYPE_CHECKING:
    from collections.abc import Mapping


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

    @cached_property
    def content_words(self) -> tuple[str, ...]:
        """Lower-case words of at least five letters from the opening, each once, without function words.

        Chinese has no spaces to cut at: there, the words of the word list that the opening contains.
        """
        if self.language == "zh":
            return tuple(word for word in word_list("zh") if word in (self.opening or self.request))
        found = re.findall(r"(?<![\w'’-])[a-z]{5,12}(?![\w'’-])", self.opening or self.request)
        return tuple(word for word in dict.fromkeys(found) if word not in _FUNCTION_WORDS)
