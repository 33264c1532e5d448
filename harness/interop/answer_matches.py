"""Responses of other programs, matched with the samples they belong to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tasks.formats.published_record import published_id

from ..adapters.base import Failure, Response
from ..adapters.recorded.external import shorten_names
from ..errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tasks.formats.question_set import QuestionSet

    from ..adapters.recorded.external import AnswerFile, SourceVerdicts

MISSING = "missing"
"""Cause of a sample that the file holds no response to."""
_SHOWN = 5


@dataclass
class AnswerMatches:
    """Responses and the samples they belong to; of two responses to a sample and epoch the later one counts."""

    found: dict[tuple[str, int], Response | Failure] = field(default_factory=dict)
    """By sample id and epoch; the failures `missing` are not among them."""
    by: Counter[str] = field(default_factory=Counter)
    """How many were found by `id`, by `prompt` and by `position`."""
    missing: list[str] = field(default_factory=list)
    duplicate: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """Responses to samples of the set that are left out."""
    reworded: list[str] = field(default_factory=list)
    """Responses found by id whose own prompt differs from the sample's."""
    verdicts: dict[tuple[str, int], Mapping[str, SourceVerdicts]] = field(default_factory=dict)
    """Those that the other program recorded, by mode, for the responses that are found."""
    epochs: int = 1

    def describe_matches(self) -> list[str]:
        """Return in words what could not be matched, the first few names each."""
        lists = {
            "missing (unscored), no response to": self.missing,
            "duplicate responses, the last counts": self.duplicate,
            "unknown responses, to no sample of the set": self.unknown,
            "responses to samples left out": self.left_out,
            "responses to another wording of the prompt": self.reworded,
        }
        return [f"{what}: {len(names)} ({shorten_names(names)})" for what, names in lists.items() if names]

    def to_json(self) -> dict[str, Any]:
        """Return the record for `run.json`: counts, and the first few names."""
        lists = {name: getattr(self, name) for name in ("missing", "duplicate", "unknown", "left_out", "reworded")}
        counts = {name: {"count": len(names), "first": names[:_SHOWN]} for name, names in lists.items() if names}
        return {"matched": dict(sorted(self.by.items())), **counts}


def match_answers(questions: QuestionSet, answers: AnswerFile) -> AnswerMatches:
    """Match responses with samples: by id, else by prompt (white space around it aside).

    A response without an id belongs to every sample with the same prompt, those in pictures left out. One with neither
    belongs to the sample at its place in the set, if the numbers fit. Raises `ConfigError` if no response belongs to
    any sample.
    """
    answers = _name_positions(questions, answers)
    by_id, by_prompt = _index_samples(questions)
    gone = {name for item in questions.left_out for name in (item.id, item.prompt.strip()) if name}
    prompts = {sample.id: sample.prompt.strip() for sample in questions.samples}
    matched = AnswerMatches()
    for answer in answers.answers:
        direct = next((by_id[id] for id in answer.ids if id in by_id), None)
        targets = [direct] if direct else by_prompt.get(answer.prompt, [])
        if not targets:
            lost = matched.left_out if gone.intersection((*answer.ids, answer.prompt)) else matched.unknown
            lost.append(answer.name)
            continue
        matched.by["position" if answer.position is not None else "id" if direct else "prompt"] += 1
        if direct and answer.prompt and answer.prompt != prompts[direct]:
            matched.reworded.append(answer.name)
        for target in targets:
            key = (target, answer.said.epoch)
            if key in matched.found:
                matched.duplicate.append(answer.name)
                del matched.found[key]
            matched.found[key] = replace(answer.said, sample_id=target)
            matched.verdicts[key] = answer.verdicts
    if not matched.found:
        raise ConfigError(_strangers(questions, answers, len(matched.left_out)))
    matched.epochs = 1 + max(epoch for _, epoch in matched.found)
    for sample in questions.samples:
        if any((sample.id, epoch) not in matched.found for epoch in range(matched.epochs)):
            matched.missing.append(published_id(sample) or sample.id)
    return matched


def _name_positions(questions: QuestionSet, answers: AnswerFile) -> AnswerFile:
    """Return the responses that nothing names with the ids of the samples at their places, in blocks of epochs."""
    positions = [one.position for one in answers.answers if one.position is not None]
    if not positions:
        return answers
    size, count = len(questions.samples), len(answers.answers)
    if len(positions) != count or count % size or questions.left_out:
        raise ConfigError(
            f"{answers.source}: its responses name no sample, so they belong to the {size + len(questions.left_out)} "
            f"samples of {questions.source} by their order; this needs one response for each sample, and there are "
            f"{count}; is it the right file?"
        )
    named = [
        replace(
            one,
            ids=(questions.samples[place % size].id,),
            said=replace(one.said, epoch=place // size),
        )
        for place, one in enumerate(answers.answers)
    ]
    return replace(answers, answers=tuple(named))


def _index_samples(questions: QuestionSet) -> tuple[dict[str, str], dict[str, list[str]]]:
    by_id = {name: sample.id for sample in questions.samples if (name := published_id(sample))}
    by_id |= {sample.id: sample.id for sample in questions.samples}
    by_prompt: dict[str, list[str]] = {}
    for sample in questions.samples:
        if not sample.pictures:  # their words are those of the same question as text, which is another sample
            by_prompt.setdefault(sample.prompt.strip(), []).append(sample.id)
    by_prompt.pop("", None)
    return by_id, by_prompt


def _strangers(questions: QuestionSet, answers: AnswerFile, left_out: int) -> str:
    to_left_out = f" ({left_out} answer questions that are left out)" if left_out else ""
    asked = [published_id(sample) or sample.id for sample in questions.samples[:_SHOWN]]
    return (
        f"none of the {len(answers.answers)} answers in {answers.source} belongs to a question of "
        f"{questions.source}{to_left_out}: "
        f"the answers are named {shorten_names([answer.name for answer in answers.answers])}, "
        f"the questions {shorten_names(asked)}; is it the right file?"
    )
