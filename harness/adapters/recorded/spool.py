"""Responses of a file that is read record by record, on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.limits.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Callable

    from .external import ExternalResponse


class AnswerSpool(Spool["ExternalResponse"]):
    """Responses on disk, and the models that they name."""

    def __init__(self, on_progress: Callable[[int], object] | None = None) -> None:
        super().__init__(on_progress)
        self.models: set[str] = set()

    def append(self, value: ExternalResponse) -> None:
        """Add a response."""
        if value.said.model:
            self.models.add(value.said.model)
        super().append(value)
