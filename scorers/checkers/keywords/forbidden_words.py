"""keywords:forbidden_words.

Audited: none of the words occurs as a whole word, in any capitalisation, nor does its plural or a form in -ed or -ing.
A hyphen, an apostrophe or an underscore bounds a word. A word that is such a form itself (ended, doors) takes no
further ending.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

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
    format_count,
    format_lines,
    format_list,
    words,
)

from ...checker import READ_AS_SEEN
from ...text.word_search import inflections, not_regular
from ._multiif import refuse_empty

_INFLECTED = re.compile(r"[^aeiouy]*+[aeiouy].*(?:(?<!e)ed|ing|..(?<![aious])s)", re.IGNORECASE)
"""Words that have an ending of their own: "ended", "ending", "doors"; "need", "king", "glass" and "bus" have none."""
_REGULAR = ("s", "ed", "ing")


def _check_published(self: ForbiddenWords, text: Text) -> Verdict:
    found = [re.search(rf"\b{word}\b", text.raw, re.IGNORECASE) for word in self.forbidden_words]
    return self._make_verdict(text, [match.span() for match in found if match])


@dataclass(frozen=True)
class ForbiddenWords(Checker):
    """Forbids given words and their forms with -s, -ed and -ing."""

    id = "keywords:forbidden_words"
    rule_books = frozenset({"audited", "ifeval"})
    english = "finds words between word boundaries, which text without spaces lacks"
    version = 3
    changes = (
        (
            f"{READ_AS_SEEN} A word that is a form itself (*ended*) takes no further ending: the sentence cannot "
            "forbid what is no form of it."
        ),
        "Words that look like a form of another one, such as *news* and *evening*, are found where they are forbidden.",
    )

    forbidden_words: tuple[str, ...] = words("the words that must not occur", drawn=(2, 4), from_request=True)

    good = [
        Case("A rocket took off.", forbidden_words=["rock"], why="another word that begins with it"),
        Case("abc", forbidden_words=["a.c"], why="a word is literal"),
        Case("I can go.", forbidden_words=["cannot."]),
        Case("Hoping to see the seed this evening.", forbidden_words=["hop", "fee", "even"], why="other words"),
        Case("The end is endless.", forbidden_words=["ended"], why="ended is a form itself"),
    ]
    bad = [
        Case("Rock on.", forbidden_words=["rock"]),
        Case("They were rocking.", forbidden_words=["rock"], why="an inflection"),
        Case("The children stopped.", forbidden_words=["child"], why="a plural, regular or not"),
        Case("She stopped.", forbidden_words=["stop"]),
        Case("rock_star", forbidden_words=["rock"], why="an underscore bounds a word"),
        Case("I cannot. Go.", forbidden_words=["cannot."]),
        Case("two mornings", forbidden_words=["morning"], why="the plural of a word in -ing"),
        Case("tea-time", forbidden_words=["tea", "cake"]),
        Case("The evening news.", forbidden_words=["news"], why="no form of new, but the word itself"),
    ]

    def describe(self) -> str:
        quoted = format_list((f'"{word}"' for word in self.forbidden_words), "or")
        what = "the word" if len(self.forbidden_words) == 1 else "any of the words"
        sentence = f"Do not use {what} {quoted}, in any capitalisation"
        changing = [word for word in self.forbidden_words if len(_forms(word)) > 1]
        if any(not _INFLECTED.fullmatch(word) for word in changing):
            sentence += ", not even with an ending such as -s, -ed or -ing"
        odd = [form for word in changing for form in _forms(word) if not form.endswith(_REGULAR) and form != word]
        if odd:
            plurals = format_list((f'"{form}"' for form in odd), "or")
            sentence += f", nor the plural{'s' if len(odd) > 1 else ''} {plurals}"
        return f"{sentence}."

    def check(self, text: Text) -> Verdict:
        return self._make_verdict(text, find_words(text.raw, self._all_forms))

    def demands(self) -> Demands:
        return Demands(phase="content", excludes=self._all_forms)

    def repair(self, draft: str) -> str:
        filler = Filler(avoid=self._all_forms, turn=3)
        for _ in range(3):
            spans = find_words(draft, self._all_forms)
            for start, end in reversed(spans):
                draft = f"{draft[:start]}{filler.word()}{draft[end:]}"
            if not spans:
                return draft
        return "" if find_words(draft, self._all_forms) else draft

    @property
    def _all_forms(self) -> tuple[str, ...]:
        return tuple(form for word in self.forbidden_words for form in _forms(word))

    def _make_verdict(self, text: Text, spans: list[Span]) -> Verdict:
        if not spans:
            return Verdict(True, "0 forbidden words; none is allowed")
        found = [self._describe_form(quoted) for quoted in dict.fromkeys(text.quote(span) for span in spans[:10])]
        places = format_count(len(spans), "forbidden word")
        return Verdict.of(False, f"{places}{format_lines(text, spans)}: {format_list(found)}; none is allowed", spans)

    def _describe_form(self, quoted: str) -> str:
        """Return a quoted word, with the forbidden word that it is a form of."""
        found = quoted[1:-1].lower()
        forbidden = [word.strip().lower() for word in self.forbidden_words]
        base = next((word for word in forbidden if found != word and found in _forms(word)), "")
        return f"{quoted} (a form of {base!r})" if base and found not in forbidden else quoted

    published = {
        "ifeval": PublishedVariant(
            why="Searches the bare word as a regular expression between word bounds: inflections and rock_star pass, "
            "and a word that ends in punctuation never matches before a space.",
            source="IFEval ForbiddenWords",
            check=_check_published,
            good=(
                Case("Rocks and rocking and rock_star.", forbidden_words=["rock"]),
                Case("I cannot. Go.", forbidden_words=["cannot."]),
            ),
            bad=(Case("abc", forbidden_words=["a.c"]),),
            refuses=lambda self: next(filter(None, (not_regular(rf"\b{w}\b") for w in self.forbidden_words)), ""),
            demands=lambda self: Demands(excludes=tuple(w for w in self.forbidden_words if w.isalnum())),
        ),
    }
    published["multiif"] = replace(
        published["ifeval"],
        why="As in IFEval; an empty list is refused, for the published verifier draws words for it.",
        source="Multi-IF ForbiddenWords",
        refuses=refuse_empty("forbidden_words", published["ifeval"].refuses),
    )


def _forms(word: str) -> tuple[str, ...]:
    """Return a word and its forms; a word that is a form itself has only a plural."""
    forms = inflections(word)
    if _INFLECTED.fullmatch(word):
        return tuple(form for form in forms if form == word or form.endswith("s"))
    return forms
