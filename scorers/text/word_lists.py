"""The built-in word lists, and random choices that depend on `Random.random()` alone.

`random.choice` and `sample` have changed between Python versions; `random()` has not, so that a seed gives the same
choice everywhere.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

T = TypeVar("T")


@cache
def word_list(language: str = "en") -> tuple[str, ...]:
    """Return the built-in words of `language` for keyword instructions, sorted, English in lower case.

    There are lists of English and of simplified Chinese words; every other language gets the English list.
    """
    name = "words.zh.txt" if language == "zh" else "words.en.txt"
    return tuple((Path(__file__).parents[1] / "data" / name).read_text(encoding="utf-8").split())


@cache
def data_lines(name: str) -> tuple[str, ...]:
    """Return the lines of the built-in list `name`, in the order of its file."""
    return tuple((Path(__file__).parents[1] / "data" / f"{name}.txt").read_text(encoding="utf-8").splitlines())


@cache
def data_words(name: str) -> tuple[str, ...]:
    """Return the words of the built-in list `name`, in the order of its file."""
    return tuple(word for line in data_lines(name) for word in line.split())


def pick(rng: Random, options: Sequence[T]) -> T:
    """Return one of `options` at random, uniformly."""
    return options[int(rng.random() * len(options))]


def pick_some(rng: Random, options: Sequence[T], count: int) -> list[T]:
    """Return up to `count` of `options` at random, without replacement."""
    left = list(options)
    return [left.pop(int(rng.random() * len(left))) for _ in range(max(0, min(count, len(left))))]


def pick_weighted(rng: Random, options: Sequence[T], weights: Sequence[float]) -> T:
    """Return one of `options` at random, with non-negative weights."""
    mark = rng.random() * sum(weights)
    for option, weight in zip(options, weights, strict=True):
        mark -= weight
        if mark < 0:
            return option
    return [o for o, w in zip(options, weights, strict=True) if w > 0][-1]
