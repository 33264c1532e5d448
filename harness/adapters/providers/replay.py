"""Replay: gives the responses that are in a file already, as if a model generated them again.

The file is one that `ifh score --answers` reads too: a `responses.jsonl` of an earlier run, LiveBench answers, IFEval
responses, lm-eval samples. A record names its sample by an id (`sample_id`, `question_id`, `key` or `id`), or else by
its `prompt`; of a dialogue it holds the earlier responses in `earlier`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from tasks.dialogue import response_number
from tasks.errors import BadSample
from tasks.formats.published_record import published_id

from ...errors import ConfigError, Rejected
from ..base import STOPS, AdapterSetup, Failure, Request, Response
from ..options import check_options
from ..recorded.answer_file import read_answers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tasks.sample import Sample

    from ..recorded.external import ExternalResponse

IMAGES = "always"
"""Responses are in the file, whatever the model was shown."""


def create(setup: AdapterSetup) -> Replay:
    """Return the adapter for the file that option `file`, else the model name, gives; raises `ConfigError`."""
    check_options("replay", setup, ("file",))
    name = setup.options.get("file", setup.model)
    if not isinstance(name, str) or not name:
        raise ConfigError("the adapter 'replay' answers from a file: give one with --model replay/FILE")
    return Replay(load_recorded(Path(name).expanduser()), setup.samples)


@dataclass
class RecordedResponses:
    """The records of a file, by what they name."""

    file: str
    by_id: dict[tuple[str, int | None], ExternalResponse] = field(default_factory=dict)
    """By id and epoch; a record without an epoch has None and serves every epoch."""
    by_prompt: dict[str, ExternalResponse] = field(default_factory=dict)
    ambiguous: set[str] = field(default_factory=set)
    """Prompts of records with several ids: only the id distinguishes such responses."""


@dataclass
class Replay:
    """Gives the recorded response of each sample."""

    cacheable: ClassVar = False

    answers: RecordedResponses
    samples: Mapping[str, Sample]

    async def __aenter__(self) -> Self:
        """Need nothing."""
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Leave nothing."""

    async def complete(self, request: Request) -> Response:
        """Return the recorded response; raises `Rejected` if there is none."""
        found = self._find(request)
        if found is None:
            raise Rejected(f"{self.answers.file} holds no answer to sample {request.sample_id}")
        last = found.said
        if isinstance(last, Failure):
            raise Rejected(f"{self.answers.file}, {found.place}: a failure is recorded, no answer: {last.message}")
        text, stop = self._early(found, last, request) if self._is_early(request) else (last.text, last.stop)
        return Response(
            request.sample_id,
            request.epoch,
            text,
            last.model or request.model,
            reasoning="" if self._is_early(request) else last.reasoning,
            stop=stop,
            raw_stop="" if self._is_early(request) else last.raw_stop,
        )

    def _is_early(self, request: Request) -> bool:
        """Return whether this requests a response before the last one of a dialogue."""
        sample = self.samples.get(request.sample_id)
        return sample is not None and len(request.turns) < len(sample.turns)

    def _early(self, found: ExternalResponse, last: Response, request: Request) -> tuple[str, str]:
        """Return text and stop of the requested response before the `last` one; raises `Rejected` without one."""
        number = response_number(request.turns)
        if number > len(last.earlier):
            raise Rejected(
                f"{self.answers.file}, {found.place}: answer {number} of the dialogue is not in it (earlier); "
                "`ifh score --questions QUESTIONS --answers FILE` scores last responses alone"
            )
        turn = last.earlier[number - 1]
        stop = turn.get("stop", "end")
        return turn["text"], stop if stop in STOPS else "end"

    def _find(self, request: Request) -> ExternalResponse | None:
        sample = self.samples.get(request.sample_id)
        for id in (request.sample_id, published_id(sample) if sample else ""):
            for epoch in (request.epoch, None):
                found = self.answers.by_id.get((id, epoch))
                if found is not None:
                    return found
        if sample and any(turn.pictures for turn in sample.turns):
            return None  # the same question as text has the same words
        turns = sample.turns if sample and self._is_early(request) else request.turns
        prompt = "\n\n".join(turn.text for turn in turns if turn.role == "user").strip()
        return None if prompt in self.answers.ambiguous else self.answers.by_prompt.get(prompt)


def load_recorded(path: Path) -> RecordedResponses:
    """Read a file of responses; raises `ConfigError` naming the line for what is none, and for duplicates."""
    if path.is_dir() or not path.exists():
        why = "Is a directory" if path.is_dir() else "No such file"
        raise ConfigError(f"the file of answers {path} cannot be read: {why}")
    try:
        found = read_answers(str(path), mixed=True)
    except BadSample as error:
        raise ConfigError(str(error)) from None
    recorded = RecordedResponses(str(path))
    for answer in found.answers:
        epoch = answer.said.epoch if answer.has_epoch else None
        for number, id in enumerate(answer.ids):
            if not number:
                _refuse_second(path, recorded.by_id.get((id, epoch)), answer, f"the id {id!r}")
            recorded.by_id.setdefault((id, epoch), answer)
        if answer.prompt:
            earlier = recorded.by_prompt.get(answer.prompt)
            if not answer.ids:
                _refuse_second(path, earlier, answer, "the same prompt")
            elif earlier is not None:
                recorded.ambiguous.add(answer.prompt)
            recorded.by_prompt[answer.prompt] = answer
    return recorded


def _refuse_second(path: Path, earlier: ExternalResponse | None, later: ExternalResponse, what: str) -> None:
    if earlier is not None:
        raise ConfigError(f"{path}: {earlier.place} and {later.place} both answer {what}; keep one of them")
