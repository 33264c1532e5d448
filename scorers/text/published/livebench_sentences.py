"""Sentences as LiveBench cuts them for IFBench's instructions: a chain of replacements, then cuts at marks.

The order of the steps and the literal markers are the published ones: a text that holds a marker is cut there.
"""

from __future__ import annotations

import re

_DOT, _STOP = "<prd>", "<stop>"
"""Stand for a full stop inside a sentence, and for the end of one."""
_STARTER = (
    r"(Mr|Mrs|Ms|Dr|Prof|Capt|Cpt|Lt|He\s|She\s|It\s|They\s|Their\s|Our\s|We\s|But\s|However\s|That\s|This\s|Wherever)"
)
_COMPANY = "(Inc|Ltd|Jr|Sr|Co)"
_BEFORE_DEGREE = (
    (re.compile(r"(Mr|St|Mrs|Ms|Dr)[.]"), rf"\1{_DOT}"),
    (re.compile(r"[.](com|net|org|io|gov|edu|me)"), rf"{_DOT}\1"),
    (re.compile(r"([0-9])[.]([0-9])"), rf"\1{_DOT}\2"),
)
_SEVERAL_DOTS = re.compile(r"\.{2,}")
_BEHIND_DEGREE = (
    (re.compile(r"\s([A-Za-z])[.] "), rf" \1{_DOT} "),
    (re.compile(rf"([A-Z][.][A-Z][.](?:[A-Z][.])?) {_STARTER}"), rf"\1{_STOP} \2"),
    (re.compile(r"([A-Za-z])[.]([A-Za-z])[.]([A-Za-z])[.]"), rf"\1{_DOT}\2{_DOT}\3{_DOT}"),
    (re.compile(r"([A-Za-z])[.]([A-Za-z])[.]"), rf"\1{_DOT}\2{_DOT}"),
    (re.compile(rf" {_COMPANY}[.] {_STARTER}"), rf" \1{_STOP} \2"),
    (re.compile(rf" {_COMPANY}[.]"), rf" \1{_DOT}"),
    (re.compile(r" ([A-Za-z])[.]"), rf" \1{_DOT}"),
)
_MARKS = (
    (".”", "”."),
    ('."', '".'),
    ('!"', '"!'),
    ('?"', '"?'),
    (".", f".{_STOP}"),
    ("?", f"?{_STOP}"),
    ("!", f"!{_STOP}"),
    (_DOT, "."),
)


def cut(raw: str) -> list[str]:
    """Return the sentences of `raw`; marks are moved out of closing quotes, and line ends are spaces."""
    text = f" {raw}  ".replace("\n", " ")
    for pattern, replacement in _BEFORE_DEGREE:
        text = pattern.sub(replacement, text)
    text = _SEVERAL_DOTS.sub(lambda dots: _DOT * len(dots.group()) + _STOP, text)
    text = text.replace("Ph.D.", f"Ph{_DOT}D{_DOT}")
    for pattern, replacement in _BEHIND_DEGREE:
        text = pattern.sub(replacement, text)
    for found, replacement in _MARKS:
        text = text.replace(found, replacement)
    pieces = [piece.strip() for piece in text.split(_STOP)]
    return pieces if pieces[-1] else pieces[:-1]
