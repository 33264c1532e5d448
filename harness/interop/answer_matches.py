"""Responses of other programs, matched with the samples they belong to."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from tasks.formats.published_record import published_id

from ..adapters.recorded.external import shorten_names
from ..errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tasks.formats.question_set import QuestionSet

    from ..adapters.base import Failure, Response
    from ..adapters.recorded.external import AnswerFile, ExternalResponse

MISSING = "missing"
"""Cause of a sample that the file holds no response to."""
_SHOWN = 5
_NONE = -1
_MOST_SLOTS = 20_000_000
"""Samples times epochs: what a results folder can hold."""


@dataclass
class NameList:
    """Counts names and holds the first few."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, name: str) -> None:
        """Count a name."""
        self.count += 1
        if len(self.first) <= _SHOWN:  # one more than is shown, so that the list ends in "..."
            self.first.append(name)

    def __len__(self) -> int:
        """Return the count."""
        return self.count


@dataclass
class AnswerMatches:
    """Which responses belong to which samples; of two responses to a sample and epoch the later one counts.

    A sample and epoch takes eight bytes, a sample about a hundred more. The responses stay where `answers` holds them.
    """

    questions: QuestionSet
    answers: AnswerFile
    by: Counter[str] = field(default_factory=Counter)
    """How many were found by `id`, by `prompt` and by `position`."""
    missing: NameList = field(default_factory=NameList)
    duplicate: NameList = field(default_factory=NameList)
    unknown: NameList = field(default_factory=NameList)
    left_out: NameList = field(default_factory=NameList)
    """Responses to samples of the set that are left out."""
    reworded: NameList = field(default_factory=NameList)
    """Responses found by id whose own prompt differs from the sample's."""
    _last: dict[int, array[int]] = field(default_factory=dict)
    """By epoch, for each sample in its order: the number of its latest response, `_NONE` for none."""
    _index: SampleLookup | None = None

    @property
    def epochs(self) -> int:
        """Responses to a sample: the highest epoch and 1."""
        return 1 + max(self._last, default=0)

    def add(self, number: int, epoch: int, place: int, name: str) -> None:
        """Note that a response of the file belongs to the sample at a place."""
        size = len(self.questions.samples)
        if epoch not in self._last:
            if size * max(epoch + 1, len(self._last)) > _MOST_SLOTS:
                raise ConfigError(
                    f"{self.answers.source}: epoch {epoch:,} of {size:,} samples is more than the {_MOST_SLOTS:,} "
                    "responses that a run can have; check the numbers of the epochs"
                )
            self._last[epoch] = array("q", [_NONE]) * size
        if self._last[epoch][place] != _NONE:
            self.duplicate.add(name)
        self._last[epoch][place] = number

    def has(self, place: int, epoch: int) -> bool:
        """Return whether there is a response to the sample at a place, from 0."""
        return epoch in self._last and self._last[epoch][place] != _NONE

    def iter_found(self) -> Iterator[tuple[ExternalResponse, Response | Failure]]:
        """Yield each response that counts, as the file has it and under the id of its sample, in the file's order."""
        assert self._index is not None
        for number, given in enumerate(self.answers.answers):
            answer, places, _ = self._index.find(number, given)
            for place in places:
                if self._last[answer.said.epoch][place] == number:
                    said, id = answer.said, self._index.ids[place]
                    yield answer, said if said.sample_id == id else replace(said, sample_id=id)

    def describe_matches(self) -> list[str]:
        """Return in words what could not be matched, the first few names each."""
        lists = {
            "missing (unscored), no response to": self.missing,
            "duplicate responses, the last counts": self.duplicate,
            "unknown responses, to no sample of the set": self.unknown,
            "responses to samples left out": self.left_out,
            "responses to another wording of the prompt": self.reworded,
        }
        return [f"{what}: {len(names)} ({shorten_names(names.first)})" for what, names in lists.items() if names]

    def to_json(self) -> dict[str, Any]:
        """Return the record for `run.json`: counts, and the first few names."""
        lists = {name: getattr(self, name) for name in ("missing", "duplicate", "unknown", "left_out", "reworded")}
        counts = {name: {"count": len(names), "first": names.first[:_SHOWN]} for name, names in lists.items() if names}
        return {"matched": dict(sorted(self.by.items())), **counts}


def match_answers(questions: QuestionSet, answers: AnswerFile) -> AnswerMatches:
    """Match responses with samples: by id, else by prompt (white space around it aside).

    A response without an id belongs to every sample with the same prompt, those in pictures left out. One with neither
    belongs to the sample at its place in the set, if the numbers fit. Raises `ConfigError` if no response belongs to
    any sample.
    """
    index = SampleLookup(questions, answers)
    gone = {name for item in questions.left_out for name in (item.id, item.prompt.strip()) if name}
    matched = AnswerMatches(questions, answers, _index=index)
    positions = 0
    for number, given in enumerate(answers.answers):
        positions += given.position is not None
        answer, places, how = index.find(number, given)
        if not places:
            lost = matched.left_out if gone.intersection((*answer.ids, answer.prompt)) else matched.unknown
            lost.add(answer.name)
            continue
        matched.by[how] += 1
        if how == "id" and answer.prompt and _hash(answer.prompt) != index.prompt_of(places[0]):
            matched.reworded.add(answer.name)
        for place in places:
            matched.add(number, answer.said.epoch, place, answer.name)
    if positions not in (0, len(answers.answers)):
        raise index.misfit()
    if not matched.by:
        raise ConfigError(_strangers(questions, answers, len(matched.left_out)))
    for place, sample in enumerate(questions.samples):
        if not all(matched.has(place, epoch) for epoch in range(matched.epochs)):
            matched.missing.add(published_id(sample) or sample.id)
    return matched


class SampleLookup:
    """Finds the sample of a response by its ids, its prompt or its position; prompts are held as hashes."""

    def __init__(self, questions: QuestionSet, answers: AnswerFile) -> None:
        self._questions, self._answers = questions, answers
        self.ids: list[str] = []
        """The ids of the samples, in their order."""
        self._published: dict[str, int] = {}
        self._prompts: list[bytes] = []
        self._by_prompt: dict[bytes, list[int] | int] = {}
        for place, sample in enumerate(questions.samples):
            self.ids.append(sample.id)
            if name := published_id(sample):
                self._published[name] = place
            prompt = sample.prompt.strip()
            self._prompts.append(_hash(prompt))
            if prompt and not sample.pictures:  # their words are those of the question as text, another sample
                self._add_prompt(self._prompts[-1], place)
        self._own = {id: place for place, id in enumerate(self.ids)}

    def _add_prompt(self, prompt: bytes, place: int) -> None:
        there = self._by_prompt.get(prompt)
        if there is None:
            self._by_prompt[prompt] = place
        else:
            self._by_prompt[prompt] = [*([there] if isinstance(there, int) else there), place]

    def find(self, number: int, answer: ExternalResponse) -> tuple[ExternalResponse, Sequence[int], str]:
        """Return a response with its id and epoch, the places of its samples, and by what they were found."""
        if answer.position is not None:
            size = len(self.ids)
            if len(self._answers.answers) % size or self._questions.left_out:
                raise self.misfit()
            place = number % size
            named = replace(answer, ids=(self.ids[place],), said=replace(answer.said, epoch=number // size))
            return named, (place,), "position"
        for id in answer.ids:
            place = self._own.get(id, self._published.get(id, _NONE))
            if place != _NONE:
                return answer, (place,), "id"
        found = self._by_prompt.get(_hash(answer.prompt), []) if answer.prompt else []
        return answer, (found,) if isinstance(found, int) else found, "prompt"

    def prompt_of(self, place: int) -> bytes:
        """Return the hash of the prompt of a sample."""
        return self._prompts[place]

    def misfit(self) -> ConfigError:
        """Return the error for responses that name no sample and whose number does not fit."""
        size, left_out = len(self.ids), len(self._questions.left_out)
        return ConfigError(
            f"{self._answers.source}: its responses name no sample, so they belong to the {size + left_out} "
            f"samples of {self._questions.source} by their order; this needs one response for each sample, and there "
            f"are {len(self._answers.answers)}; is it the right file?"
        )


def _hash(prompt: str) -> bytes:
    return blake2b(prompt.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _strangers(questions: QuestionSet, answers: AnswerFile, left_out: int) -> str:
    to_left_out = f" ({left_out} answer questions that are left out)" if left_out else ""
    asked = [published_id(sample) or sample.id for sample in questions.samples[:_SHOWN]]
    names = NameList()
    for answer in answers.answers:
        names.add(answer.name)
    return (
        f"none of the {len(answers.answers)} answers in {answers.source} belongs to a question of "
        f"{questions.source}{to_left_out}: "
        f"the answers are named {shorten_names(names.first)}, "
        f"the questions {shorten_names(asked)}; is it the right file?"
    )
