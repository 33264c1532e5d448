"""Ways to add a sentence to any text, for repairs: the first after which an instruction is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ..text.text import cached_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..text.text import Text
    from ..verdict import Span, Verdict


class Checks(Protocol):
    """An instruction that can verify a text."""

    def check(self, text: Text) -> Verdict:
        """Return whether `text` follows it."""
        ...


def first_following(checker: Checks, *candidates: str) -> str:
    """Return the first of `candidates` that `checker` passes, or else the last one."""
    passing = (text for text in candidates[:-1] if not cached_text(text).blank and _follows(checker, text))
    return next(passing, candidates[-1])


def _follows(checker: Checks, text: str) -> bool:
    return checker.check(cached_text(text)).followed


def with_sentence(draft: str, sentence: str) -> tuple[str, ...]:
    """Return `draft` with `sentence` behind it, in the ways in which it may come to be a sentence of its own."""
    body = draft.rstrip()
    if not body:
        return (sentence,)
    return (f"{body} {sentence}", f"{body}.\n\n{sentence}", f"{body}\n\n{sentence}", f"{body}. {sentence}")


def without_words(draft: str, doomed: Iterable[Span]) -> str:
    """Return `draft` without the words at `doomed`, and without one space beside each."""
    rest, at = "", 0
    for start, end in doomed:
        rest += draft[at:start]
        behind = draft[end : end + 1] == " "
        rest = rest if behind else rest.removesuffix(" ")
        at = end + behind
    return rest + draft[at:]
