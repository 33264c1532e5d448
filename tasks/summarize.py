"""summarize: the gist of the opening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Summarize:
    """Asks for what matters in the opening."""

    name: ClassVar[str] = "summarize"

    def request(self) -> str:
        """Return the sentence that asks for it, in our wording."""
        return (
            "Sum up this text. "
            "A good answer tells someone who has not read it what happened, who was involved and why it matters."
        )


TASK = Summarize()
