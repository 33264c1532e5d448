"""format:title_case.

Audited: small words may be in lower case, and a word without capital and small letters is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scorers import Case, Checker, Demands, PublishedVariant, Range, Span, Text, Verdict, cached_text, format_count

from ...demands import TITLE_CASE

if TYPE_CHECKING:
    from collections.abc import Iterable

MINOR = frozenset(
    """a an the and but or nor for so yet as at by in of off on per to up via with from into onto over upon than
    if""".split()
)
"""Words that titles write small."""
_SMALL = re.compile("[a-z]")


def _passes(token: str) -> bool:
    first, rest = token[0], token[1:]
    if not rest:
        return not first.islower()
    return not (first.islower() and (rest.isupper() or rest.islower()))


def _check_published(_: TitleCase, text: Text) -> Verdict:
    return _make_verdict(token for token in text.tokens if token[0].isalpha() and not _passes(token))


def _check_livebench(_: TitleCase, text: Text) -> Verdict:
    tokens = (token for token in text.tokens if _SMALL.search(token))
    return _make_verdict(token for token in tokens if len(token) > 1 and not _passes(token))


def _make_verdict(wrong: Iterable[str]) -> Verdict:
    token = next(iter(wrong), None)
    return Verdict(token is None, "no word begins small" if token is None else f"{token!r:.40} begins small")


@dataclass(frozen=True)
class TitleCase(Checker):
    """Demands title case throughout."""

    id = "format:title_case"
    rule_books = frozenset({"audited", "ifbench"})

    good = [
        Case("The Mill of Hale"),
        Case("Don't Go", why="a contraction is one word"),
        Case("École 3rd USA Well-known"),
        Case("Farmers Ask if Boats Sail", why="a small word"),
    ]
    bad = [Case("The mill"), Case("The iPhone Of mCdonald"), Case("école"), Case("title\nThe Mill"), Case("42")]

    def describe(self) -> str:
        return (
            "Write the whole response in title case: begin every word with a capital letter; only small words such as "
            "a, the, of, and, in or to may begin with a small one."
        )

    def check(self, text: Text) -> Verdict:
        if not any(map(str.isalpha, text.raw)):
            return Verdict(False, "no words")
        wrong = self._small(text, MINOR)
        return Verdict.of(not wrong, f"{format_count(len(wrong), 'word')} begin small", wrong)

    @staticmethod
    def _small(text: Text, minor: frozenset[str]) -> list[Span]:
        raw = text.raw
        return [(a, b) for a, b in text.words if raw[a].upper() != raw[a] and raw[a:b] not in minor]

    def demands(self) -> Demands:
        return Demands(phase="edges", words=Range(1), meanings=(TITLE_CASE,))

    def repair(self, draft: str) -> str:
        text = cached_text(draft)
        if self.check(text).followed:
            return draft
        parts, at = [], 0
        for start, _ in self._small(text, frozenset()):
            parts += [draft[at:start], draft[start].upper()]
            at = start + 1
        done = "".join([*parts, draft[at:]])
        return done if self.check(cached_text(done)).followed else "Farmers Visit Towns."

    published = {
        "ifbench": PublishedVariant(
            why="Cuts words as NLTK does, so that Don't fails, while capitals behind a small letter pass.",
            source="IFBench TitleCaseChecker",
            check=_check_published,
            good=(Case("The iPhone"), Case("42")),
            bad=(Case("Don't Go"), Case("The Mill of Hale"), Case("mILL")),
        ),
        "livebench": PublishedVariant(
            why="As IFBench, but a word of one letter may be small.",
            source="LiveBench TitleCaseChecker",
            check=_check_livebench,
            good=(Case("A x"), Case("é")),
            bad=(Case("Don't Go"),),
        ),
    }
