"""counts: how many instructions the samples of a set have, drawn by weights or given exactly."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from scorers.text.word_lists import pick_some

from ..errors import CannotDraw

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

_EXACT = "exact"
_FORMS = "a number, a pair [fewest, most], {number: weight} or {exact: {number: samples}}"


@dataclass(frozen=True)
class InstructionCounts:
    """The numbers of instructions that a sample may have."""

    numbers: tuple[int, ...]
    """Ascending, each 1 or more."""
    weights: tuple[float, ...]
    """How often each is drawn; of exact counts, how many samples have it."""
    exact: bool = False
    """Whether the weights are numbers of samples, to be met without chance."""

    @property
    def samples(self) -> int:
        """How many samples exact counts add up to."""
        return int(sum(self.weights))

    def deal(self, rng: Random, tasks: int) -> list[int]:
        """Return the number of instructions of each sample, in the order of a set that goes round `tasks` tasks.

        Of every number the tasks get equally many, or one more or less: no task is the hard one.
        """
        numbers = [number for number, times in zip(self.numbers, self.weights, strict=True) for _ in range(int(times))]
        hands: list[list[int]] = [[] for _ in range(tasks)]
        for start in range(0, len(numbers), tasks):
            block = numbers[start : start + tasks]
            for hand, number in zip(hands, pick_some(rng, block, len(block)), strict=False):
                hand.append(number)
        mixed = [pick_some(rng, hand, len(hand)) for hand in hands]
        return [mixed[position % tasks][position // tasks] for position in range(len(numbers))]


def read_counts(given: Any) -> InstructionCounts:
    """Read what a plan says of the number of instructions; raises `CannotDraw`."""
    if isinstance(given, dict) and _EXACT in given:
        return _read_exact(given)
    if isinstance(given, int) and not isinstance(given, bool):
        histogram: dict[int, float] = {given: 1.0}
    elif isinstance(given, list | tuple) and len(given) == 2 and all(type(n) is int for n in given):
        histogram = dict.fromkeys(range(given[0], given[1] + 1), 1.0)
    elif isinstance(given, dict) and given:
        histogram = {_number(key): read_weight(f"count.{key}", value) for key, value in given.items()}
    else:
        raise CannotDraw(f"count takes {_FORMS}, got {given!r}")
    return _check_counts(given, histogram, exact=False)


def read_weight(where: str, value: Any) -> float:
    """Return a weight as a number; raises `CannotDraw`, naming `where`, for anything but a finite one of at least 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value < 0:
        raise CannotDraw(f"{where} must be a number of at least 0, got {value!r}")
    return float(value)


def _read_exact(given: Mapping[str, Any]) -> InstructionCounts:
    samples = given[_EXACT]
    if len(given) > 1 or not isinstance(samples, dict) or not samples:
        raise CannotDraw(f"count takes {_FORMS}, got {given!r}")
    for key, value in samples.items():
        if type(value) is not int or value < 0:
            raise CannotDraw(f"count.exact.{key} must be a whole number of samples, got {value!r}")
    return _check_counts(given, {_number(key): float(value) for key, value in samples.items()}, exact=True)


def _check_counts(given: Any, histogram: Mapping[int, float], *, exact: bool) -> InstructionCounts:
    numbers = tuple(sorted(n for n, weight in histogram.items() if weight > 0))
    if not numbers:
        raise CannotDraw(f"count {given!r} leaves no number of instructions to draw")
    if numbers[0] < 1:
        raise CannotDraw(f"count {given!r} allows {numbers[0]} instructions; a sample needs at least 1")
    return InstructionCounts(numbers, tuple(histogram[n] for n in numbers), exact)


def _number(key: int | str) -> int:
    """Read a histogram key: TOML and JSON write numbers as strings there."""
    if isinstance(key, str) and key.isascii() and key.isdigit():
        return int(key)
    if type(key) is not int:
        raise CannotDraw(f"count: {key!r} is no number of instructions")
    return key
