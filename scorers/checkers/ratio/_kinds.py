"""Sentences by the mark that ends them, for the instructions on their proportions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from scorers import Demands, Range, Span, Text, Verdict, cached_text, format_count

from ...demands import ENDS_READ
from ...repair.attempts import first_following, with_sentence

if TYPE_CHECKING:
    from scorers import Checker

_CLOSERS = " \t\r\n\"'”’»)]}*_"
"""What may stand behind the mark that ends a sentence."""
_KIND = {".": ".", "。": ".", "?": "?", "？": "?", "!": "!", "！": "!", "؟": "?", "।": "."}
_NAMES = {".": "statement", "?": "question", "!": "exclamation"}
Kinds = dict[str, list[Span]]


class Balance(NamedTuple):
    """A proportion of the numbers of sentences, by mark."""

    holds: Callable[[dict[str, int]], bool]
    asked: str
    """What it is, in words."""


def kinds(text: Text) -> Kinds:
    """Return the spans of the sentences that end in a full stop, a question or an exclamation mark."""
    found: Kinds = {".": [], "?": [], "!": []}
    for start, end in text.sentences:
        body = text.raw[start:end].rstrip(_CLOSERS)
        mark = _KIND.get(body[-1:])
        if mark:
            found[mark].append((start, end))
    return found


def published_kinds(text: Text) -> Kinds:
    """Return the same for Punkt's sentences, where nothing may stand behind the mark."""
    found: Kinds = {".": [], "?": [], "!": []}
    for start, end in text.published_sentences:
        mark = text.raw[end - 1]
        if mark in found:
            found[mark].append((start, end))
    return found


def livebench_counts(text: Text) -> dict[str, int]:
    """Return how many of LiveBench's sentences end in each mark."""
    ends = [sentence[-1:] for sentence in text.livebench_sentences]
    return {mark: ends.count(mark) for mark in _NAMES}


def counts_of(found: Kinds) -> dict[str, int]:
    """Return how many sentences of each kind there are."""
    return {mark: len(spans) for mark, spans in found.items()}


def published_verdict(text: Text, balance: Balance) -> Verdict:
    """Return IFBench's verdict, for which a text without any such sentence can be balanced."""
    found = published_kinds(text)
    return verdict(balance.holds(counts_of(found)), counts_of(found), balance.asked, found)


def livebench_verdict(text: Text, balance: Balance) -> Verdict:
    """Return the same for LiveBench's sentences."""
    counts = livebench_counts(text)
    return verdict(balance.holds(counts), counts, balance.asked)


def audited_verdict(text: Text, balance: Balance) -> Verdict:
    """Return whether the sentences are balanced, with a question among them."""
    found = kinds(text)
    counts = counts_of(found)
    asked = balance.asked if counts["?"] else f"at least 1 question and {balance.asked}"
    return verdict(balance.holds(counts) and counts["?"] > 0, counts, asked, found)


def demands_of(statements: str) -> Demands:
    """Return the demands of an instruction that fixes the number of statements to a question."""
    return Demands(
        phase="counts",
        sentences=Range(3),
        traits=(("white space", "between words"), ("number of statements to a question", statements)),
        meanings=(ENDS_READ,),
    )


def verdict(followed: bool, counts: dict[str, int], asked: str, found: Kinds | None = None) -> Verdict:
    """Return the verdict with the counts, and what they are to be, as its reason."""
    shown = ", ".join(format_count(number, _NAMES[mark]) for mark, number in counts.items())
    reason = f"{shown}; {asked} were asked"
    spans = sorted(span for spans in found.values() for span in spans) if found else []
    return Verdict.of(followed, reason, spans)


_WORDED = {".": ("Towns rest.", "Farmers wait."), "?": ("Why?", "Who waits?"), "!": ("Look!", "Wait!")}


def repair_kinds(checker: Checker, draft: str, missing: dict[str, int]) -> str:
    """Return `draft` where it follows, or else with the missing sentences of each kind."""
    if checker.check(cached_text(draft)).followed:
        return draft
    words = [_WORDED[mark][i % 2] for mark, number in missing.items() for i in range(number)]
    return first_following(checker, *with_sentence(draft, " ".join(words)))
