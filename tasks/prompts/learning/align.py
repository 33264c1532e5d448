"""Align: which part of a question's text is which instruction.

A question with one instruction is its sentence; in the others, what is left between sentences that are known by then is
the one that is not. Each round knows more sentences than the last. A set without such questions is begun with sentences
that stand first in several.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from ...errors import BadSample
from ..phrasing import TASK
from .frame import MARKS, shared_prefix
from .templates import LearnedTemplate, RenderedSentence, learn_template, values_shown_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scorers import Checker

    from .frame import PublishedPrompt

ROUNDS = 6
"""Rounds of alignment, at most; the published sets need three."""
FOLLOWERS = 3
"""Kinds that have to follow a sentence before what its questions share is taken for the sentence."""

Tail = tuple["PublishedPrompt", str]
"""A question with the text of its instructions."""


def learn_sentences(tails: Sequence[Tail], source: str) -> tuple[str, dict[str, LearnedTemplate]]:
    """Return what stands between two instructions, and the templates by id; raises `BadSample`."""
    singles: dict[str, list[RenderedSentence]] = {}
    for question, text in tails:
        if len(question.instructions) == 1:
            [only] = question.instructions
            singles.setdefault(only.id, []).append(RenderedSentence(values_of(only, question.task), text))
    begun = singles or _openings(tails)
    if not begun:
        raise BadSample(
            f"{source}: no question has one instruction alone, and no instruction without parameters begins questions "
            "that continue differently, so the end of an instruction cannot be found; add more questions of the set"
        )
    known = {id: learn_template(id, found) for id, found in sorted(begun.items())}
    joiner = _joiner(tails, known)
    for _ in range(ROUNDS):
        before = known
        instances: dict[str, list[RenderedSentence]] = {}
        for question, text in tails:
            for id, instance in _split(question, text, joiner, known):
                instances.setdefault(id, []).append(instance)
        known = known | {id: learn_template(id, found) for id, found in sorted(instances.items())}
        if known == before:
            break
    return joiner, known


def _openings(tails: Sequence[Tail]) -> dict[str, list[RenderedSentence]]:
    """Return sentences without parameters that begin questions: what those share that continue differently."""
    texts: dict[str, dict[str, tuple[PublishedPrompt, str]]] = {}
    for question, text in tails:
        first, second = question.instructions[:2]
        if not values_shown_by(first.id):
            texts.setdefault(first.id, {}).setdefault(second.id, (question, text))
    shared = {
        # Two that continue alike share more than the sentence; of all pairs the least is the sentence and the joiner.
        id: min((shared_prefix([a, b]) for (_, a), (_, b) in combinations(found.values(), 2)), key=len)
        for id, found in texts.items()
        if len(found) >= FOLLOWERS
    }
    ends = Counter(found.group() for text in shared.values() if (found := re.search(r"\s\W*$", text)))
    joiner = ends.most_common(1)[0][0] if ends else ""
    return {
        id: [
            RenderedSentence(values_of(question.instructions[0], question.task), text.removesuffix(joiner))
            for question, _ in texts[id].values()
        ]
        for id, text in shared.items()
        if joiner and text.endswith(joiner)
    }


def values_of(instruction: Checker, task: str) -> dict[str, Any]:
    """Return the parameters of an instruction and the task of its question."""
    return {**{name: getattr(instruction, name) for name in instruction.params()}, TASK: task}


def _joiner(tails: Sequence[Tail], known: Mapping[str, LearnedTemplate]) -> str:
    """Return the marks that nearly all texts share behind a first sentence that is known."""
    behind = []
    for question, text in tails:
        first = question.instructions[0]
        if len(question.instructions) > 1 and first.id in known:
            texts = known[first.id].texts(first.id, values_of(first, question.task))
            begun = next((one for one in texts if text.startswith(one)), None)
            if begun:
                behind.append(text[len(begun) :])
    found = MARKS.match(shared_prefix(behind)) if behind else None
    return found.group() if found else ""


def _split(
    question: PublishedPrompt, text: str, joiner: str, known: Mapping[str, LearnedTemplate]
) -> list[tuple[str, RenderedSentence]]:
    """Return the sentences of a question, each found with the others held to what is known of them."""
    values = [values_of(item, question.task) for item in question.instructions]
    ids = [item.id for item in question.instructions]
    exact = [
        "|".join(map(re.escape, known[id].texts(id, given))) if id in known else ""
        for id, given in zip(ids, values, strict=True)
    ]
    found = []
    for place, id in enumerate(ids):
        open_ = [not pattern or number == place for number, pattern in enumerate(exact)]
        if any(a and b for a, b in pairwise(open_)):
            continue  # two unknown neighbours: nothing shows where one ends
        sentence = _between(text, joiner, exact, open_, place)
        if sentence is not None:
            found.append((id, RenderedSentence(values[place], sentence)))
    return found


def _between(text: str, joiner: str, exact: Sequence[str], open_: Sequence[bool], place: int) -> str | None:
    """Return the text at `place`; None if what is known does not fit, or fits in two ways."""
    modes = set()
    for most in ("+?", "+"):
        parts = [f"(?P<at{n}>.{most})" if open_[n] else f"(?:{known})" for n, known in enumerate(exact)]
        match = re.fullmatch(re.escape(joiner).join(parts), text, re.DOTALL)
        if match is None:
            return None
        modes.add(match[f"at{place}"])
    return modes.pop() if len(modes) == 1 else None
