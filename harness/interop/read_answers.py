"""Answers made elsewhere: read from a file, and brought together with the questions they answer."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tasks.formats.multiif import NAME as MULTIIF
from tasks.formats.published_record import published_id
from tasks.formats.records import iter_records, stem

from ..adapters.base import STOPS, Failure, Response
from ..errors import ConfigError
from . import lm_eval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tasks.formats.question_set import QuestionSet

RESPONSES, LIVEBENCH, IFEVAL, LM_EVAL = "responses", "livebench", "ifeval", "lm_eval"
FORMATS = {
    RESPONSES: "answers of an ifharness run",
    LIVEBENCH: "LiveBench answers",
    IFEVAL: "IFEval responses",
    LM_EVAL: "lm-eval samples",
    MULTIIF: "responses to Multi-IF's dialogues",
}
"""The formats, in words."""
MISSING = "missing"
"""Cause of a question that the file holds no answer to."""
_IDS, _TEXTS = ("sample_id", "question_id", "key", "id"), ("response", "text")
_FAILED = "$ERROR$"
"""What LiveBench's files hold where the model could not be asked."""
_CAUSES = {"api_error": "api_error", "token_exhaustion": "exhausted"}
"""LiveBench's `eval_status` and our words for it."""


@dataclass(frozen=True)
class ExternalResponse:
    """One record of a file of answers; which sample it answers is not known yet."""

    place: str
    ids: tuple[str, ...]
    """What names its question, as text."""
    prompt: str
    """The question itself where the record holds it, without white space around it."""
    said: Response | Failure

    @property
    def name(self) -> str:
        """What a person can find it by."""
        return self.ids[0] if self.ids else self.place


@dataclass(frozen=True)
class AnswerFile:
    """What a file of answers holds."""

    source: str
    format: str
    """One of `FORMATS`."""
    answers: tuple[ExternalResponse, ...]
    model: str = ""
    """Whose answers they are, where that is known."""

    @property
    def name(self) -> str:
        """A short name for folders."""
        return self.model or stem(self.source)

    @property
    def digest(self) -> str:
        """16 hex digits of a hash of the answers, in their order; `earlier` is hashed only where there is any."""
        said = [{k: v for k, v in asdict(one.said).items() if v or k != "earlier"} for one in self.answers]
        content = [[one.ids, one.prompt, record] for one, record in zip(self.answers, said, strict=True)]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


@dataclass
class AnswerMatches:
    """Answers and the samples they belong to; of two answers to a sample and epoch the later one counts."""

    found: dict[tuple[str, int], Response | Failure] = field(default_factory=dict)
    """By sample id and epoch; the failures `missing` are not among them."""
    by: Counter[str] = field(default_factory=Counter)
    """How many were found by `id` and by `prompt`."""
    missing: list[str] = field(default_factory=list)
    duplicate: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """Answers to questions of the set that are not asked."""
    reworded: list[str] = field(default_factory=list)
    """Answers found by id whose own prompt differs from the question."""
    epochs: int = 1

    def told(self) -> list[str]:
        """Say in words what did not come together, the first few names each."""
        lists = {
            "missing (unscored), no answer to": self.missing,
            "duplicate answers, the last counts": self.duplicate,
            "unknown answers, to no question of the set": self.unknown,
            "answers to questions left out": self.left_out,
            "answers to another wording of the question": self.reworded,
        }
        return [f"{what}: {len(names)} ({_first(names)})" for what, names in lists.items() if names]

    def to_json(self) -> dict[str, Any]:
        """Return the record for `run.json`: counts, and the first few names."""
        lists = {name: getattr(self, name) for name in ("missing", "duplicate", "unknown", "left_out", "reworded")}
        counts = {name: {"count": len(names), "first": names[:_SHOWN]} for name, names in lists.items() if names}
        return {"matched": dict(sorted(self.by.items())), **counts}


_SHOWN, _LONGEST = 5, 20


def read_answers(source: str) -> AnswerFile:
    """Read a file of answers, its format known by its first record.

    A path or a data set as for questions. Raises `ConfigError` naming file and line, `BadSample` for a file that
    cannot be read.
    """
    form, answers = "", []
    for place, record in iter_records(source):
        where = f"{source}, {place}"
        if not isinstance(record, dict):
            raise ConfigError(f"{where}: a JSON record in braces is wanted, got {record!r:.60}")
        form = form or _format_of(record, where)
        shaped = lm_eval.as_ifeval(record, where) if form == LM_EVAL else record
        answers.append(_PARSERS[form](shaped, where, place))
    if not answers:
        raise ConfigError(f"{source} holds no answers")
    models = sorted({model for answer in answers if (model := answer.said.model)})
    if len(models) > 1 and form != RESPONSES:  # in a run of ours, a provider may name the model it served more exactly
        raise ConfigError(
            f"{source} holds answers of {len(models)} models ({_first(models)}); they are scored one model at a time, "
            "so keep the lines of one"
        )
    return AnswerFile(source, form, tuple(answers))


def match_answers(questions: QuestionSet, answers: AnswerFile) -> AnswerMatches:
    """Bring answers and questions together: by id, else by prompt (white space around it aside).

    An answer without an id belongs to every question that asks the same words. Raises `ConfigError` if no answer
    belongs to any question.
    """
    by_id, by_prompt = _indexed(questions)
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
        matched.by["id" if direct else "prompt"] += 1
        if direct and answer.prompt and answer.prompt != prompts[direct]:
            matched.reworded.append(answer.name)
        for target in targets:
            key = (target, answer.said.epoch)
            if key in matched.found:
                matched.duplicate.append(answer.name)
                del matched.found[key]
            matched.found[key] = replace(answer.said, sample_id=target)
    if not matched.found:
        raise ConfigError(_strangers(questions, answers, len(matched.left_out)))
    matched.epochs = 1 + max(epoch for _, epoch in matched.found)
    for sample in questions.samples:
        if any((sample.id, epoch) not in matched.found for epoch in range(matched.epochs)):
            matched.missing.append(published_id(sample) or sample.id)
    return matched


def _indexed(questions: QuestionSet) -> tuple[dict[str, str], dict[str, list[str]]]:
    by_id = {name: sample.id for sample in questions.samples if (name := published_id(sample))}
    by_id |= {sample.id: sample.id for sample in questions.samples}
    by_prompt: dict[str, list[str]] = {}
    for sample in questions.samples:
        by_prompt.setdefault(sample.prompt.strip(), []).append(sample.id)
    by_prompt.pop("", None)
    return by_id, by_prompt


def _strangers(questions: QuestionSet, answers: AnswerFile, left_out: int) -> str:
    to_left_out = f" ({left_out} answer questions that are left out)" if left_out else ""
    asked = [published_id(sample) or sample.id for sample in questions.samples[:_SHOWN]]
    return (
        f"none of the {len(answers.answers)} answers in {answers.source} belongs to a question of "
        f"{questions.source}{to_left_out}: the answers are named {_first([one.name for one in answers.answers])}, "
        f"the questions {_first(asked)}; is it the right file?"
    )


def _first(names: Iterable[str]) -> str:
    known = list(names)
    shown = (name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…" for name in known[:_SHOWN])
    return ", ".join(shown) + (", ..." if len(known) > _SHOWN else "")


def _format_of(record: Mapping[str, Any], where: str) -> str:
    if "sample_id" in record and "text" in record:
        return RESPONSES
    if "choices" in record:
        return LIVEBENCH
    if lm_eval.matches(record):
        return LM_EVAL
    if any(name in record for name in _TEXTS):
        return IFEVAL
    raise ConfigError(
        f"{where}: no answer format that is known: the record has {', '.join(sorted(map(str, record)))[:120]}; "
        "LiveBench answers have question_id and choices, IFEval responses prompt or key and "
        "response, lm-eval samples doc and resps, ours sample_id and text"
    )


def _own(record: Mapping[str, Any], where: str, place: str) -> ExternalResponse:
    epoch = record.get("epoch", 0)
    if type(epoch) is not int or epoch < 0:
        raise ConfigError(f"{where}: epoch must be a whole number of at least 0, got {epoch!r:.40}")
    if not isinstance(record.get("text"), str) or not isinstance(record.get("sample_id"), str):
        raise ConfigError(f"{where}: sample_id and text must be texts")
    if record.get("stop", "end") not in STOPS:
        raise ConfigError(f"{where}: stop {record['stop']!r:.40} is none of {', '.join(STOPS)}")
    said = Response.from_json({"epoch": epoch, "model": "", **record})
    return ExternalResponse(place, (said.sample_id,), "", said)


def _livebench(record: Mapping[str, Any], where: str, place: str) -> ExternalResponse:
    try:
        choice = record["choices"][0]
        text, thoughts = choice["turns"][0], choice.get("reasoning")
    except (KeyError, IndexError, TypeError, AttributeError):
        raise ConfigError(f"{where}: no answer in choices[0].turns[0], where LiveBench's stand") from None
    tokens = {"input": record.get("total_input_tokens"), "output": record.get("total_output_tokens")}
    said = Response(
        "",
        0,
        text,
        _text(record.get("model_id")),
        reasoning=_text(thoughts[0] if isinstance(thoughts, list) and thoughts else thoughts),
        usage={name: n for name, n in tokens.items() if type(n) is int and n >= 0} or None,
        cost=cost if isinstance(cost := record.get("cost_usd"), float) else None,
        seconds=seconds if isinstance(seconds := record.get("total_time_s"), float) else 0.0,
    )
    said = replace(said, stop=_stop(record))
    return _answer(
        record, where, place, _judged(said, _text(record.get("eval_status")), _text(record.get("error_msg")))
    )


def _judged(said: Response, status: str, why: str) -> Response | Failure:
    """Return what LiveBench marks as an error as a failure; text that the token limit cut stays an answer."""
    text = _text(said.text)
    if text != _FAILED and status not in _CAUSES:
        return said
    if status == "token_exhaustion" and text.strip() and text != _FAILED:
        return replace(said, stop="length", raw_stop=status)
    message = why or f"recorded as {_FAILED if text == _FAILED else status}"
    cause = _CAUSES.get(status, "api_error")
    return Failure("", 0, said.model, cause, message, usage=said.usage, seconds=said.seconds)


def _ifeval(record: Mapping[str, Any], where: str, place: str) -> ExternalResponse:
    given = next((name for name in _TEXTS if name in record), "")
    if not given:
        raise ConfigError(f"{where}: no answer in it ({' or '.join(_TEXTS)})")
    said = Response("", 0, record[given], _text(record.get("model")), stop=_stop(record))
    return _answer(record, where, place, said)


def _stop(record: Mapping[str, Any]) -> str:  # what `ifh export` adds to these formats
    return stop if (stop := record.get("stop")) in STOPS else "end"


def _answer(record: Mapping[str, Any], where: str, place: str, said: Response | Failure) -> ExternalResponse:
    text: object = said.text if isinstance(said, Response) else ""
    if text is None:  # what a client writes that got no content
        said = Failure("", 0, said.model, "malformed", "the answer is null")
    elif not isinstance(text, str):
        raise ConfigError(f"{where}: the answer is no text but {text!r:.60}")
    ids = tuple(str(id) for name in _IDS if isinstance(id := record.get(name), str | int) and id != "")
    prompt = _text(record.get("prompt")).strip()
    if not ids and not prompt:
        raise ConfigError(f"{where}: neither an id ({', '.join(_IDS)}) nor a prompt stands in it")
    return ExternalResponse(place, ids, prompt, said)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


_PARSERS = {RESPONSES: _own, LIVEBENCH: _livebench, IFEVAL: _ifeval, LM_EVAL: _ifeval}
