"""Prints a learned wording."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ...dataset.learned_wording import SHOWN
from ...sanitize import escape_control
from .console import console

if TYPE_CHECKING:
    from tasks.prompts.learning import LearnedWording


def print_learned_wording(learnt: LearnedWording, path: str) -> None:
    """Print how far the wording gives the questions back, and what is missing from it."""
    out = console()

    def say(text: str) -> None:
        out.print(escape_control(text), markup=False, highlight=False, soft_wrap=True)

    say(f"{learnt.rendered} of {learnt.questions} questions come out byte for byte")
    reasons = Counter(item.reason for item in learnt.missed)
    for reason, count in reasons.most_common():
        say(f"  {count} not: {reason}")
    for item in learnt.missed[:SHOWN]:
        say(f"    {item.id}: {item.reason}")
    if len(learnt.missed) > SHOWN:
        say(f"    and {len(learnt.missed) - SHOWN} more (--json names them all)")
    if learnt.unlearnt:
        ids = ", ".join(f"{id} ({count})" for id, count in learnt.unlearnt.items())
        say(f"no sentence was found for: {ids}; the file leaves them in our wording")
    if learnt.once:
        say(f"one sentence only was seen, so check by hand what is a parameter in it: {', '.join(learnt.once)}")
    say(f"{path}: {len(learnt.record['tasks'])} requests, {len(learnt.ids)} instructions")
    say(f"next: ifh generate CONFIG --wording {path} -o samples.jsonl")
