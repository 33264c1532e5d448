"""keywords:forbidden_words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import (
    Case,
    Checker,
    Demands,
    Filler,
    PublishedVariant,
    Span,
    Text,
    Verdict,
    find_words,
    format_lines,
    format_list,
    words,
)

from ...text.word_search import inflections, not_regular


def _published(self: ForbiddenWords, text: Text) -> Verdict:
    found = [re.search(rf"\b{word}\b", text.raw, re.IGNORECASE) for word in self.forbidden_words]
    return self._judge(text, [match.span() for match in found if match])


@dataclass(frozen=True)
class ForbiddenWords(Checker):
    """Forbids given words and their regular inflections."""

    id = "keywords:forbidden_words"
    rule_books = frozenset({"audited", "ifeval"})
    version = 2

    forbidden_words: tuple[str, ...] = words("the words that must not occur", drawn=(2, 4), from_request=True)

    good = [
        Case("A rocket took off.", forbidden_words=["rock"], why="another word that begins with it"),
        Case("abc", forbidden_words=["a.c"], why="a word is literal"),
        Case("I can go.", forbidden_words=["cannot."]),
        Case("Hoping to see the seed this evening.", forbidden_words=["hop", "fee", "even"], why="other words"),
    ]
    bad = [
        Case("Rock on.", forbidden_words=["rock"]),
        Case("They were rocking.", forbidden_words=["rock"], why="an inflection"),
        Case("The children stopped.", forbidden_words=["child"], why="a plural, regular or not"),
        Case("She stopped.", forbidden_words=["stop"]),
        Case("rock_star", forbidden_words=["rock"], why="an underscore bounds a word"),
        Case("I cannot. Go.", forbidden_words=["cannot."]),
        Case("tea-time", forbidden_words=["tea", "cake"]),
    ]

    def describe(self) -> str:
        quoted = format_list((f'"{word}"' for word in self.forbidden_words), "or")
        return f"Do not use {quoted}, nor a plural, -ed or -ing form of any of these."

    def check(self, text: Text) -> Verdict:
        return self._judge(text, find_words(text.raw, self._forms))

    def demands(self) -> Demands:
        return Demands(phase="content", excludes=self._forms)

    def repair(self, draft: str) -> str:
        filler = Filler(avoid=self._forms, turn=3)
        for _ in range(3):
            spans = find_words(draft, self._forms)
            for start, end in reversed(spans):
                draft = f"{draft[:start]}{filler.word()}{draft[end:]}"
            if not spans:
                return draft
        return "" if find_words(draft, self._forms) else draft

    @property
    def _forms(self) -> tuple[str, ...]:
        return tuple(form for word in self.forbidden_words for form in inflections(word))

    def _judge(self, text: Text, spans: list[Span]) -> Verdict:
        if not spans:
            return Verdict(True, "none of them found")
        found = dict.fromkeys(text.quote(span) for span in spans[:10])
        return Verdict.of(False, f"{format_list(found)} found{format_lines(text, spans)}", spans)

    published = {
        "ifeval": PublishedVariant(
            why="Searches the bare word as a regular expression between word bounds: inflections and rock_star pass, "
            "and a word that ends in punctuation is never found before a space.",
            source="IFEval ForbiddenWords",
            check=_published,
            good=(
                Case("Rocks and rocking and rock_star.", forbidden_words=["rock"]),
                Case("I cannot. Go.", forbidden_words=["cannot."]),
            ),
            bad=(Case("abc", forbidden_words=["a.c"]),),
            refuses=lambda self: next(filter(None, (not_regular(rf"\b{w}\b") for w in self.forbidden_words)), ""),
            demands=lambda self: Demands(excludes=tuple(w for w in self.forbidden_words if w.isalnum())),
        ),
    }
