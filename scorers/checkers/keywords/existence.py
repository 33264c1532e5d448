"""keywords:existence.

Audited: every keyword occurs as a whole word or phrase, in exactly this form and in any capitalisation. A hyphen, an
apostrophe or an underscore bounds a word; scripts written without spaces have no word bounds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from scorers import (
    Case,
    Checker,
    Demands,
    PublishedVariant,
    Span,
    Text,
    Verdict,
    cached_text,
    find_words,
    format_count,
    format_lines,
    format_list,
    words,
)

from ...checker import READ_AS_SEEN
from ...text.word_search import not_regular
from ._multiif import refuse_empty
from ._near_miss import describe_near_misses


def _check_published(self: Existence, text: Text) -> Verdict:
    hits = [re.search(keyword, text.raw, re.IGNORECASE) for keyword in self.keywords]
    missing = [keyword for keyword, hit in zip(self.keywords, hits, strict=True) if hit is None]
    return self._make_verdict(text, missing, [hit.span() for hit in hits if hit])


@dataclass(frozen=True)
class Existence(Checker):
    """Requires that given words occur."""

    id = "keywords:existence"
    rule_books = frozenset({"audited", "ifeval"})
    version = 2
    changes = (f"{READ_AS_SEEN} Keywords are found across emphasis (`New **York**`).",)

    keywords: tuple[str, ...] = words("the words or phrases that must occur", drawn=(2, 5))

    good = [
        Case("The ART of tea.", keywords=["art", "tea"]),
        Case("a _river_ and tea-time", keywords=["river", "tea"]),
        Case("I like C++.", keywords=["C++"]),
        Case("小河流过", keywords=["河"], why="Chinese has no word bounds"),
        Case("I don’t like the well‑known tea.", keywords=["don't", "well-known"], why="typographic forms"),
    ]
    bad = [
        Case("I like cartoons and tea.", keywords=["art", "tea"], why="inside another word"),
        Case("Two rivers meet.", keywords=["river"], why="another form of the word"),
        Case("abc", keywords=["a.c"], why="a keyword is literal"),
        Case("नमस्ते", keywords=["नमस्त"], why="a vowel sign does not end a word"),
    ]

    def describe(self) -> str:
        quoted = format_list(f'"{keyword}"' for keyword in self.keywords)
        single = all(len(keyword.split()) == 1 for keyword in self.keywords)
        if len(self.keywords) == 1:
            what = "word" if single else "phrase"
            return f"Use the {what} {quoted} at least once, exactly as given (capitalisation does not matter)."
        what = "words" if single else "words and phrases"
        return f"Use each of these {what} at least once, exactly as given (capitalisation does not matter): {quoted}."

    def check(self, text: Text) -> Verdict:
        places = {keyword: find_words(text.raw, (keyword,)) for keyword in self.keywords}
        missing = [keyword for keyword, spans in places.items() if not spans]
        near = describe_near_misses(text, missing)
        return self._make_verdict(text, missing, [span for spans in places.values() for span in spans[:5]], near)

    def demands(self) -> Demands:
        return Demands(phase="content", contains=self.keywords)

    def repair(self, draft: str) -> str:
        missing = [keyword for keyword in self.keywords if not find_words(draft, (keyword,))]
        sentences = cached_text(draft).sentences
        if not missing:
            return draft
        first_word = cached_text(draft[sentences[0][0] : sentences[0][1]]).words if sentences else []
        if first_word:
            at = sentences[0][0] + first_word[0][1]
            repaired = f"{draft[:at]} {' '.join(missing)} {draft[at:].lstrip(' ')}"
            if self.check(cached_text(repaired)).followed:
                return repaired
        return f"{draft}\n{' '.join(missing)}".lstrip()

    def _make_verdict(
        self, text: Text, missing: list[str], spans: list[Span], near: tuple[str, list[Span]] = ("", [])
    ) -> Verdict:
        number = len(dict.fromkeys(self.keywords))
        if not missing:
            return Verdict.of(
                True, f"{number} of {format_count(number, 'word')} found{format_lines(text, spans)}", spans
            )
        why, misses = near
        missed = f"{format_list(map(repr, missing))} {'is' if len(missing) == 1 else 'are'} missing"
        reason = f"{number - len(missing)} of {format_count(number, 'word')} found; {missed}{why}"
        return Verdict.of(False, reason, misses)

    published = {
        "ifeval": PublishedVariant(
            why="Searches each keyword as a regular expression without word bounds, so that 'cartoons' contains 'art'.",
            source="IFEval KeywordChecker",
            check=_check_published,
            good=(Case("I like cartoons.", keywords=["art"]), Case("abc", keywords=["a.c"])),
            bad=(Case("I like C.", keywords=["C+x"]),),
            refuses=lambda self: next(filter(None, map(not_regular, self.keywords)), ""),
            # A keyword with signs in it is a regular expression: what it matches is unknown.
            demands=lambda self: Demands(parts=tuple(word for word in self.keywords if word.isalnum())),
        ),
    }
    published["multiif"] = replace(
        published["ifeval"],
        why="As in IFEval; an empty list is refused, for the published verifier draws words for it.",
        source="Multi-IF KeywordChecker",
        refuses=refuse_empty("keywords", published["ifeval"].refuses),
    )
