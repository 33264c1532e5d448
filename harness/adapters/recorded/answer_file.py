"""Files of responses that other programs generated: read in any of their formats."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tasks.formats.records import iter_records
from tasks.limits.remote import hide_credentials, name_path

from ...errors import ConfigError
from ..base import RECORDED_STOPS, UNKNOWN_STOP, Failure, Response, earlier_texts
from ..record_kinds import RESPONSE, find_wrong_field
from . import lm_eval
from .detection import check_name, describe_unknown, foreign_harness, read_whole
from .external import IFEVAL, LIVEBENCH, LM_EVAL, RESPONSES, AnswerFile, ExternalResponse, shorten_names
from .spool import AnswerSpool

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_IDS = ("sample_id", "question_id", "key", "id")
_TEXTS = ("response", "text")
_FAILED = "$ERROR$"
"""What LiveBench writes in place of a response that it did not get."""
_CAUSES = {"api_error": "api_error", "token_exhaustion": "exhausted"}
"""Causes of ifharness by LiveBench's `eval_status`."""


def read_answers(source: str, *, mixed: bool = False, on_progress: Callable[[int], object] | None = None) -> AnswerFile:
    """Read a file of responses, its format known by its content.

    `source` is a path or a data set, as for samples. With `mixed`, each record may have a format and a model of its
    own. Raises `ConfigError` naming file and line, `BadSample` for a file that cannot be read.
    """
    found = read_answer_files(source, mixed=mixed, on_progress=on_progress)
    if len(found) > 1:
        raise ConfigError(_several_models(source, [file.model for file in found]))
    return found[0]


def read_answer_files(
    source: str,
    wanted: str = "",
    *,
    names: Mapping[str, str] | None = None,
    mixed: bool = False,
    on_progress: Callable[[int], object] | None = None,
) -> list[AnswerFile]:
    """Read a file of responses as `read_answers` does, one item for each model in a file that may hold several.

    `wanted` is the format where it is not to be detected, `names` gives promptfoo's variables for keys of a question.
    `on_progress` gets the number of responses read.
    """
    check_name(wanted)
    if (whole := read_whole(source, wanted, names)) is not None:
        return whole
    form, answers = wanted, AnswerSpool(on_progress)
    shown = hide_credentials(source)
    questions: dict[str, tuple[str, dict[str, Any]]] = {}
    for place, record in iter_records(source, streaming=True):
        where = f"{shown}, {place}"
        if not isinstance(record, dict):
            raise ConfigError(f"{where}: a JSON record in braces is wanted, got {record!r:.60}")
        form = _format_of(record, where) if mixed or not form else form
        shaped = lm_eval.as_ifeval(record, where) if form == LM_EVAL else record
        answer = _PARSERS[form](shaped, where, place)
        if form == LM_EVAL:
            answer = _of_lm_eval(answer, record)
            question = lm_eval.question_of(record, where)  # a file of several filters holds each question as often
            questions.setdefault(json.dumps(question, sort_keys=True), (place, question))
        answers.append(answer)
    if not answers:
        raise ConfigError(f"{shown} holds no answers")
    # In our own files a provider may name the model it served more exactly.
    if len(answers.models) > 1 and form != RESPONSES and not mixed:
        raise ConfigError(_several_models(shown, sorted(answers.models)))
    path = name_path(source)
    named = (lm_eval.model_of(path), lm_eval.task_of(path)) if form == LM_EVAL and not mixed else ("", "")
    return [AnswerFile(shown, form, answers, *named, questions=tuple(questions.values()))]


def _several_models(source: str, models: list[str]) -> str:
    return (
        f"{source} holds answers of {len(models)} models ({shorten_names(models)}); they are scored one model at a "
        "time, so keep the lines of one"
    )


def _of_lm_eval(answer: ExternalResponse, record: Mapping[str, Any]) -> ExternalResponse:
    """Return a response with lm-eval's verdicts; its samples do not record why a response ended."""
    said = answer.said
    if isinstance(said, Response):
        said = replace(said, stop=UNKNOWN_STOP)
    return replace(answer, said=said, verdicts=lm_eval.verdicts_of(record))


def _format_of(record: Mapping[str, Any], where: str) -> str:
    if "sample_id" in record and "text" in record:
        return RESPONSES
    if "choices" in record:
        return LIVEBENCH
    if lm_eval.matches(record):
        return LM_EVAL
    if any(name in record for name in _TEXTS) and not foreign_harness(record):
        return IFEVAL
    raise ConfigError(f"{where}: no answer in it of a known format: {describe_unknown(record)}")


def _own(record: Mapping[str, Any], where: str, place: str) -> ExternalResponse:
    epoch = record.get("epoch", 0)
    has_epoch = "epoch" in record
    if type(epoch) is not int or epoch < 0:
        raise ConfigError(f"{where}: epoch must be a whole number of at least 0, got {epoch!r:.40}")
    if not isinstance(record.get("text"), str) or not isinstance(record.get("sample_id"), str):
        raise ConfigError(f"{where}: sample_id and text must be texts")
    if record.get("stop", "end") not in RECORDED_STOPS:
        raise ConfigError(f"{where}: stop {record['stop']!r:.40} is none of {', '.join(RECORDED_STOPS)}")
    # A table has every column in each row, and holds earlier responses as text.
    known = {name: value for name, value in record.items() if value is not None and name != "earlier"}
    earlier = [dict(turn) for turn in earlier_texts(record.get("earlier"))]
    record = {"model": "", **known, "epoch": epoch, **({"earlier": earlier} if earlier else {})}
    if wrong := find_wrong_field(record, RESPONSE):
        raise ConfigError(f"{where}: {wrong}")
    response = Response.from_json(record)
    prompt = _text(record.get("prompt")).strip()
    return ExternalResponse(place, (response.sample_id,), prompt, _to_failure(response), has_epoch)


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
    status, why = _text(record.get("eval_status")), _text(record.get("error_msg"))
    return _answer(record, where, place, _to_failure(said, status, why))


def _to_failure(response: Response, status: str = "", why: str = "") -> Response | Failure:
    """Return what LiveBench marks as an error as a failure; text that the token limit cut stays a response."""
    text = _text(response.text)
    if text != _FAILED and status not in _CAUSES:
        return response
    if status == "token_exhaustion" and text.strip() and text != _FAILED:
        return replace(response, stop="length", raw_stop=status)
    message = why or f"recorded as {_FAILED if text == _FAILED else status}"
    cause = _CAUSES.get(status, "api_error")
    return Failure(
        response.sample_id,
        response.epoch,
        response.model,
        cause,
        message,
        usage=response.usage,
        seconds=response.seconds,
    )


def _ifeval(record: Mapping[str, Any], where: str, place: str) -> ExternalResponse:
    given = next((name for name in _TEXTS if name in record), "")
    if not given:
        raise ConfigError(f"{where}: no answer in it ({' or '.join(_TEXTS)})")
    response = Response(
        "",
        0,
        record[given],
        _text(record.get("model")) or _text(record.get("model_id")),
        reasoning=_text(record.get("reasoning")),
        stop=_stop(record),
        raw_stop=_text(record.get("raw_stop")),
        earlier=earlier_texts(record.get("earlier")),
    )
    return _answer(record, where, place, _to_failure(response))


def _stop(record: Mapping[str, Any]) -> str:  # what `ifh export` adds to these formats
    return stop if (stop := record.get("stop")) in RECORDED_STOPS else "end"


def _answer(record: Mapping[str, Any], where: str, place: str, said: Response | Failure) -> ExternalResponse:
    text: object = said.text if isinstance(said, Response) else ""
    if text is None:  # what a client writes that got no content
        said = Failure("", 0, said.model, "malformed", "the answer is null")
    elif not isinstance(text, str):
        raise ConfigError(f"{where}: the answer is no text but {text!r:.60}")
    ids = tuple(str(id) for name in _IDS if type(id := record.get(name)) in (str, int) and id != "")
    prompt = _text(record.get("prompt")).strip()
    if not ids and not prompt:
        raise ConfigError(f"{where}: it has neither an id ({', '.join(_IDS)}) nor a prompt")
    epoch = record.get("epoch")
    if type(epoch) is int and epoch >= 0:
        return ExternalResponse(place, ids, prompt, replace(said, epoch=epoch), has_epoch=True)
    return ExternalResponse(place, ids, prompt, said)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


_PARSERS = {RESPONSES: _own, LIVEBENCH: _livebench, IFEVAL: _ifeval, LM_EVAL: _ifeval}
