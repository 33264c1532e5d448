"""Prints a learned wording."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ...dataset.learned_wording import SHOWN
from .console import console, print_text

if TYPE_CHECKING:
    from tasks.prompts.learning import LearnedWording


def print_learned_wording(learnt: LearnedWording, path: str) -> None:
    """Print how many prompts the wording reproduces, and what it lacks."""
    out = console()
    print_text(out, f"{learnt.rendered} of {learnt.questions} prompts reproduced byte for byte", soft_wrap=True)
    reasons = Counter(item.reason for item in learnt.missed)
    for reason, count in reasons.most_common():
        print_text(out, f"  {count} differ: {reason}", soft_wrap=True)
    for item in learnt.missed[:SHOWN]:
        print_text(out, f"    {item.id}: {item.reason}", soft_wrap=True)
    if len(learnt.missed) > SHOWN:
        print_text(out, f"    and {len(learnt.missed) - SHOWN} more (--json has all)", soft_wrap=True)
    if learnt.unlearnt:
        ids = ", ".join(f"{id} ({count})" for id, count in learnt.unlearnt.items())
        print_text(out, f"no sentence found, default wording used: {ids}", soft_wrap=True)
    if learnt.once:
        print_text(
            out, f"seen in one sentence only, check its parameters by hand: {', '.join(learnt.once)}", soft_wrap=True
        )
    print_text(out, f"{path}: {len(learnt.record['tasks'])} tasks, {len(learnt.ids)} instructions", soft_wrap=True)
    print_text(out, f"next: ifh generate CONFIG --wording {path} -o samples.jsonl", soft_wrap=True)
