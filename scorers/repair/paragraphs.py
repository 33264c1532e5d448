"""How a draft is cut into a number of paragraphs."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ..text.paragraphs import kind, trim
from ..text.parts import is_list, is_short_line
from ..text.text import cached_text
from .filler import Filler

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .filler_zh import ChineseFiller


def cut_into(parts: Sequence[str], number: int, filler: Filler | ChineseFiller | None = None) -> list[str]:
    """Return `number` (1 or more) paragraphs that hold what `parts` hold.

    Parts that are no paragraph go to a neighbour; the last ones are joined where there are too many; where there
    are too few, they are cut at the ends of sentences, and made up by `filler` if that is not enough.
    """
    whole, loose = _gather_paragraphs(parts)
    if len(whole) > number:
        whole[number - 1 :] = ["\n".join(whole[number - 1 :])]
    pieces = [_pieces(part) for part in whole]
    places = [(i, j) for i, part in enumerate(pieces) for j in range(1, len(part))]
    wanted = max(0, number - len(whole))
    used = min(wanted, len(places))
    chosen = {places[(2 * k + 1) * len(places) // (2 * used)] for k in range(used)}
    done: list[str] = []
    for i, group in enumerate(pieces):
        for j, piece in enumerate(group):
            if j and (i, j) not in chosen:
                done[-1] += piece
            else:
                done.append(piece)
    filler = filler or Filler(turn=5)
    done += [filler.sentence(6) for _ in range(number - len(done))]
    if not whole:
        done[0] = loose[0] + done[0] + loose[1]
    return [piece.strip() for piece in done]


def _gather_paragraphs(parts: Sequence[str]) -> tuple[list[str], tuple[str, str]]:
    """Return the parts that are paragraphs, the others put to them; and what of others is left before and behind."""
    whole: list[str] = []
    before, behind = "", ""
    for part in filter(str.strip, parts):
        what = _kind(part)
        if what == "text":
            whole.append(before + part.strip() + behind)
            before, behind = "", ""
        elif whole and what != "title":  # a heading goes before what follows it
            whole[-1] += f"\n{part.strip()}"
        elif what in ("postscript", "list"):
            behind += f"\n{part.strip()}"
        else:
            before += f"{part.strip()}\n"
    if whole and before:
        whole[-1] += f"\n{before.strip()}"
    return whole, (before, behind)


def _kind(part: str) -> str:
    """Say what a part is; one that a reader would take for a label or a list is none that could stand alone."""
    start, end = trim(part, 0, len(part))
    what = kind(part, start, end)
    if what != "text":
        return what
    return "title" if is_short_line(part, start, end) else "list" if is_list(part, start, end) else "text"


@lru_cache(maxsize=256)
def _pieces(part: str) -> list[str]:
    """Cut at the ends of sentences, so that every piece would do as a paragraph."""
    ends = [end for _, end in cached_text(part).sentences[:-1]]
    pieces: list[str] = []
    for start, end in zip([0, *ends], [*ends, len(part)], strict=True):
        if pieces and _kind(part[start:end]) != "text":
            pieces[-1] += part[start:end]
        elif len(pieces) == 1 and _kind(pieces[0]) != "text":
            pieces[0] += part[start:end]
        else:
            pieces.append(part[start:end])
    return pieces
