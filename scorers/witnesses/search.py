"""witness: one text that follows a whole set of instructions, or the reason why there is none.

The joined demands say whether the set contradicts itself; a draft composed from them is repaired, instruction by
instruction, in the order of `demands.PHASES`, and then everything is checked again by the rule book itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from .. import rule_books as books
from ..catalog import read
from ..demands import PHASES
from ..rule_books.checks import check_for
from ..text.scripts import HAN, language_by_script
from ..text.text import cached_text
from ..verifier import run_check
from .draft import write_draft
from .join import combine
from .plain_reading import contradictions
from .redundant import oddities
from .unreachable import is_too_long, is_unreachable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..checker import Checker, Instruction
    from ..demands import Demands
    from ..rule_books import BookName

DRAFTS = 3
"""Differently worded drafts that are tried."""
REPAIRS = 4
"""Rounds of repair for each draft."""
_HAN = re.compile(f"[{HAN}]")


class Search(NamedTuple):
    """What the search for a witness found."""

    text: str | None
    """A text that follows every instruction, or None."""
    impossible: str
    """Why no text can, as a person reads the instructions; "" if nothing proves that."""

    @property
    def outcome(self) -> str:
        """`proven`, `impossible` or `unknown`."""
        return "proven" if self.text is not None else "impossible" if self.impossible else "unknown"


def search(instructions: Sequence[Instruction], *, prompt: str = "", rules: BookName = "audited") -> Search:
    """Look for a text that follows all of `instructions` under the rule book `rules`; deterministic.

    `prompt` is what the instructions may refer to. Raises what `scorers.verifier` raises.
    """
    checkers = [read(item) if isinstance(item, dict) else item for item in instructions]
    checked = [(checker, check_for(checker, rules), books.demands(checker, rules)) for checker in checkers]
    checked.sort(key=lambda entry: PHASES.index(entry[2].phase))
    joined = combine([demands for _, _, demands in checked])
    wanted = joined.demands
    impossible = joined.impossible or (rules == "audited" and next(contradictions(wanted, prompt), ""))
    if impossible:
        return Search(None, impossible)
    if not wanted.prose and rules == "audited" and _chinese(prompt):
        wanted = replace(wanted, prose="zh")
    if _is_out_of_reach(checkers, wanted, rules):
        return Search(None, "")
    tried: set[str] = set()
    for turn in range(DRAFTS):
        draft = write_draft(wanted, turn, published=rules != "audited")
        for left in reversed(range(REPAIRS)):
            if draft in tried:  # repairs that undo each other come back to where they were
                break
            tried.add(draft)
            text = cached_text(draft).with_prompt(prompt)
            failing = (c for c, check, _ in checked if text.blank or not run_check(check, c, text).followed)
            first = next(failing, None)
            if first is None:
                return Search(draft, "")
            if not left:  # what is repaired now would not be looked at any more
                break
            for checker in [first, *failing]:
                draft = checker.repair(draft)
    return Search(None, "")


def _is_out_of_reach(checkers: Sequence[Checker], wanted: Demands, rules: BookName) -> bool:
    if rules == "audited":
        return is_too_long(wanted) or is_unreachable(wanted)
    # A published book may state no bounds, but its repairs meet those of the instruction all the same.
    return any(is_too_long(one.demands()) for one in checkers)


def find_contradiction(instructions: Sequence[Checker], *, prompt: str = "", rules: BookName = "audited") -> str:
    """Return why instructions contradict each other or one makes another idle, "" if they do not.

    No text is looked for.
    """
    joined = combine([books.demands(checker, rules) for checker in instructions])
    if joined.impossible or rules != "audited":
        return joined.impossible
    return next(chain(contradictions(joined.demands, prompt), oddities(joined.demands)), "")


def witness(instructions: Sequence[Instruction], *, prompt: str = "", rules: BookName = "audited") -> str | None:
    """Return one text that follows all of `instructions`, or None if none was found (see `search`)."""
    return search(instructions, prompt=prompt, rules=rules).text


def _chinese(prompt: str) -> bool:
    """True if `prompt` is Chinese; most hold no character of it, and then nothing has to be counted."""
    return not prompt.isascii() and _HAN.search(prompt) is not None and language_by_script(prompt) == "zh"
