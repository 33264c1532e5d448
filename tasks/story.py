"""story_generation: a story that grows out of the opening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Story:
    """Asks for a story that starts from the opening."""

    name: ClassVar[str] = "story_generation"

    def request(self) -> str:
        """Return the sentence that asks for it, in our wording."""
        return (
            "Make up a story that grows out of this text. "
            "A good answer has people who want something, events that follow from each other, and an ending."
        )


TASK = Story()
