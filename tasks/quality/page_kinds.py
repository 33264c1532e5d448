"""Kinds of page that are no article, recognised by what they say about themselves.

News may use any phrase of `cues.toml` once; a page of that kind is full of them. So a text is of a kind if the
weights of the phrases in its title and opening reach both a sum and a density. A title that names the kind outright,
or an address that does, decides alone.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from .cues import Kind, get_kind, zodiac_patterns

if TYPE_CHECKING:
    import re

    from .measures import Measures
    from .settings import Quality

KINDS = ("puzzles", "notices", "corrections", "live", "listings", "horoscopes", "quizzes")
"""Rules of the gate, in the order in which they are asked."""
_SIGNS = 5
"""Different signs of the zodiac that make a horoscope."""
_LISTED = 0.6
"""Share of words in lines without an end that makes a list."""
_SHOWN = 40


def kind_of(found: Measures, url: str, quality: Quality) -> tuple[str, str] | None:
    """Return the rule that speaks against a text, with the reason; None for an article."""
    for rule in KINDS:
        if getattr(quality, rule) and (why := _why(rule, found, url)):
            return rule, f"{get_kind(rule).name}: {why}"
    return None


@lru_cache(maxsize=4096)
def _why(rule: str, found: Measures, url: str) -> str:
    about = get_kind(rule)
    if about.title and (match := about.title.search(found.title)):
        return f'its title says "{_short(match)}"'
    if about.address and (match := about.address.search(url)):
        return f"its address holds {_short(match)}"
    if rule == "horoscopes":
        text = f"{found.title}\n{found.text}"
        number = sum(bool(sign.search(text)) for sign in zodiac_patterns())
        return f"it names {number} signs of the zodiac" if number >= _SIGNS else ""
    if rule == "listings" and found.listed > _LISTED:
        return f"{found.listed:.0%} of its words are in lines that are no sentences"
    return _add_up_cues(about, found)


def _add_up_cues(about: Kind, found: Measures) -> str:
    """Add up the cues of a kind; return what was found if it is enough."""
    text = f"{found.title}\n{found.opening}"
    total, said = 0.0, []
    for weight, most, cue in about.cues:
        matches = list(cue.finditer(text))
        total += weight * min(len(matches), most)
        said += [(weight, _short(matches[0]))] if matches else []
    if total < about.sum or 100 * total / found.opening_words < about.density:
        return ""
    # The heaviest cue comes first; of equals the first found.
    first, *more = sorted(said, key=lambda cue: -cue[0])
    return f'it says "{first[1]}"' + (f' and "{more[0][1]}"' if more else "")


def _short(match: re.Match[str]) -> str:
    flat = " ".join(match.group().split())
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 1]}…"
