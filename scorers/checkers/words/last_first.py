"""words:last_first."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from scorers import Case, Checker, Demands, PublishedVariant, Range, Span, Text, Verdict, cached_text

from ...demands import JOINED
from ...repair.attempts import first_following, with_sentence
from ...text.published.ascii_punctuation import ENDS
from ...text.word_search import words_within


def _check_published(_: LastFirst, text: Text) -> Verdict:
    spans = text.published_sentences
    for place, (one, two) in enumerate(pairwise(spans)):
        last, first = text.raw[slice(*one)].rstrip(ENDS).split(), text.raw[slice(*two)].lstrip(ENDS).split()
        if not (last and first and last[-1].lower() == first[0].lower()):
            return _differ(place, last[-1] if last else "", first[0] if first else "", [one, two])
    return Verdict(True, f"{len(spans)} sentences, each beginning with the last word of the one before")


def _check_livebench(_: LastFirst, text: Text) -> Verdict:
    for place, (one, two) in enumerate(pairwise(text.livebench_sentences)):
        last, first = one.rstrip(ENDS).split(), two.lstrip(ENDS).split()
        if not last:
            return Verdict.raising("IndexError")
        if not first or last[-1].lower() != first[0].rstrip(ENDS).lower():
            return _differ(place, last[-1], first[0] if first else "", [])
    return Verdict(True, "each sentence begins with the last word of the one before")


def _differ(place: int, last: str, first: str, spans: list[Span]) -> Verdict:
    return Verdict.of(
        False, f"sentence {place + 1} ends with {last!r:.40}, the next one begins with {first!r:.40}", spans
    )


def _ends(text: Text) -> list[tuple[Span, Span]]:
    """Return the first and the last word of every sentence."""
    return [(words[0], words[-1]) for words in words_within(text.words, text.sentences) if words]


@dataclass(frozen=True)
class LastFirst(Checker):
    """Demands that every sentence begins with the last word of the one before it."""

    id = "words:last_first"
    rule_books = frozenset({"audited", "ifbench"})

    good = [
        Case("I saw the mill. Mill stones turn."),
        Case('I saw the "mill". “Mill”, yes!', why="marks do not matter"),
        Case("I saw a mill.\n\nMill stones turn."),
    ]
    bad = [Case("One sentence only."), Case("I saw the mill. The stones turn."), Case("I saw the mill. Mills turn.")]

    def describe(self) -> str:
        return "Write at least two sentences. Each sentence must begin with the last word of the sentence before it."

    def check(self, text: Text) -> Verdict:
        found = _ends(text)
        if len(found) < 2:
            return Verdict(False, "fewer than two sentences")
        for place, ((_, last), (first, _)) in enumerate(pairwise(found)):
            one, two = text.raw[last[0] : last[1]], text.raw[first[0] : first[1]]
            if one.lower() != two.lower():
                return _differ(place, one, two, [last, first])
        return Verdict(True, f"{len(found)} sentences, each beginning with the last word of the one before")

    def demands(self) -> Demands:
        return Demands(
            phase="edges",
            sentences=Range(2),
            traits=(("white space", "between words"), ("neighbouring first letters", "alike")),
            meanings=(JOINED,),
        )

    def repair(self, draft: str) -> str:
        text = cached_text(draft)
        if self.check(text).followed:
            return draft
        found, parts, at = _ends(text), [], 0
        for (_, last), (first, _) in pairwise(found):
            one, two = draft[last[0] : last[1]], draft[first[0] : first[1]]
            if one.lower() != two.lower():
                parts += [draft[at : first[0]], one[:1].upper() + one[1:], " "]
                at = first[0]
        text_ = "".join([*parts, draft[at:]])
        if len(found) == 1:
            [(_, last)] = found
            word = draft[last[0] : last[1]]
            return first_following(self, *with_sentence(text_, f"{word[:1].upper()}{word[1:]} stays."), _LEAST)
        return first_following(self, text_, _LEAST)

    published = {
        "ifbench": PublishedVariant(
            why="One sentence passes; marks on the inner side of the two words stay on them, so a comma behind the "
            "first word fails.",
            source="IFBench LastWordFirstNextChecker",
            check=_check_published,
            good=(Case("One sentence only."),),
            bad=(Case("I saw the mill. Mill, yes."), Case("? Mill stones turn.")),
        ),
        "livebench": PublishedVariant(
            why="One sentence passes; marks before the last word stay on it, and it cuts sentences by rules of its "
            "own, and raises where the first of them is marks alone.",
            source="LiveBench LastWordFirstNextChecker",
            check=_check_livebench,
            good=(Case("One sentence only."),),
            bad=(Case('I saw the "mill". Mill stones.'), Case("... Mill stones turn.")),
        ),
    }


_LEAST = "We saw the mill. Mill wheels turn."
