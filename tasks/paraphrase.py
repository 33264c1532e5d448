"""paraphrase: the same content in other words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Paraphrase:
    """Asks for the opening in other words, content unchanged."""

    name: ClassVar[str] = "paraphrase"

    def request(self) -> str:
        """Return the sentence that asks for it, in our wording."""
        return (
            "Put this text into your own words. "
            "A good answer says everything the text says, adds nothing to it and copies no sentence of it."
        )


TASK = Paraphrase()
