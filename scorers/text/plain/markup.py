r"""Markup that a reader does not see: HTML tags, comments and entities; and brackets that are no placeholders.

Tags in code stay, for there they are what the text is about. Only names of HTML elements make a tag, so that
`<<Title>>`, `<name>`, `<A>` and `a < b` stay text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...verdict import Span
    from .spans import Edit

_INLINE = (
    "a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|rp|rt|ruby|s|samp|small|span|strike|strong|sub|"
    "sup|tt|u|var|wbr"
)
_BLOCK = (
    "article|aside|blockquote|body|br|caption|center|col|colgroup|dd|details|div|dl|dt|figcaption|figure|footer|"
    "h[1-6]|head|header|hr|html|iframe|img|li|main|nav|ol|p|picture|pre|script|section|style|summary|svg|table|"
    "tbody|td|tfoot|th|thead|title|tr|ul|video"
)
_VALUE = r"""(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=]++)"""
_TAG = (
    rf"(?<!<)(?!<a>)</?(?:(?P<inline>{_INLINE})|(?:{_BLOCK}))"
    rf"(?:\s++[a-zA-Z:-]++\s*+=\s*+{_VALUE}|\s++(?:open|hidden)(?=[\s>]))*+\s*+/?>(?!>)"
)
_ENTITY = r"&(?:nbsp|amp|lt|gt|quot|apos|[mn]dash|hellip|[lr][sd]quo|shy|#\d{1,7}+|#[xX][0-9a-fA-F]{1,6}+);"
_SCAN = re.compile(
    rf"(?P<comment><!--)|(?P<fence>^[ \t>]*+(?:`{{3,}}+|~{{3,}}+))|(?P<ticks>`++)"
    rf"|(?P<tag>{_TAG})|(?P<entity>{_ENTITY})",
    re.IGNORECASE | re.MULTILINE,
)
_NOT_LINE_END = re.compile(r"[^\r\n]+")
_EDITORIAL = re.compile(
    r"""\[(?:sic|emphasis\ (?:added|mine|ours)|citation\ needed|\.{3}|…)[.!]?\]
      | \[[^\W\d_]{1,4}\](?=[^\W\d_]) | (?<=[^\W\d_])\[[^\W\d_]{1,4}\]""",
    re.VERBOSE | re.IGNORECASE,
)
_MATH = {r"\[": r"\]", r"\(": r"\)", "$$": "$$"}
_MATH_OPENS = re.compile(r"(?<!\\)\\[\[(]|\$\$")


def has_markup(raw: str) -> bool:
    """True if `raw` has a tag, a comment or an entity in it that `markup_edits` removes."""
    return ("<" in raw or "&" in raw) and next(markup_edits(raw), None) is not None


def markup_edits(raw: str) -> Iterator[Edit]:
    """Yield what of `raw` is to be replaced so that tags, comments and entities read as they are shown.

    Line ends inside of what is removed stay, so that every line keeps its number.
    """
    closed_from: dict[str, int] = {}
    at = 0
    while match := _SCAN.search(raw, at):
        start, at = match.span()
        kind = match.lastgroup if match.lastgroup != "inline" else "tag"
        if kind == "entity":
            yield start, at, "" if match[0].lower() == "&shy;" else unescape(match[0])
        elif kind == "tag":
            yield start, at, _render_tag(raw, start, at, inline=match["inline"] is not None)
        else:
            closing = "-->" if kind == "comment" else match[0].strip(" \t>")
            end = _find_closing(raw, closing, at, closed_from)
            if end > at and kind == "comment":
                yield start, end, _NOT_LINE_END.sub("", raw[start:end])
            at = max(at, end)


def _find_closing(raw: str, closing: str, at: int, closed_from: dict[str, int]) -> int:
    """Return where `closing` ends behind `at`, or -1; one that is missing is looked for once."""
    if closed_from.get(closing) == -1:
        return -1
    found = raw.find(closing, at)
    closed_from[closing] = found
    return found + len(closing) if found >= 0 else -1


def _render_tag(raw: str, start: int, end: int, *, inline: bool) -> str:
    """Return what a reader sees of a tag: its line ends, or a space where a block tag parts two words."""
    ends = _NOT_LINE_END.sub("", raw[start:end])
    parts = start > 0 and end < len(raw) and not raw[start - 1].isspace() and not raw[end].isspace()
    return ends or (" " if parts and not inline else "")


def brackets_of_text(raw: str) -> list[Span]:
    r"""Return the spans of square brackets that are mathematics (`\[x = 1\]`) or editorial (`[T]he`, `[sic]`)."""
    found: list[Span] = []
    at = 0
    missing: dict[str, int] = {}
    while match := _MATH_OPENS.search(raw, at):
        at = match.end()
        end = _find_closing(raw, _MATH[match[0]], at, missing)
        if end >= 0:
            found.append((match.start(), end))
            at = end
    ends = [end for _, end in found]
    for match in _EDITORIAL.finditer(raw):
        following = bisect_right(ends, match.start())
        if following == len(ends) or match.start() < found[following][0]:
            found.append(match.span())
    return sorted(found)


_EMPHASIS_IN_WORD = re.compile(
    r"(?<=[^\W\d_])(?P<left>\*{1,3}+)[^\W\d_]++(?P<right>(?P=left))(?!\*)"
    r"|(?<!\*)(?P<open>\*{1,3}+)[^\W\d_]++(?P<close>(?P=open))(?=[^\W\d_])"
)


def emphasis_in_words(raw: str) -> list[Span]:
    """Return the spans of asterisks that emphasise a part of a word, as in `**H**ello`."""
    if "*" not in raw:
        return []
    found = []
    for match in _EMPHASIS_IN_WORD.finditer(raw):
        names = ("left", "right") if match["left"] else ("open", "close")
        found += [match.span(name) for name in names]
    return found
