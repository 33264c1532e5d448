"""simplify: the same content for a reader who knows little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Simplify:
    """Asks for the opening in plain words."""

    name: ClassVar[str] = "simplify"

    def request(self) -> str:
        """Return the sentence that asks for it, in our wording."""
        return (
            "Retell this text in everyday words for a reader of about twelve. "
            "A good answer explains what such a reader would stumble over and still gets every fact right."
        )


TASK = Simplify()
