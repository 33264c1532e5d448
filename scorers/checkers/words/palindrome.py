"""words:palindrome."""

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
    format_asked,
    format_count,
    format_list,
)

from ...repair.attempts import first_following, with_sentence
from ...text.published.ascii_punctuation import bare_spans

NUMBER, LENGTH = 10, 5
_WORDS = "level radar civic kayak refer rotor madam tenet stats solos sagas minim".split()
_TEN = " ".join(_WORDS[:NUMBER])


def _check_published(self: Palindrome, text: Text) -> Verdict:
    words = text.bare.lower().split()
    places = [i for i, word in enumerate(words) if len(word) >= LENGTH and word == word[::-1]]
    spans = list(bare_spans(text.raw)) if places else []
    return self._make_verdict([words[place] for place in places], [spans[place] for place in places[:NUMBER]])


@dataclass(frozen=True)
class Palindrome(Checker):
    """Demands ten different palindromes."""

    id = "words:palindrome"
    rule_books = frozenset({"audited", "ifbench"})

    good = [Case(f"{_TEN.title()}!"), Case(f"“{_TEN}”")]
    bad = [
        Case("level " * 10, why="one word"),
        Case("11111 " * 10, why="numbers"),
        Case(f"{' '.join(_WORDS[:9])} noon", why="noon is too short"),
        Case(" ".join(_WORDS[:5]), why="five"),
        Case(" ".join(_WORDS[:6]), why="six"),
    ]

    def describe(self) -> str:
        return (
            "Use at least ten different palindromes: single words of five letters or more that read the same "
            "backwards, such as level."
        )

    def check(self, text: Text) -> Verdict:
        first: dict[str, Span] = {}
        for start, end in text.words:
            word = text.raw[start:end].lower()
            if len(word) >= LENGTH and word == word[::-1] and word.isalpha():
                first.setdefault(word, (start, end))
        return self._make_verdict(list(first), list(first.values()))

    def _make_verdict(self, found: list[str], spans: list[Span]) -> Verdict:
        shown = f": {format_list(map(repr, found[:5]))}{' and others' if len(found) > 5 else ''}" if found else ""
        reason = f"{format_count(len(found), 'palindrome')}{shown}; {format_asked('at least', NUMBER)}"
        return Verdict.of(len(found) >= NUMBER, reason, spans)

    def demands(self) -> Demands:
        return Demands(phase="content", words=Range(NUMBER))

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        missing = [word for word in _WORDS if word not in draft.lower()]
        return first_following(
            self, *with_sentence(draft, f"{' '.join(missing).capitalize()}."), *with_sentence(draft, f"{_TEN}.")
        )

    published = {
        "ifbench": PublishedVariant(
            why="The same palindrome counts each time, and so does a number.",
            source="IFBench PalindromeChecker",
            check=_check_published,
            good=(Case("level " * 10), Case("11111 " * 10)),
            bad=(Case(f"“{_TEN}”"),),
        ),
    }
