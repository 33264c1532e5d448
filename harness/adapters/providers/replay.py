"""replay: answers that are already in a file, as if a model gave them again.

One JSON record a line: `sample_id`, `id` or `question_id`, or else the `prompt`; `text` or `response`, or the
`choices` of a LiveBench answer file; for a dialogue, the answers before it in `earlier`. A `responses.jsonl` of an
earlier run is such a file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from tasks.dialogue import response_number

from ...errors import ConfigError, Rejected
from ..base import STOPS, AdapterSetup, Request, Response, earlier_texts
from ..options import check_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tasks.sample import Sample

IDS = ("sample_id", "id", "question_id")
TEXTS = ("text", "response")
_FAILED = "$ERROR$"
"""What LiveBench's answer files hold where the model could not be asked."""


def create(setup: AdapterSetup) -> Replay:
    """Return the adapter for the file that option `file`, else the model name, gives; raises `ConfigError`."""
    check_options("replay", setup, ("file",))
    name = setup.options.get("file", setup.model)
    if not isinstance(name, str) or not name:
        raise ConfigError("the adapter 'replay' answers from a file: give one with --model replay/FILE")
    return Replay(read_recorded(Path(name).expanduser()), setup.samples)


@dataclass(frozen=True)
class RecordedAnswer:
    """One line of the file."""

    line: int
    text: str
    reasoning: str = ""
    stop: str = "end"
    raw_stop: str = ""
    model: str = ""
    earlier: tuple[Mapping[str, Any], ...] = ()
    """The answers before it in a dialogue: `text`, and `stop` where it is not `end`."""


@dataclass
class RecordedAnswers:
    """What a file holds."""

    file: str
    by_id: dict[tuple[str, int | None], RecordedAnswer] = field(default_factory=dict)
    """By id and epoch; epoch None is a line that names none and answers all."""
    by_prompt: dict[str, RecordedAnswer] = field(default_factory=dict)
    ambiguous: set[str] = field(default_factory=set)
    """Prompts that stand beside several ids: only the id tells such answers apart."""


@dataclass
class Replay:
    """Gives the recorded answer of each sample."""

    cacheable: ClassVar = False

    answers: RecordedAnswers
    samples: Mapping[str, Sample]

    async def __aenter__(self) -> Self:
        """Need nothing."""
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Leave nothing."""

    async def complete(self, request: Request) -> Response:
        """Return the recorded answer; raises `Rejected` if there is none."""
        found = self._find(request)
        if found is None:
            raise Rejected(f"{self.answers.file} holds no answer to sample {request.sample_id}")
        if found.text == _FAILED:
            raise Rejected(f"{self.answers.file}, line {found.line}: the answer is {_FAILED}, a recorded failure")
        if self._is_early(request):
            found = self._early(found, request)
        return Response(
            request.sample_id,
            request.epoch,
            found.text,
            found.model or request.model,
            reasoning=found.reasoning,
            stop=found.stop,
            raw_stop=found.raw_stop,
        )

    def _is_early(self, request: Request) -> bool:
        """Say whether this asks for an answer before the last one of a dialogue."""
        sample = self.samples.get(request.sample_id)
        return sample is not None and len(request.turns) < len(sample.turns)

    def _early(self, last: RecordedAnswer, request: Request) -> RecordedAnswer:
        """Return the answer before the `last` one that is asked for; raises `Rejected` if the line has none."""
        number = response_number(request.turns)
        if number > len(last.earlier):
            raise Rejected(
                f"{self.answers.file}, line {last.line}: answer {number} of the dialogue is not in it (earlier); "
                "`ifh score --questions QUESTIONS --answers FILE` judges last answers alone"
            )
        said = last.earlier[number - 1]
        stop = said.get("stop", "end")
        return RecordedAnswer(last.line, said["text"], stop=stop if stop in STOPS else "end", model=last.model)

    def _find(self, request: Request) -> RecordedAnswer | None:
        sample = self.samples.get(request.sample_id)
        published = sample.meta.get("question_id") if sample else None
        for id in (request.sample_id, _id(published)):
            for epoch in (request.epoch, None):
                found = self.answers.by_id.get((id, epoch))
                if found is not None:
                    return found
        turns = sample.turns if sample and self._is_early(request) else request.turns
        prompt = "\n\n".join(turn.text for turn in turns if turn.role == "user").strip()
        return None if prompt in self.answers.ambiguous else self.answers.by_prompt.get(prompt)


def read_recorded(path: Path) -> RecordedAnswers:
    """Read a file of answers; raises `ConfigError` naming the line for anything that is none, and for duplicates."""
    answers = RecordedAnswers(str(path))
    for line, record in _records(path):
        answer = _recorded(path, line, record)
        id = next((found for key in IDS if (found := _id(record.get(key)))), "")
        prompt = record.get("prompt")
        if id:
            epoch = record.get("epoch")
            key = (id, epoch if isinstance(epoch, int) else None)
            _refuse_second(path, answers.by_id.get(key), line, f"the id {id!r}")
            answers.by_id[key] = answer
        elif not isinstance(prompt, str):
            raise ConfigError(f"{path}, line {line}: neither an id ({', '.join(IDS)}) nor a prompt stands in it")
        if isinstance(prompt, str):
            earlier = answers.by_prompt.get(prompt.strip())
            if not id:
                _refuse_second(path, earlier, line, "the same prompt")
            elif earlier is not None:
                answers.ambiguous.add(prompt.strip())
            answers.by_prompt[prompt.strip()] = answer
    if not answers.by_id and not answers.by_prompt:
        raise ConfigError(f"{path} holds no answers")
    return answers


def _refuse_second(path: Path, earlier: RecordedAnswer | None, line: int, what: str) -> None:
    if earlier is not None:
        raise ConfigError(f"{path}: lines {earlier.line} and {line} both answer {what}; keep one of them")


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                try:
                    text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
                    record = json.loads(text) if text.strip() else None
                except (ValueError, RecursionError) as error:
                    raise ConfigError(f"{path}, line {number}: not a JSON record in UTF-8 ({error})") from None
                if isinstance(record, dict):
                    yield number, record
                elif text.strip():
                    raise ConfigError(
                        f"{path}, line {number}: a JSON record in braces is wanted, got {text.strip():.60}"
                    )
    except OSError as error:
        raise ConfigError(f"the file of answers {path} cannot be read: {error.strerror or error}") from None


def _recorded(path: Path, line: int, record: dict[str, Any]) -> RecordedAnswer:
    choice: dict[str, Any] = {}
    given = next((key for key in TEXTS if key in record), "")
    text = record.get(given)
    if not given:
        try:
            choice = record["choices"][0]
            text = choice["turns"][0]
        except (KeyError, IndexError, TypeError):
            raise ConfigError(f"{path}, line {line}: no answer in it ({', '.join(TEXTS)} or choices)") from None
    if not isinstance(text, str):
        raise ConfigError(f"{path}, line {line}: the answer is no text but {text!r:.60}")
    thoughts = choice.get("reasoning")
    if isinstance(thoughts, list) and thoughts:
        thoughts = thoughts[0]
    stop = record.get("stop", "end")
    if stop not in STOPS:
        raise ConfigError(f"{path}, line {line}: stop {stop!r} is none of {', '.join(STOPS)}")
    return RecordedAnswer(
        line,
        text,
        reasoning=_string(record.get("reasoning")) or _string(thoughts),
        stop=stop,
        raw_stop=_string(record.get("raw_stop")),
        model=_string(record.get("model")) or _string(record.get("model_id")),
        earlier=earlier_texts(record.get("earlier")),
    )


def _id(value: object) -> str:
    """Return an id as text, for the same id is a number in one file and a string in another; "" if it is none."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
