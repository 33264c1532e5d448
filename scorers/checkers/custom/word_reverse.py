"""custom:word_reverse."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, PublishedVariant, Text, Verdict, cached_text, find_words, format_asked, format_count

from ...text.published.ascii_punctuation import without
from ._task import FixedTask, whole

_NEEDLE = "bald eagle"
_WORD = re.compile(r"[^\W_]+")
_LEAST_WORDS = 4


def _check_published(_: WordReverse, text: Text) -> Verdict:
    found = _NEEDLE in " ".join(reversed(without(text.lower.strip()).split()))
    return Verdict(found, f"{_NEEDLE} {'in' if found else 'not in'} its words read backwards")


@dataclass(frozen=True)
class WordReverse(FixedTask):
    """Asks for the national animal of the US in a sentence with its words in reverse order."""

    id = "custom:word_reverse"

    good = [
        Case("US the of symbol the is eagle bald The."),
        Case("**.US the of animal national the is eagle bald The**"),
    ]
    bad = [
        Case("The bald eagle is the symbol of the US."),
        Case("eagle bald", why="no sentence"),
        Case("symbol the is eagle kobald The"),
    ]

    def describe(self) -> str:
        return (
            "Name the animal that is the national symbol of the US. Answer in a whole sentence, and put its words in "
            "reverse order."
        )

    def check(self, text: Text) -> Verdict:
        spans = find_words(text.raw, ("eagle bald",))
        words = len(_WORD.findall(text.raw))
        if not spans:
            return Verdict.of(False, "no bald eagle read backwards", whole(text))
        return Verdict.of(
            words >= _LEAST_WORDS,
            f"bald eagle in {format_count(words, 'word')}; {format_asked('at least', _LEAST_WORDS)}",
            spans,
        )

    def repair(self, draft: str) -> str:
        return draft if self.check(cached_text(draft)).followed else "US the of symbol the is eagle bald The."

    published = {
        "ifbench": PublishedVariant(
            why="The two words are enough, and may be parts of longer words.",
            source="IFBench WordReverseOrderChecker",
            check=_check_published,
            good=(Case("eagle bald"), Case("eagle kobald")),
            bad=(Case("eagle — bald"),),
        ),
    }
