"""count:conjunctions."""

from __future__ import annotations

from dataclasses import dataclass

from scorers import (
    Case,
    Checker,
    Demands,
    PublishedVariant,
    Range,
    Span,
    Text,
    Verdict,
    cached_text,
    find_words,
    format_list,
    number,
)

from ...params.published import drawn_at_random, format_number
from ...repair.attempts import first_following, with_sentence
from ...text.published.ascii_punctuation import ENDS, piece_spans

CONJUNCTIONS = ("and", "but", "for", "nor", "or", "so", "yet")
_FORMS = frozenset(CONJUNCTIONS)


def _check_published(self: Conjunctions, text: Text) -> Verdict:
    pieces = text.raw.split()
    first: dict[str, int] = {}
    for place, piece in enumerate(pieces):
        if piece.strip(ENDS).lower() in _FORMS:
            first.setdefault(piece, place)
    spans = piece_spans(text.raw)
    return self._make_verdict(list(first), [spans[place] for place in first.values()])


@dataclass(frozen=True)
class Conjunctions(Checker):
    """Demands a least number of different coordinating conjunctions."""

    id = "count:conjunctions"
    rule_books = frozenset({"audited", "ifbench"})

    small_n: float = number("how many different conjunctions there are at least", low=1, high=7, drawn=(4, 6))

    good = [Case("(So) yet; NOR", small_n=3), Case("and/or", small_n=2), Case("“and” but", small_n=2.0)]
    bad = [
        Case("And and", small_n=2, why="one conjunction, written in two ways"),
        Case("and, and.", small_n=2),
        Case("Sandy form", small_n=1),
    ]

    def describe(self) -> str:
        listed = format_list(CONJUNCTIONS)
        return f"Use at least {format_number(self.small_n)} different coordinating conjunctions ({listed})."

    def check(self, text: Text) -> Verdict:
        first: dict[str, Span] = {}
        for start, end in find_words(text.raw, CONJUNCTIONS):
            first.setdefault(text.raw[start:end].lower(), (start, end))
        return self._make_verdict(list(first), list(first.values()))

    def _make_verdict(self, found: list[str], spans: list[Span]) -> Verdict:
        shown = format_list(map(repr, found[:7])) or "no conjunction"
        return Verdict.of(len(found) >= self.small_n, f"{shown} found", spans)

    def demands(self) -> Demands:
        return Demands(phase="content", words=Range(int(self.small_n)), english=("conjunctions such as and or but",))

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        used = {draft[start:end].lower() for start, end in find_words(draft, CONJUNCTIONS)}
        missing = [word for word in CONJUNCTIONS if word not in used][: int(self.small_n) - len(used)]
        sentence = " ".join(f"{word} {noun}" for word, noun in zip(missing, _NOUNS, strict=False))
        return first_following(self, *with_sentence(draft, f"Towns {sentence}."))

    published = {
        "ifbench": PublishedVariant(
            why="The same conjunction counts again in other capitals or with another mark; only pieces at white space "
            "are looked at, without the ASCII punctuation at their ends.",
            source="IFBench ConjunctionCountChecker",
            check=_check_published,
            good=(
                Case("And and", small_n=2),
                Case("and, and.", small_n=2),
                Case("and AND And, or OR Or but BUT", small_n=8),
            ),
            bad=(Case("and/or", small_n=1), Case("“and”", small_n=1)),
            refuses=lambda self: drawn_at_random("small_n", self.small_n),
        ),
    }


_NOUNS = ("rivers", "gardens", "bridges", "harbours", "forests", "villages", "markets")
