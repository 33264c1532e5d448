"""The article that an instruction refers to: its parameter, and sentences that are added to a draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from scorers import Checker, Context, cached_text

from ...params import StringParam
from ...text.word_lists import pick

LONGEST = 20_000
"""The most characters of an article."""


def article_in(context: Context) -> str:
    """Return the article of a sample: its opening, or the request where the context has no opening."""
    return (context.opening or context.request).strip()


@dataclass(frozen=True)
class ArticleParam(StringParam):
    """The text of an article: sampled as the opening in the prompt, or as an example where that does not suit."""

    does: Callable[[str], bool] = bool
    """Returns whether an article has what the instruction is about."""

    def outside(self, value: str) -> str:
        long = f"has {len(value)} characters, more than {LONGEST}" if len(value) > LONGEST else ""
        return super().outside(value) or long

    def draw(self, rng: Random, context: Context, limit: Any = None) -> str:
        article = article_in(context)
        return pick(rng, tuple(map(str, limit))) if limit else article if self.does(article) else pick(rng, self.drawn)

    @property
    def range(self) -> str:
        return f"any text that is not blank, up to {LONGEST} characters; drawn is the opening in the prompt"


def article(doc: str, *, example: str, does: Callable[[str], bool]) -> Any:
    """Declare the article's text; `example` is drawn where the article of a sample does not suit."""
    return field(metadata={"param": ArticleParam(doc, (example,), does)})


def least(context: Context, name: str, otherwise: int = 1) -> int:
    """Return the lowest value that the limits leave to the parameter `name`."""
    limit = (context.limits or {}).get(name)
    return int(limit[0]) if limit else otherwise


def add_sentence(checker: Checker, draft: str, more: str) -> str:
    """Return `draft` with the sentence `more` before its last one, so that it ends as it did, or else below it."""
    sentences = cached_text(draft).sentences
    if len(sentences) > 1:
        at = sentences[-1][0]
        repaired = f"{draft[:at]}{more} {draft[at:]}"
        if checker.check(cached_text(repaired)).followed:
            return repaired
    return f"{draft}\n{more}".lstrip()
