"""length_constraints:number_sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Self

from scorers import (
    Case,
    Checker,
    Context,
    Demands,
    Filler,
    PublishedVariant,
    Span,
    Text,
    Verdict,
    cached_text,
    choice,
    format_count,
    integer,
    range_of,
)

from ...checker import READ_AS_SEEN
from ...params import RELATIONS
from ...params.bounds import describe_empty_bound, surplus, verdict_on_count
from ...params.published import describe_negative
from ...text.parts import counted_sentences
from ...text.reasons import format_asked, word_relation
from ._draws import draw_bound
from ._multiif import count_sentences

_DRAWN = {"at least": (8, 20), "less than": (3, 8)}
"""Bounds that are drawn, by side, where nothing is known of the answer: one that takes no notice meets few."""


def _check_multiif(self: NumberSentences, text: Text) -> Verdict:
    number, by, places = count_sentences(text)
    followed = number in range_of(self.relation, self.num_sentences)
    spans = places() if followed or self.relation == "less than" else []
    shown = spans if followed else surplus(spans, self.num_sentences)
    return Verdict.of(followed, f"{format_count(number, 'sentence')} {by}", shown)


@dataclass(frozen=True)
class NumberSentences(Checker):
    """Bounds the number of sentences."""

    id = "length_constraints:number_sentences"
    rule_books = frozenset({"audited", "ifeval"})
    english = "cuts sentences by the marks and abbreviations of English"
    version = 3
    changes = (
        "Sentences with half-width marks and list items with Chinese numbers count, because they are sentences.",
        (
            f"{READ_AS_SEEN} Greetings, signatures, labels and short list items without an end mark are no "
            "sentences, as the sentence now says."
        ),
    )

    num_sentences: int = integer("the bound on the number of sentences", low=1, drawn=(3, 20))
    relation: str = choice("on which side of the bound the count lies", RELATIONS)

    good = [
        Case("Dr. Ames came at 3.5 p.m. today. She left.", num_sentences=3, relation="less than"),
        Case("* Buy bread.\n* Buy milk.\n* Eat!", num_sentences=3, relation="at least", why="items that are sentences"),
        Case("* bread\n* milk\n* eggs", num_sentences=2, relation="less than", why="items that are mere nouns"),
        Case("1. Alpha.\n2. Beta.", num_sentences=3, relation="less than", why="a list number is no sentence"),
        Case("他来了。她走了。", num_sentences=2, relation="at least"),
        Case("他来了吗?来了!走吧.好。", num_sentences=4, relation="at least", why="half-width marks"),
        Case("一、买苹果。\n二、买梨。", num_sentences=2, relation="at least", why="Chinese list numbers"),
        Case("Dear Ann,\n\nI am well. You too\n\nYours,\nBob", num_sentences=3, relation="less than", why="a letter"),
        Case("Day 1: We left.\n\nDay 2:\n\nWe came.", num_sentences=3, relation="less than", why="labels"),
        Case("<<A Title>>\nOne sentence.", num_sentences=2, relation="less than", why="a title is none"),
        Case("“Stop!” he said. We like e.g. tea.", num_sentences=3, relation="less than", why="both go on"),
    ]
    bad = [
        Case("One. Two. Three.", num_sentences=3, relation="less than"),
        Case("# Heading\n---\nOnly this one.", num_sentences=2, relation="at least"),
        Case("* bread\n* milk\n* eggs", num_sentences=1, relation="at least", why="mere nouns"),
        Case("!!!", num_sentences=1, relation="at least", why="it needs a letter or a digit"),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        return cls(*draw_bound(cls, rng, context, _DRAWN, "sentences"))

    def describe(self) -> str:
        bound = f"{word_relation(self.relation)} {format_count(self.num_sentences, 'sentence')}"
        return (
            f"The whole response must have {bound}. Titles, "
            "headings, labels, greetings, signatures, and list items that are not full sentences do not count."
        )

    def check(self, text: Text) -> Verdict:
        found = counted_sentences(text)
        verdict = self._make_verdict(found)
        asked = format_asked(self.relation, self.num_sentences)
        more = len(text.sentences) - len(found) if not verdict.followed and self.relation == "at least" else 0
        aside = f" ({format_count(more, 'piece')} without a full stop not counted)" if more else ""
        return replace(verdict, reason=f"{verdict.reason}{aside}; {asked}")

    def demands(self) -> Demands:
        return Demands(phase="counts", sentences=range_of(self.relation, self.num_sentences))

    def range_error(self) -> str:
        return super().range_error() or describe_empty_bound(self.relation, self.num_sentences, "sentence")

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        filler = Filler(turn=2)
        if self.relation == "at least":
            missing = self.num_sentences - len(counted_sentences(cached_text(draft)))
            more = " ".join(filler.sentence(6) for _ in range(missing))
            return f"{draft}\n\n{more}".lstrip()
        for keep in range(self.num_sentences - 1, 0, -1):
            shorter = draft[: cached_text(draft).sentences[keep - 1][1]]
            if len(cached_text(shorter).sentences) < self.num_sentences:
                return shorter
        return filler.sentence(8)

    def _make_verdict(self, sentences: list[Span]) -> Verdict:
        return verdict_on_count(self.relation, self.num_sentences, sentences, format_count(len(sentences), "sentence"))

    published = {
        "ifeval": PublishedVariant(
            why="Cuts the raw text with Punkt's English model: a line end cuts nothing, so that unpunctuated list "
            "items and titles run together, list numbers count, 。！？ end nothing, and every e.g. and No. ends one.",
            source="IFEval instructions_util.count_sentences (NLTK Punkt)",
            check=lambda self, text: self._make_verdict(text.published_sentences),
            good=(Case("1. Alpha.\n2. Beta.", num_sentences=3, relation="at least"),),
            bad=(
                Case("* bread\n* milk\n* eggs", num_sentences=3, relation="at least"),
                Case("他来了。她走了。", num_sentences=2, relation="at least"),
            ),
        ),
    }
    published["multiif"] = PublishedVariant(
        why="Counts as IFEval does, unless langdetect takes the text for Chinese or Japanese (each stretch between "
        "stops or line ends counts, an ASCII dot being a stop), Hindi (a danda, ! and ? end a sentence; a line end and "
        "a full stop do not) or Thai (PyThaiNLP). Short or mixed Chinese is often taken for Korean.",
        source="Multi-IF instructions_util.count_sentences",
        check=_check_multiif,
        good=(
            Case(
                "他说：“今天天气很好。我去河边。”", num_sentences=3, relation="at least", why="the mark behind counts"
            ),
            Case("今天天气很好\n我去河边\n你也来", num_sentences=3, relation="at least"),
        ),
        bad=(
            Case("यह एक पुरानी किताब है॥ वह पढ़ रहा है॥", num_sentences=2, relation="at least"),
            Case("* bread\n* milk\n* eggs", num_sentences=3, relation="at least"),
        ),
        refuses=lambda self: describe_negative("num_sentences", self.num_sentences),
    )
