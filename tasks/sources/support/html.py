"""HTML as plain text: the paragraphs of an article, without menus, captions and scripts."""

from __future__ import annotations

import html
import re
from typing import Any

from ...errors import InputLimitError, SourceError
from ...limits.memory import MEGABYTE

LONGEST_PAGE = MEGABYTE
"""Characters of a page without its scripts; the extraction may take a hundred times the memory, and many seconds."""
_NAMES = (
    "a|abbr|article|aside|b|big|blockquote|br|button|caption|center|cite|code|dd|del|div|dl|dt|em|figcaption|figure|font|"
    "footer|form|h[1-6]|header|hr|i|iframe|img|ins|li|main|mark|nav|noscript|ol|p|picture|pre|q|s|script|section|small|"
    "source|span|strike|strong|style|sub|sup|svg|table|tbody|td|th|thead|time|tr|tt|u|ul|var|video|wbr"
)
_TAG = re.compile(rf"<(?=[/a-z!])(?:/?(?:{_NAMES})(?=[\s/>])[^<>]{{0,2000}}+>|!--[^<>]{{0,300}}+>)", re.IGNORECASE)
_ESCAPED_TAG = re.compile(rf"&(?:amp;)*+(?:lt|#60|#x3c);/?(?:{_NAMES})(?=[\s/&])", re.IGNORECASE)
_ESCAPED_ENTITY = re.compile(r"&amp;(?=#?\w{2,8};)")
_APART = (
    "figure",
    "figcaption",
    "picture",
    "video",
    "audio",
    "svg",
    "script",
    "style",
    "noscript",
    "iframe",
    "form",
    "button",
    "nav",
    "template",
)
_CAPTION = re.compile(r"(?:^|[\s_-])(?:wp-)?(?:image-)?(?:photo-)?captions?(?:$|[\s_-])|wp-caption", re.IGNORECASE)
_SCRIPT = re.compile(r"<(script|style)\b[^<>]{0,500}+>", re.IGNORECASE)
_MOST_ESCAPES = 3
_LONGEST_TITLE = 2000


def article_text(source: str, page: str) -> str:
    """Return the text of the article on a page, a blank line between paragraphs; "" where there is none.

    A fragment of HTML, as feeds and content systems deliver it, is the whole article. Raises `SourceError` if the
    library for it is not installed, `InputLimitError` for a page that is too long.
    """
    try:
        from trafilatura import extract
    except ImportError as error:
        raise needs_extra(source, error) from None
    if not page.strip():
        return ""
    page = _without_scripts(page)
    if len(page) > LONGEST_PAGE:
        raise InputLimitError(
            f"the page has more than {LONGEST_PAGE // MEGABYTE} million characters, so it is no article"
        )
    whole = "<html" in page[:2000].casefold()
    wanted = (
        page if whole else f"<html><body><article>{_without_captions(unescape_markup(page))}</article></body></html>"
    )
    found = extract(wanted, include_comments=False, include_tables=False, favor_precision=whole, favor_recall=not whole)
    return "\n\n".join(line.strip() for line in (found or "").splitlines() if line.strip())


def unescape_markup(text: str) -> str:
    """Return a fragment of HTML that was escaped once too often as HTML again; others unchanged."""
    for _ in range(_MOST_ESCAPES):
        if _TAG.search(text) or not _ESCAPED_TAG.search(text):
            break
        text = html.unescape(text)
    return _ESCAPED_ENTITY.sub("&", text)


def plain_title(text: str) -> str:
    """Return a title without tags and entities, however often they were escaped."""
    text = text[:_LONGEST_TITLE]
    for _ in range(_MOST_ESCAPES):
        text = _TAG.sub("", text)
        plain = html.unescape(text)
        if plain == text:
            break
        text = plain
    return " ".join(_TAG.sub("", text).split())


def needs_extra(source: str, error: ImportError) -> SourceError:
    """Return an error that says what is to be installed."""
    return SourceError(
        f"article source {source!r} needs the extra 'sources' ({error.name or error}): pip install 'ifharness[sources]'"
    )


def _without_scripts(page: str) -> str:
    """Return a page without the content of its scripts and styles, which is most of many pages."""
    parts, at = [], 0
    for match in _SCRIPT.finditer(page):
        if match.start() < at:
            continue
        end = page.find(f"</{match.group(1)}", match.end())
        if end < 0:
            break
        parts.append(page[at : match.start()])
        at = end + len(match.group(1)) + 3
    return "".join([*parts, page[at:]])


def _without_captions(fragment: str) -> str:
    """Return a fragment without pictures and their captions, which would count as its first sentences."""
    from lxml import etree  # type: ignore[import-untyped]  # it has no types of its own
    from lxml import html as parser

    if "<" not in fragment:
        return fragment
    try:
        tree: Any = parser.fragment_fromstring(fragment, create_parent="div")
    except (etree.LxmlError, ValueError):
        return fragment
    etree.strip_elements(tree, *_APART, with_tail=False)
    for element in list(tree.iter("p", "div", "span", "small", "em", "td")):
        if _CAPTION.search(str(element.get("class") or "")) and element.getparent() is not None:
            element.drop_tree()
    return "".join(
        [
            html.escape(tree.text or "", quote=False),
            *(etree.tostring(part, encoding="unicode", method="html") for part in tree),
        ]
    )
