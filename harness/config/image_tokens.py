"""How many tokens a provider counts for a picture, where it documents a rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor, sqrt
from typing import Any, TypeAlias

from scorers.errors import did_you_mean

from ..errors import ConfigError
from .toml import typed_section

PictureTokens: TypeAlias = Callable[[int, int], int]
"""Takes width and height of a picture in pixels."""


@dataclass(frozen=True)
class ImageTokens:
    """The rule of one model, and its numbers."""

    rule: str = ""
    """One of `RULES`."""
    each: float = 1.0
    """Tokens of a tile, of a patch, of a crop or of a picture; of `area`, pixels of a token."""
    base: float = 0.0
    """Tokens that each picture takes besides."""
    most: int = 0
    """Of `area`, tokens above which the provider makes a picture smaller; of `patches`, patches. 0 is no limit."""

    def count(self, width: int, height: int) -> int:
        """Return the tokens of a picture of this size in pixels."""
        return ceil(RULES[self.rule](self, width, height))

    def to_json(self) -> dict[str, Any]:
        """Return the rule and the numbers that matter to it."""
        return {name: value for name, value in vars(self).items() if value}


def read_image_tokens(table: Any, path: str, section: str) -> ImageTokens | None:
    """Read `image_tokens` of a model file; raises `ConfigError`."""
    if table is None:
        return None
    if not isinstance(table, dict):
        raise ConfigError(
            f'{path}: [{section}] must be a table, such as {{ rule = "fixed", each = 1120 }}, got {table!r:.60}'
        )
    found = typed_section(ImageTokens, table, path, section)
    if found.rule not in RULES:
        raise ConfigError(
            f"{path}: [{section}] rule is {found.rule!r}{did_you_mean(found.rule, RULES)} (rules: {', '.join(RULES)})"
        )
    if found.each <= 0 or found.base < 0 or found.most < 0:
        raise ConfigError(f"{path}: [{section}] each must be above 0, base and most 0 or more")
    return found


def _area(rule: ImageTokens, width: int, height: int) -> float:
    """Pixels, divided by those of a token (Anthropic)."""
    tokens = width * height / rule.each
    return rule.base + (min(tokens, rule.most) if rule.most else tokens)


def _tiles(rule: ImageTokens, width: int, height: int) -> float:
    """Squares of 512 pixels, after the picture is fitted into 2,048 and its short side into 768 (OpenAI)."""
    scale = min(1.0, 2048 / max(width, height))
    scale *= min(1.0, 768 / (min(width, height) * scale))
    across, down = (ceil(round(side * scale, 6) / 512) for side in (width, height))
    return rule.base + rule.each * across * down


def _patches(rule: ImageTokens, width: int, height: int) -> float:
    """Squares of 32 pixels, of a picture that is made smaller until it has at most `most` (OpenAI's small models)."""
    across, down = ceil(width / 32), ceil(height / 32)
    if rule.most and across * down > rule.most:
        scale = sqrt(rule.most / (width * height))
        sides = width * scale, height * scale
        scale *= min(floor(side) / side for side in sides)
        across, down = (ceil(round(side * scale, 6)) for side in (width, height))
    return rule.base + rule.each * across * down


def _crops(rule: ImageTokens, width: int, height: int) -> float:
    """One for a small picture, else squares of two thirds of its short side (Google, up to Gemini 2.5)."""
    if max(width, height) <= 384:
        return rule.base + rule.each
    unit = min(max(256, floor(min(width, height) / 1.5)), 768)
    return rule.base + rule.each * ceil(width / unit) * ceil(height / unit)


def _each(rule: ImageTokens, _width: int, _height: int) -> float:
    """The same for each picture."""
    return rule.base + rule.each


RULES: dict[str, Callable[[ImageTokens, int, int], float]] = {
    "area": _area,
    "tiles": _tiles,
    "patches": _patches,
    "crops": _crops,
    "fixed": _each,
}
"""By the name that a model file gives."""
