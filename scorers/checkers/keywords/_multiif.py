"""What Multi-IF's verifier draws at random where a list of words is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def refuse_empty(name: str, otherwise: Callable[[Any], str] | None) -> Callable[[Any], str]:
    """Return a `refuses` that names the empty list `name`, and asks `otherwise` where it is not empty."""

    def refuses(checker: Any) -> str:
        if not getattr(checker, name):
            return f"{name} is an empty list, and the published verifier draws words at random instead"
        return otherwise(checker) if otherwise else ""

    return refuses
