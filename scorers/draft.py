"""compose: a first draft that meets the joined demands of a set of instructions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .filler import Filler
from .text import Text

if TYPE_CHECKING:
    from .demands import Between, Demands

NATURAL_WORDS = 60
"""Words of a draft whose length nothing bounds."""
NATURAL_SENTENCE = 11
"""Words of a sentence where nothing bounds their number."""


@dataclass
class _Plan:
    """How many sentences of which length a draft gets."""

    lengths: list[int]
    literals: list[list[str]]
    unstopped: int
    """Sentences, from the first on, that lose their full stop so that they run on into the next line."""
    merged: bool
    """The closing phrase ends the last sentence, because there is no room for one of its own."""


def compose(demands: Demands, turn: int = 0) -> str:
    """Return a text with the counts and literals of `demands`; another `turn` words it otherwise."""
    filler = Filler((*demands.excludes, *_words_of(demands)), demands.lacks, turn)
    if not filler.usable:
        return demands.last or ". ".join(demands.contains) or "Text."
    lines = []
    if demands.title:
        lines.append(f"<<{filler.word('adjective').capitalize()} {filler.word().capitalize()}>>")
    plan = _plan(demands, reserved=2 * demands.title + len(demands.last.split()))
    sentences = [filler.sentence(n, extra) for n, extra in zip(plan.lengths, plan.literals, strict=True)]
    for i in range(plan.unstopped):
        sentences[i] = sentences[i].rstrip(".")
    if plan.merged:
        sentences[-1] = f"{sentences[-1].rstrip('.')} {demands.last}"
    bullets = demands.bullets.low
    body = sentences[: len(sentences) - bullets]
    if body:
        lines.append(" ".join(body))
    lines += [f"* {sentence}" for sentence in sentences[len(sentences) - bullets :]] if bullets else []
    if demands.last and not plan.merged:
        if not body or bullets:
            lines.append(demands.last)
        else:
            lines[-1] += f" {demands.last}"
    return "\n".join(lines)


def _words_of(demands: Demands) -> list[str]:
    return [word for literal in demands.contains for word in literal.split()]


def _plan(demands: Demands, reserved: int) -> _Plan:
    """Share out words over sentences; `reserved` words stand outside them (title, closing phrase)."""
    literal_words = sum(len(literal.split()) for literal in demands.contains)
    total = max(1, _target(demands.words) - reserved)
    closing = max(1, len(Text(demands.last).sentences)) if demands.last else 0
    bullets, wanted = demands.bullets.low, demands.sentences
    number = max(bullets, wanted.low - closing, round(total / NATURAL_SENTENCE), 0 if closing else 1)
    merged, unstopped = False, 0
    if wanted.high is not None and number + closing > wanted.high:
        number = max(bullets, wanted.high - closing, 1)
        merged = bool(closing) and number + closing > wanted.high
        # What is left over can only run on from line to line, which some rule books count as one sentence.
        unstopped = min(number - 1, max(0, number + closing - merged - wanted.high))
    own = max(total - literal_words, number)
    lengths = [own // number + (i < own % number) for i in range(number)] if number else []
    literals: list[list[str]] = [[] for _ in range(number)]
    for i, literal in enumerate(demands.contains):
        if number:
            literals[i % number].append(literal)
    return _Plan(lengths, literals, unstopped, merged)


def _target(words: Between) -> int:
    """A length inside the range, with slack on the bounded sides."""
    if words.high is None:
        return max(NATURAL_WORDS, words.low + max(4, words.low // 20)) if words.low else NATURAL_WORDS
    if words.low == 0:
        return max(1, min(NATURAL_WORDS, words.high - max(1, words.high // 10)))
    return (words.low + words.high) // 2
