r"""Lines of a Chinese text that stand apart from its running text: titles, headings, numbers of parts, dividers.

What a reader takes for a title: 《修桥》 or 【修桥】 alone in a line, 标题：修桥, and a first line without any
mark, if a blank line is behind it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..scripts import HAN
from ..text import Text, cached_text

if TYPE_CHECKING:
    from ..text import Line

_LEAD = r"[\s*_#>\"“”「『]*+"
_CLOSE = r"[\s*_\"”」』]*+"
_IN_CHINESE = "[一二三四五六七八九十]{1,3}"
_TITLE = re.compile(
    rf"""{_LEAD}(?:
        《[^《》]{{1,60}}》 | 【[^【】]{{1,60}}】 | <<[^<>]{{1,60}}>>
      | (?:副?标题|副?標題|题目|題目)[*_]*+\s*+[：:][*_\s]*+\S[^。！？!?]{{0,60}}+[！？!?]?
    ){_CLOSE}""",
    re.VERBOSE,
)
# The number of a part: 第一部分, 小节 2, 回答一; or any word of a few characters with a number of digits.
_KNOWN = rf"""(?:第[ ]?(?:\d{{1,3}}|{_IN_CHINESE})[ ]?(?:个?部分|章节?|節|节|小节|回|幕|[个种]?回答|版)
      | (?:部分|章节|小节|板块|单元|要点|步骤|回答|回复|答案|版本|方案)[ ]?(?:\d{{1,3}}|{_IN_CHINESE}|[甲乙A-D])
    )[*_]*+"""
_OTHER = rf"[{HAN}]{{1,6}}[ ]?\d{{1,3}}[*_]*+"
_NAME = r"[^。！？，；,;!?：:]{0,30}+"
_PART_LINE = re.compile(
    rf"{_LEAD}(?:{_KNOWN}(?:\s*+[：:]|\s|(?={_CLOSE}\Z)){_NAME}|{_OTHER}(?:\s*+[：:]{_NAME})?){_CLOSE}", re.VERBOSE
)
_PART_NUMBER = re.compile(rf"{_LEAD}(?:{_KNOWN}|{_OTHER}|正文[*_]*+)\s*+[：:][*_\s]*+", re.VERBOSE)
_BARE = re.compile(
    r"[*_\s\"“「『]*+(?!好的|好吧|当然|當然|以下|下面|没问题|沒問題|明白|收到)[^\W_](?:[^\r\n。！？，；：…,.!?;:|]){0,24}+"
)
_SET_OFF = re.compile(r"(?:\r\n|\r|\n)[^\S\r\n]*+(?:\r\n|\r|\n)\s*+\S")
_LONGEST_TITLE = 100
"""Characters of the longest title, with its marks."""
_QUOTES = '"“「『 \t\r\n　'
_SHORTEST_REPEAT = 60
"""Characters of the prompt with which a response has to begin before they count as a repeated request."""
_LINE = re.compile(r"([^\r\n]*+)(\r\n|\r|\n|\Z)")


def is_title(line: str) -> bool:
    """True for a line that is a title, or the number and name of a part.

    >>> [is_title(line) for line in ("《修桥》", "**标题：修桥**", "小节 2", "第一部分：开工", "《修桥》是一本书。")]
    [True, True, True, True, False]
    """
    if len(line) > _LONGEST_TITLE:
        return False
    return _TITLE.fullmatch(line) is not None or _PART_LINE.fullmatch(line) is not None


def behind_title(raw: str) -> int:
    r"""Return where the text begins behind the titles and numbers that it opens with, 0 if it opens with none.

    >>> [behind_title(raw) for raw in ("《修桥》\n\n桥修好了。", "修桥记\n\n桥修好了。", "《修桥》是一本书。")]
    [6, 5, 0]
    """
    at = 0
    for match in _LINE.finditer(raw):
        line = match[1]
        blank = not line.strip()
        if not blank and not is_title(line) and not (at == 0 and _is_bare(raw, *match.span(1))):
            break
        if match.end() == len(raw):
            return at
        at = at if blank and not at else match.end()
    label = _PART_NUMBER.match(raw, at)
    return label.end() if label else at


def running_text(text: Text) -> Text:
    r"""Return the text with blanks in place of titles, headings, dividers; places stay the same.

    >>> running_text(Text("标题：桥\n甲。\n小节 2\n乙。")).raw.split()
    ['甲。', '乙。']
    """
    lines = [line for line in text.lines if line.kind != "blank"]
    pieces, at = [], 0
    for place, line in enumerate(lines):
        apart = line.kind in ("heading", "rule") or is_title(text.raw[line.start : line.end])
        if apart or (place == 0 and _is_bare(text.raw, line.start, line.end)) or _is_numbered(text.raw, lines, place):
            pieces += [text.raw[at : line.start], " " * (line.end - line.start)]
            at = line.end
    return cached_text("".join([*pieces, text.raw[at:]])) if pieces else text


def _is_numbered(raw: str, lines: list[Line], place: int) -> bool:
    """True for a heading with a number, 一、开工: text is below it, and it is no item of a list."""
    line = lines[place]
    if line.kind != "numbered" or place + 1 == len(lines) or lines[place + 1].kind != "text":
        return False
    alone = place == 0 or lines[place - 1].kind not in ("numbered", "bullet")
    return alone and re.fullmatch(_NAME, raw[line.body : line.end].strip()) is not None


def behind_request(text: Text) -> int:
    """Return where the answer begins: behind the prompt, as far as the response begins by repeating it; else 0.

    White space may differ; fewer characters than `_SHORTEST_REPEAT` may be alike by chance.
    """
    at = len(text.raw) - len(text.raw.lstrip(_QUOTES))
    asked = (character for character in text.prompt if not character.isspace())
    number = 0
    for place in range(at, len(text.raw)):
        if text.raw[place].isspace():
            continue
        if text.raw[place] != next(asked, ""):
            return place if number >= _SHORTEST_REPEAT else 0
        number += 1
    return 0


def _is_bare(raw: str, start: int, end: int) -> bool:
    """True for a line without any mark that a blank line and more text follow: a title, if it is the first."""
    if end - start > 60 or not _BARE.fullmatch(raw, start, end):
        return False
    return _SET_OFF.match(raw, end) is not None
