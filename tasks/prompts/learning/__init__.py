"""learning: the wording of a published question set, taken from its questions and proven on them.

A question's text is aligned with its arguments: what questions share is the wording, what differs is article and
parameters. Nothing of it is known beforehand, and the result holds nothing that the questions do not.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...errors import BadSample, BadWording
from ...formats import livebench
from ...formats.published_record import PublishedRecord, UnknownIds, text_field
from ...formats.records import iter_records
from ...task import TASKS, get_task
from ..wording import Wording
from .align import Tail, learn_sentences
from .frame import PromptFrame, PublishedPrompt, learn_frame, shared_suffix
from .templates import escape, values_shown_by

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["LearnedWording", "UnlearnedPrompt", "learn_wording"]


@dataclass(frozen=True)
class UnlearnedPrompt:
    """A question that the wording does not give back byte for byte."""

    id: str
    reason: str


@dataclass(frozen=True)
class LearnedWording:
    """A wording and how far it gives back the questions that it was learnt from."""

    source: str
    questions: int
    record: dict[str, Any]
    """What the wording file holds."""
    missed: tuple[UnlearnedPrompt, ...]
    unlearnt: dict[str, int]
    """Instruction ids for which no sentence was found, with the number of questions that have them."""
    once: tuple[str, ...] = ()
    """Instruction ids seen in one sentence only, so that its parameters were recognised by their values alone."""

    @property
    def rendered(self) -> int:
        """How many questions come out as they went in, byte for byte."""
        return self.questions - len(self.missed)

    @property
    def ids(self) -> list[str]:
        """The instruction ids that the wording holds a sentence for."""
        return list(self.record["instructions"])

    def to_json(self) -> dict[str, Any]:
        """Return the record that `ifh wording learn --json` prints."""
        return {
            "source": self.source,
            "questions": self.questions,
            "rendered": self.rendered,
            "instructions": self.ids,
            "tasks": list(self.record["tasks"]),
            "unlearnt": self.unlearnt,
            "seen_once": list(self.once),
            "missed": [{"id": item.id, "reason": item.reason} for item in self.missed],
        }


def learn_wording(source: str | Path, *, release: str = "") -> LearnedWording:
    """Learn the wording of a LiveBench-like question set and render every question in it.

    `release` takes the questions that were live in that release. Raises `BadSample` naming file and line for what is
    no such set, and `TasksError` for a release that is none.
    """
    source = str(source)
    if release:
        livebench.check_release(release)
    missed: list[UnlearnedPrompt] = []
    questions = list(_questions(source, release, missed))
    if not questions:
        why = f"; the first: {missed[0].reason}" if missed else f" live in release {release}" if release else ""
        raise BadSample(f"{source} holds no question to learn from{why}")
    frame = learn_frame(questions, source)
    tails: list[Tail] = [(q, cut[1]) for q in questions if (cut := frame.cut(q))]
    if not tails:
        raise BadSample(f"{source}: no two questions have article, request and instructions in the same places")
    joiner, known = learn_sentences(tails, source)
    record = _record(frame, joiner, {id: found.entry() for id, found in sorted(known.items())})
    wording = Wording.from_record(record, f"the wording learnt from {source}")
    total = len(missed) + len(questions)
    missed += [
        UnlearnedPrompt(question.id, why) for question in questions if (why := _differs(question, frame, wording))
    ]
    used = Counter(id for question in questions for id in {item.id for item in question.instructions})
    unlearnt = {id: count for id, count in sorted(used.items()) if id not in known}
    once = tuple(id for id, found in sorted(known.items()) if found.seen == 1 and values_shown_by(id))
    return LearnedWording(source, total, record, tuple(missed), unlearnt, once)


def _questions(source: str, release: str, missed: list[UnlearnedPrompt]) -> Iterator[PublishedPrompt]:
    """Yield the questions of a set whose instructions are known; the others go to `missed`."""
    for place, record in iter_records(source):
        if not isinstance(record, dict) or not livebench.matches(record):
            keys = ", ".join(sorted(map(str, record)))[:120] if isinstance(record, dict) else ""
            shown = keys or f"{record!r:.60}"
            raise BadSample(
                f"{source}, {place}: no published question with its task and article ({shown}); a wording is learnt "
                "from LiveBench's format: question_id, task, turns, task_prompt, instruction_id_list and kwargs"
            )
        try:
            found = livebench.read(record)
            if release and not livebench.is_live(found, release):
                continue
            if found.task not in TASKS:
                missed.append(UnlearnedPrompt(found.id, f"the task {found.task!r} is none of {', '.join(TASKS)}"))
                continue
            question = _question(found, record)
        except UnknownIds as error:
            missed.append(UnlearnedPrompt(found.id, str(error)))
            continue
        except BadSample as error:
            raise BadSample(f"{source}, {place}: {error}") from None
        yield question


def _question(found: PublishedRecord, record: dict[str, Any]) -> PublishedPrompt:
    request = text_field(record, "task_prompt")
    if not request.strip():
        raise BadSample("task_prompt is blank; it marks where the article ends and the instructions begin")
    if re.search("[\ud800-\udfff]", found.prompt + request):
        raise BadSample("the question holds half a character (a lone surrogate), which no file can hold")
    return PublishedPrompt(found.id, found.task, found.prompt, request, tuple(found.sample().instructions))


def _record(frame: PromptFrame, joiner: str, instructions: dict[str, Any]) -> dict[str, Any]:
    """Return what a wording file says; a mark that stands before every instruction is its prefix."""
    shared = shared_suffix([frame.lead, joiner]).rpartition("\n")[2]
    prefix = shared if shared.strip() else ""  # spaces alone are better seen in the layout
    lead = frame.lead[: len(frame.lead) - len(prefix)]
    head, seam, lead, trail = map(escape, (frame.head, frame.seam, lead, frame.trail))
    return {
        "prompt": {
            "layout": f"{head}{{article}}{seam}{{request}}{lead}{{instructions}}{trail}",
            "joiner": joiner[: len(joiner) - len(prefix)],
            "prefix": prefix,
        },
        "tasks": {task: escape(text) for task, text in frame.requests.items()},
        "instructions": instructions,
    }


def _differs(question: PublishedPrompt, frame: PromptFrame, wording: Wording) -> str:
    """Say why a question is not rendered as it is, or ""."""
    if question.request != frame.requests[question.task]:
        return f"another task_prompt than most questions of {question.task} have"
    cut = frame.cut(question)
    if cut is None:
        return "another frame: what stands around article, request or instructions differs from most questions"
    article, text = cut
    try:
        sentences = [(item.id, wording.sentence(item, question.task)) for item in question.instructions]
        if wording.render(get_task(question.task), article, question.instructions) == question.prompt:
            return ""
    except BadWording as error:
        return str(error)
    for id, sentence in sentences:
        if id not in wording.instructions:
            return f"no sentence was found for {id}"
        if sentence not in text:
            return f"{id} is worded otherwise than in most questions"
    return "its instructions are joined or ordered otherwise than in most questions"
