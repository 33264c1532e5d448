"""Frame: what stands around the article and the instructions of published questions, found by what they share."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from ...errors import BadSample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scorers import Checker

SHARE = 0.9
"""Of the questions that have to agree on the frame; the others are named as not rendered."""
MARKS = re.compile(r"[^\w\"'“‘(\[<{«「]*")
"""What can stand before a sentence: spaces, line breaks, bullets; not what opens it."""


@dataclass(frozen=True)
class PublishedPrompt:
    """A published question whose instructions could be built."""

    id: str
    task: str
    prompt: str
    request: str
    """What it asks of the article, as the record's `task_prompt` says."""
    instructions: tuple[Checker, ...]


@dataclass(frozen=True)
class PromptFrame:
    """The text around article, request and instructions."""

    head: str
    """Before the article."""
    seam: str
    """Between the article and the request."""
    lead: str
    """Between the request and the first instruction."""
    trail: str
    """Behind the last instruction."""
    requests: dict[str, str]
    """By task."""

    def cut(self, question: PublishedPrompt) -> tuple[str, str] | None:
        """Return the article and the instructions of a question, or None if it has another frame."""
        wanted = f"{self.seam}{self.requests[question.task]}{self.lead}"
        at = question.prompt.rfind(wanted)
        end = len(question.prompt) - len(self.trail)
        start = at + len(wanted)
        if at < len(self.head) or start > end:
            return None
        if not question.prompt.startswith(self.head) or not question.prompt.endswith(self.trail):
            return None
        return question.prompt[len(self.head) : at], question.prompt[start:end]


def learn_frame(questions: Sequence[PublishedPrompt], source: str) -> PromptFrame:
    """Find the frame that nearly all `questions` share; raises `BadSample` if there is none."""
    counted: dict[str, Counter[str]] = {}
    for question in questions:
        counted.setdefault(question.task, Counter())[question.request] += 1
    requests = {task: found.most_common(1)[0][0] for task, found in sorted(counted.items())}
    fitting = [q for q in questions if q.request == requests[q.task] and q.request in q.prompt]
    if len(fitting) < ceil(SHARE * len(questions)):
        raise BadSample(
            f"{source}: of {len(questions)} questions only {len(fitting)} hold the task_prompt of their task; a "
            "wording is learnt from questions that say first the article, then the request, then the instructions"
        )
    cuts = [(q, q.prompt.rfind(q.request)) for q in fitting]
    seam = _from_break(shared_suffix([q.prompt[:at] for q, at in cuts]))
    head = _to_break(shared_prefix([q.prompt[: at - len(seam)] for q, at in cuts]))
    if not seam:
        raise BadSample(
            f"{source}: nothing that the questions share stands between the article and the request; a wording is "
            "learnt from questions that say first the article, then the request, then the instructions"
        )
    tails = [(q, q.prompt[at + len(q.request) :]) for q, at in cuts]
    found = MARKS.match(shared_prefix([tail for _, tail in tails]))
    lead = found.group() if found else ""
    trail = ""
    if len({q.instructions[-1].id for q, _ in tails}) > 1:
        ending = shared_suffix([tail[len(lead) :] for _, tail in tails])
        trail = ending[ending.index("\n") :] if "\n" in ending else ending[len(ending.rstrip()) :]
    return PromptFrame(head, seam, lead, trail, requests)


def shared_prefix(texts: Sequence[str]) -> str:
    """Return the longest text with which at least `SHARE` of `texts` begin."""
    needed = ceil(SHARE * len(texts))
    agreeing, length = list(texts), 0
    while True:
        following = Counter(text[length] for text in agreeing if len(text) > length)
        if not following:
            return agreeing[0][:length] if agreeing else ""
        character, count = following.most_common(1)[0]
        if count < needed:
            return agreeing[0][:length]
        agreeing = [text for text in agreeing if text[length : length + 1] == character]
        length += 1


def shared_suffix(texts: Sequence[str]) -> str:
    """Return the longest text with which at least `SHARE` of `texts` end."""
    return shared_prefix([text[::-1] for text in texts])[::-1]


def _to_break(head: str) -> str:
    """Cut off the beginning of a word with which articles begin by chance."""
    return re.sub(r"\w+$", "", head)


def _from_break(seam: str) -> str:
    """Cut off what articles end with anyway: the rest of a word, the end of a sentence."""
    return re.sub(r"^[\w.!?…\"'”’)]+", "", seam)
