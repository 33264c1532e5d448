"""One response of a batch: verified alone, with its error in its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import BadInstruction, ScorersError
from ..text.text import Text
from ..verifier import prepare, verify_loose, verify_strict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..checker import Instruction
    from ..verdict import Verdict
    from ..verifier import Prepared

    Mark = Callable[[Prepared], Prepared]
    """Wraps the checks of an item, so that another process sees which one is at work."""


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One response to verify, with its instructions and the prompt it answers."""

    response: str
    instructions: Sequence[Instruction]
    prompt: str = ""
    rules: str = ""
    """The rule book of this item; "" is that of the batch."""


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The verdicts of one item, in the order of its instructions."""

    strict: list[Verdict] = field(default_factory=list)
    loose: list[Verdict] = field(default_factory=list)
    """Empty unless the mode is `both`."""
    error: str = ""
    """Why the item is unscored, or ""; an item with an error has no verdicts."""


GivenItem = BatchItem | tuple[Any, ...]


def read_item(given: Any) -> BatchItem:
    """Return `given` as an item; raises `BadInstruction` if it is neither an item nor a tuple of one."""
    if isinstance(given, BatchItem):
        return given
    if not isinstance(given, tuple | list) or len(given) not in (2, 3) or not isinstance(given[0], str):
        raise BadInstruction(
            f"an item is (response, instructions) or (response, instructions, prompt), got {given!r:.120}"
        )
    return BatchItem(*given)


def verify_item(given: GivenItem, rules: str, mode: str, mark: Mark | None = None) -> BatchResult:
    """Verify one item; an error, also a bug in a check, is in the result and affects no other item."""
    try:
        item = read_item(given)
        text = Text(item.response, item.prompt)
        rules = item.rules or rules
        checks = prepare(item.instructions, rules)
        if mark:
            checks = mark(checks)
        strict = verify_strict(text, checks, rules)
        return BatchResult(strict, verify_loose(text, checks, strict, rules) if mode == "both" else [])
    except ScorersError as error:
        return BatchResult(error=str(error))
    except Exception as error:  # noqa: BLE001  # a malformed item or a bug in a check: the other items continue
        return BatchResult(error=f"{type(error).__name__}{_place_of(error)}: {error}")


def _place_of(error: Exception) -> str:
    """Return " in file:line", where a check failed, or "" if none was at work."""
    from pathlib import Path
    from traceback import extract_tb

    frames = extract_tb(error.__traceback__)
    if len(frames) < 2:
        return ""
    frame = next((f for f in reversed(frames) if "checkers" in Path(f.filename).parts), frames[-1])
    return f" in {'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno}"
