"""Filters articles by the rules of `Quality`, with a reason for each rejected one."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from scorers.text.language import NAMES

from ..article import UnreadArticle
from .duplicates import DuplicateFinder
from .measures import Measures, measure
from .page_kinds import kind_of
from .settings import Quality

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..article import Article

_DAY = 10
"""Characters of an ISO date."""
UNREACHABLE = "unreachable"
"""The rule of articles whose pages could not be read."""
_DEBRIS = (
    ("formula source", re.compile(r"\{\\(?:display|text|script)style|\\(?:mathrm|mathbf|frac|begin)\{"), 1),
    (
        "HTML markup",
        re.compile(
            r"</?(?:p|div|span|br|a|img|strong|em|ul|ol|li|b|i|h[1-6]|figure|iframe|script)(?:\s[^<>\n]{0,300})?/?>"
            r"|&(?:amp;)?(?:lt|gt|nbsp|quot|#\d{2,5}|#x[0-9a-f]{2,5});",
            re.IGNORECASE,
        ),
        2,
    ),
    ("empty parentheses", re.compile(r"[(（][\s,;:·，；：、]{0,20}+[)）]|[(（]\s{0,3}[,;，；]"), 2),
    # Words of three letters before and after: "Node.Js" and initials are no sentences.
    ("glued sentences", re.compile(r"(?<=[a-zà-ÿ]{3})[.!?](?=[A-ZÀ-Þ][a-zà-ÿ]{2,}[ ,])"), 2),
)
"""Name, pattern and the number of matches that reject an article."""
_ISO = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


@dataclass(frozen=True)
class RejectedArticle:
    """An article that no sample is generated from."""

    id: str
    title: str
    rule: str
    """The setting that rejected it, such as `puzzles`, or `unreachable`."""
    reason: str
    """What was found."""

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return {"id": self.id, "title": self.title, "rule": self.rule, "reason": self.reason}


@dataclass(frozen=True)
class FilterResult:
    """The articles of a source, accepted and rejected."""

    accepted: tuple[Article, ...]
    rejected: tuple[RejectedArticle, ...]

    @property
    def by_rule(self) -> Counter[str]:
        """How many articles each rule rejected."""
        return Counter(item.rule for item in self.rejected)


def filter_articles(
    articles: Iterable[Article], quality: Quality | None = None, published_after: str | None = None
) -> FilterResult:
    """Return the accepted and the rejected articles, in their order, with the first rule that each breaks.

    `published_after` is an ISO day: only articles of later days pass, and none of unknown days. With `quality` None
    no other rule applies. Pages that could not be read are always rejected.
    """
    accepted, rejected, twins = [], [], DuplicateFinder()
    for article in articles:
        if isinstance(article, UnreadArticle):
            rejected.append(RejectedArticle(article.id, article.title, UNREACHABLE, article.reason))
            continue
        measures = measure(article.title, article.text)
        broken = _too_old(article, published_after) if published_after else None
        if quality and not broken:
            broken = kind_of(measures, article.url, quality) or _broken(measures, quality)
            broken = broken or (_debris(article) if quality.debris else None)
            broken = broken or _find_repetition(measures, quality, twins)
        if broken:
            rejected.append(RejectedArticle(article.id, article.title, *broken))
            continue
        if quality:
            twins.add(article.id, measures.tokens)
        accepted.append(article)
    return FilterResult(tuple(accepted), tuple(rejected))


Broken = tuple[str, str]
"""A rule and a reason."""


def _debris(article: Article) -> Broken | None:
    """Return the reason if the title or the text holds what an extraction should have removed."""
    for what, pattern, fewest in _DEBRIS:
        found = [match.group().strip() for match in islice(pattern.finditer(f"{article.title}\n{article.text}"), 100)]
        if len(found) >= fewest:
            return "debris", f"{_count(len(found), 'piece')} of {what}, such as {found[0][:40]!r}"
    return None


def _too_old(article: Article, day: str) -> Broken | None:
    if not article.published:
        return "published_after", "its day of publication is not known"
    if not _ISO.fullmatch(article.published[:_DAY]):
        return "published_after", f"its day of publication is not known: {article.published[:20]!r} is no ISO day"
    if article.published[:_DAY] > day:
        return None
    return "published_after", f"published on {article.published[:_DAY]}"


def _broken(found: Measures, quality: Quality) -> Broken | None:
    """Return the countable rule that a text breaks, or None."""
    codes = quality.languages
    if isinstance(codes, tuple) and found.language not in codes:
        code = found.language or ""
        return "languages", f"written in {NAMES.get(code, code)}" if code else "its language is unknown"
    if quality.max_links and found.links > quality.max_links:
        return "max_links", f"addresses are {found.links:.0%} of its characters"
    if quality.max_numbers and found.numbers > quality.max_numbers:
        return "max_numbers", f"numbers are {found.numbers:.0%} of its words"
    if quality.max_quoted and found.quoted > quality.max_quoted:
        return "max_quoted", f"{found.quoted:.0%} of it is in quotation marks"
    return None


def _find_repetition(found: Measures, quality: Quality, twins: DuplicateFinder) -> Broken | None:
    """Return the rule of length or repetition that a text breaks, or None."""
    if quality.min_sentences and len(found.prose) < quality.min_sentences:
        return "min_sentences", f"{_count(len(found.prose), 'sentence')} of prose"
    if quality.min_words and sum(found.prose) < quality.min_words:
        return "min_words", f"{_count(sum(found.prose), 'word')} of prose"
    if quality.duplicates and (id := twins.same(found.tokens)):
        return "duplicates", f"the same text as {id!r}"
    if quality.near_duplicates:
        id, share = twins.nearest(found.tokens)
        if share >= quality.near_duplicates:
            return "near_duplicates", f"shares {share:.0%} of its runs of five words with {id!r}"
    return None


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
