"""judgeable: whether the answers to a run's samples can be judged, known before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.sample import Sample


def check_judgeable(samples: Iterable[Sample], rules: str | None) -> None:
    """Read all samples; raise `BadSample` or `ConfigError` for the first whose answer could not be judged."""
    from scorers.errors import BadInstruction, NotInBook
    from scorers.rule_books import check_for

    for sample in samples:
        for instruction in sample.instructions:
            try:
                check_for(instruction, rules or sample.rules)
            except (BadInstruction, NotInBook) as error:
                raise ConfigError(f"sample {sample.id}: {error}") from None
