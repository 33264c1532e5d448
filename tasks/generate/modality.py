"""The same sample in another medium: as text, with its article as pictures, or as pictures wholly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scorers.errors import did_you_mean

from ..errors import BadPicture, CannotDraw
from ..pictures.draw import describe_recipe, draw_pages
from ..pictures.layout import PageLayout
from ..sample import Part, Sample, Turn

if TYPE_CHECKING:
    from typing import Any

MODALITIES = ("text", "image")
"""What `[questions] modality` takes."""
IMAGES = ("article", "all")
"""What `[questions] image` takes: which part of a question the pictures show."""
TEXT, ARTICLE, ALL = MEDIA = ("text", *IMAGES)
"""The media of a sample: variants of the twin kind `modality`."""
PICTURES = "pictures"
"""Entry of `meta`: what is shown in pictures (one of `IMAGES`), and how they are drawn."""


def check_modality(modality: str, image: str) -> None:
    """Raise `CannotDraw` for what `[questions] modality` and `image` do not take."""
    for name, value, known in (("modality", modality, MODALITIES), ("image", image, IMAGES)):
        if value not in known:
            raise CannotDraw(f"{name}: unknown {value!r}{did_you_mean(str(value), known)} ({', '.join(known)})")
    if modality == TEXT and image != ARTICLE:
        raise CannotDraw(f'image = "{image}" needs modality = "image": without it, questions are text')


def convert_medium(sample: Sample, medium: str) -> Sample:
    """Return a sample in one of `MEDIA`; whichever it is in, its prompt says the same words.

    Raises `BadPicture` for text that no font has.
    """
    written = _to_text(sample)
    if medium == TEXT:
        return written
    turns = _show_article(written) if medium == ARTICLE else tuple(map(_show_turn, written.turns))
    return _rebuild(written, turns, {**written.meta, PICTURES: {"shows": medium, **describe_recipe()}})


def why_undrawable(shown: str | Sample) -> str:
    """Return why a text, or what the user turns of a sample say, cannot be drawn; "" if it can."""
    texts = [shown] if isinstance(shown, str) else [turn.text for turn in shown.turns if turn.role == "user"]
    try:
        for text in texts:
            PageLayout(text)
    except BadPicture as error:
        return str(error)
    return ""


def _to_text(sample: Sample) -> Sample:
    if not sample.pictures:
        return sample
    turns = tuple(Turn.of(turn.role, turn.text) if turn.pictures else turn for turn in sample.turns)
    return _rebuild(sample, turns, {name: value for name, value in sample.meta.items() if name != PICTURES})


def _rebuild(sample: Sample, turns: tuple[Turn, ...], meta: dict[str, Any]) -> Sample:
    return Sample.build(
        sample.task, turns, sample.instructions, article_id=sample.article_id, rules=sample.rules, meta=meta
    )


def _show_turn(turn: Turn) -> Turn:
    """Return a user turn as pictures; providers take none in the turns of others."""
    return Turn(turn.role, _draw_parts(turn.text)) if turn.role == "user" else turn


def _show_article(sample: Sample) -> tuple[Turn, ...]:
    opening = str(sample.meta["opening"])
    for number, turn in enumerate(sample.turns):
        before, found, after = turn.text.partition(opening)
        if turn.role == "user" and found:
            around = [(Part(text),) if text else () for text in (before, after)]
            shown = Turn(turn.role, (*around[0], *_draw_parts(opening), *around[1]))
            return (*sample.turns[:number], shown, *sample.turns[number + 1 :])
    raise BadPicture("the article is not in a user turn as it is, so no picture can take its place")


def _draw_parts(text: str) -> tuple[Part, ...]:
    return tuple(Part(shown, picture) for shown, picture in draw_pages(text))
