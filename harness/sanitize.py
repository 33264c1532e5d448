"""Makes untrusted text harmless for a terminal, a page or a Markdown table."""

from __future__ import annotations

import re

JOINERS = "\u200c\u200d"
"""Unchanged inside scripts and emoji that use them, escaped next to ASCII."""
# Characters that move the cursor, change colours, titles or the writing direction, or hide: C0 but tab and newline,
# DEL, C1, line and paragraph separators, bidi marks, embeddings, overrides and isolates, zero-width and other
# invisible format characters, interlinear annotation, tag characters; and lone surrogates, which no file can hold.
ACTING = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\ud800-\udfff"
)
"""Ranges of characters that are never printed, in the form of a regular expression's character class."""
_CONTROL = re.compile(
    rf"\r(?=\n)|[{ACTING}]|(?<![^\x00-\x7f])[{JOINERS}]|[{JOINERS}](?![^\x00-\x7f])",
)


def escape_control(text: str) -> str:
    r"""Return `text` with every control character as a visible escape such as \x1b; CRLF becomes a newline."""
    if text.isascii() and text.isprintable():
        return text
    return _CONTROL.sub(_to_escape, text)


def escape_cell(text: str, width: int) -> str:
    """Return `text` on one line of at most `width` terminal columns: neutralised, white space folded, cut with "…".

    Rich markup is left as it is, as in `plain`.
    """
    from rich.cells import cell_len, set_cell_size

    # More characters than this cannot fit; cutting first keeps a long response cheap.
    flat = escape_control(" ".join(text[: 8 * width + 8].split()))
    if cell_len(flat) <= width and len(text) <= 8 * width + 8:
        return flat
    return f"{set_cell_size(flat, max(0, width - 1)).rstrip()}…" if width > 0 else ""


def _to_escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if match.group() == "\r" and match.string[match.end() : match.end() + 1] == "\n":
        return ""
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def markdown_cell(text: str) -> str:
    """Return `text` for a cell of a Markdown table: on one line, with nothing in it that acts."""
    flat = escape_control(" ".join(text.split()))
    for sign in ("\\", "|", "`", "*", "_", "[", "]", "<", ">"):
        flat = flat.replace(sign, f"\\{sign}")
    return flat
