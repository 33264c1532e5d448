"""words:start_verb.

Audited: quotation marks, bullets, numbers and emphasis before the first word are left out, and a word that the tagger
takes for a verb only in small letters is one: it takes many a first word for a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from scorers import Case, Checker, Demands, PublishedVariant, Range, Text, Verdict, cached_text

from ...demands import PLACED
from ...repair.attempts import first_following
from ...text.published.nltk_tokens import tokens
from ._tagger import first_tag, missing_data

if TYPE_CHECKING:
    from collections.abc import Iterable

_SMALL = re.compile("[a-z]")
_COURTESY = frozenset(("please",))
"""Words that the tagger takes for verbs in small letters, and that are none at the beginning."""
_SEEN = 3
"""Tokens on which the tag of the first one depends."""


def _tokens(text: Text) -> Iterable[str]:
    """Yield the tokens of the text, sentence by sentence."""
    return chain.from_iterable(tokens(text.raw, [span]) for span in text.published_sentences)


def _check_published(_: StartVerb, text: Text) -> Verdict:
    return _make_verdict(tuple(islice(_tokens(text), _SEEN)))


def _check_livebench(_: StartVerb, text: Text) -> Verdict:
    return _make_verdict(tuple(islice((token for token in _tokens(text) if _SMALL.search(token)), _SEEN)))


def _make_verdict(first: tuple[str, ...], spans: tuple[tuple[int, int], ...] = ()) -> Verdict:
    if not first:
        return Verdict(False, "no words")
    tag = first_tag(first)
    return Verdict.of("VB" in tag, f"{first[0]!r:.40} is tagged {tag}", spans)


@dataclass(frozen=True)
class StartVerb(Checker):
    """Demands that the response begins with a verb."""

    id = "words:start_verb"
    rule_books = frozenset({"audited", "ifbench"})
    drawn = False

    good = [
        Case("Consider the lamp."),
        Case("- **Take** it."),
        Case("1. Take bread."),
        Case("“Take bread.”"),
        Case("Let us go."),
    ]
    bad = [Case("The lamp."), Case("Please go."), Case("Please note that it rains."), Case("I bake bread."), Case("42")]

    @classmethod
    def missing_data(cls) -> str:
        return missing_data()

    def describe(self) -> str:
        return "Begin your response with a verb."

    def check(self, text: Text) -> Verdict:
        # A look at the beginning is enough: three words and the marks between them.
        words = Text(text.raw[:2000]).words[:8]
        first = next((i for i, (a, b) in enumerate(words) if any(map(str.isalpha, text.raw[a:b]))), None)
        if first is None:
            return Verdict(False, "no words")
        head = text.raw[words[first][0] : words[-1][1]]
        cut = tuple(islice(_tokens(Text(head)), _SEEN))
        small = (cut[0].lower(), *cut[1:])
        if cut[0].istitle() and small[0] not in _COURTESY and "VB" in first_tag(small):
            cut = small
        return _make_verdict(cut, (words[first],))

    def demands(self) -> Demands:
        return Demands(phase="edges", words=Range(1), meanings=(PLACED,))

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        return first_following(self, f"Consider this: {draft.lstrip()}", f"Consider the following.\n\n{draft}")

    published = {
        "ifbench": PublishedVariant(
            why="Tags the first token, which can be a quotation mark, a bullet or a number.",
            source="IFBench StartWithVerbChecker",
            check=_check_published,
            good=(Case("Consider the lamp."),),
            bad=(Case("**Consider** the lamp."), Case("“Take bread.”")),
        ),
        "livebench": PublishedVariant(
            why="Leaves out tokens without a small letter of ASCII before it tags.",
            source="LiveBench StartWithVerbChecker",
            check=_check_livebench,
            good=(Case("I consider the lamp."),),
            bad=(Case("GO home"), Case("The lamp.")),
        ),
    }
