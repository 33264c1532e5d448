"""HTML as plain text: the paragraphs of an article, without menus, captions and scripts."""

from __future__ import annotations

import html
import re

from ..errors import SourceError

_TAG = re.compile(r"<[^<>]{0,2000}>")


def article_text(source: str, page: str) -> str:
    """Return the text of the article on a page, a blank line between paragraphs; "" where there is none.

    A piece of HTML, as feeds and content systems give it, is taken for the whole article. Raises `SourceError` if the
    library for it is not installed.
    """
    try:
        from trafilatura import extract
    except ImportError as error:
        raise needs_extra(source, error) from None
    if not page.strip():
        return ""
    whole = "<html" in page[:2000].casefold()
    wanted = page if whole else f"<html><body><article>{page}</article></body></html>"
    found = extract(wanted, include_comments=False, include_tables=False, favor_precision=whole, favor_recall=not whole)
    return "\n\n".join(line.strip() for line in (found or "").splitlines() if line.strip())


def plain_title(text: str) -> str:
    """Return a title without tags and entities."""
    return " ".join(html.unescape(_TAG.sub("", text)).split())


def needs_extra(source: str, error: ImportError) -> SourceError:
    """Say what is to be installed."""
    return SourceError(
        f"article source {source!r} needs the extra 'sources' ({error.name or error}): pip install 'ifharness[sources]'"
    )
