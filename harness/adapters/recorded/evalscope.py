"""evalscope: predictions and reviews, one JSON object a line, and the figures of a report.

They are in `<work_dir>/<time>/{predictions,reviews}/<model>/<set>_<subset>.jsonl` and `reports/<model>/<set>.json`.
Lines are in the order of completion, and a request that failed has none.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import ConfigError
from ..base import Failure, Response
from .external import EVALSCOPE, AnswerFile, ExternalResponse, SourceVerdicts
from .fields import Fields
from .harness_file import (
    HarnessFile,
    Recorded,
    count_epochs,
    failure_of,
    ids_of,
    list_questions,
    parse_stop,
    question_in,
    split_content,
    text_response,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_USAGE = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cached": "input_tokens_cache_read",
    "reasoning": "reasoning_tokens",
}
_FIGURES = {
    "prompt_level_strict": "prompt_strict",
    "inst_level_strict": "instruction_strict",
    "prompt_level_loose": "prompt_loose",
    "inst_level_loose": "instruction_loose",
}
_OLD = "mean_"
"""Begins the names of the figures before version 1.14, where those of instructions are means over prompts."""
_MODES = ("strict", "loose")


def matches(value: Mapping[str, Any]) -> bool:
    """Return whether a first line is evalscope's, or a document its report."""
    is_line = "index" in value and bool({"model_output", "sample_score"} & value.keys())
    return is_line or _is_report(value) or {"choices", "raw_input"} <= value.keys()


def read(file: HarnessFile) -> list[AnswerFile]:
    """Read predictions or reviews; raises `ConfigError`."""
    if isinstance(file.first, dict) and _is_report(file.first):
        raise ConfigError(
            f"{file.path}: is evalscope's report, which holds no responses; import the file in predictions/, and name "
            "this one with --results"
        )
    rows = sorted(((_index(line), line) for line in file.lines()), key=lambda pair: pair[0])
    if not rows:
        raise ConfigError(f"{file.path} holds no predictions")
    found = [_review(line) if "sample_score" in line.record else _prediction(line) for _, line in rows]
    models = sorted({one.answer.said.model for one in found} - {""})
    if len(models) > 1:
        raise ConfigError(f"{file.path}: holds responses of {len(models)} models ({', '.join(models[:5])})")
    indexes = {index for index, _ in rows}
    absent = [index for index in range(max(indexes)) if index not in indexes] if max(indexes) < 1_000_000 else []
    notes = []
    if absent:
        shown = ", ".join(map(str, absent[:5])) + (", ..." if len(absent) > 5 else "")
        notes.append(
            f"no line of the index {shown}: evalscope omits failed requests; to list them as missing, name the whole "
            "set with --questions"
        )
    folder = file.path.absolute().parent
    named = folder.name if folder.parent.name in ("predictions", "reviews") else ""
    return [
        AnswerFile(
            file.source,
            EVALSCOPE,
            count_epochs(found),
            model=models[0] if models else named,
            called=_set_name(file.path),
            questions=list_questions(found),
            extract=(),
            notes=tuple(notes),
        )
    ]


def find_results(path: Path) -> Path | None:
    """Return the report, else the reviews, that belong to a file of predictions or reviews."""
    folder = path.absolute().parent
    if folder.parent.name not in ("predictions", "reviews"):
        return None
    home = folder.parents[1]
    report = home / "reports" / folder.name / f"{_set_name(path)}.json"
    reviews = home / "reviews" / folder.name / path.name
    return next((found for found in (report, reviews) if found.is_file() and found != path.absolute()), None)


def read_figures(fields: Fields) -> dict[str, float]:
    """Return the accuracies of a report by our names, on 0..100; {} for a file that is no report."""
    found = {}
    for metric in fields.tables("metrics") if _is_report(fields.record) else ():
        name = metric.text("name") or metric.table("identity").text("name")
        ours = _FIGURES.get(name.removeprefix(_OLD))
        share = metric.amount("score")
        if ours and share is not None:
            # An average over prompts is another figure than one over instructions.
            by_prompt = name.startswith(_OLD) and ours.startswith("instruction")
            found[f"{ours}_by_prompt" if by_prompt else ours] = 100 * share
    return found


def _is_report(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("metrics"), list) and "model_name" in value


def _set_name(path: Path) -> str:
    return path.stem.rpartition("_")[0] or path.stem


def _index(line: Fields) -> int:
    index = line.whole("index")
    if index is None or index < 0:
        raise ConfigError(f"{line.where}: index is {line.record.get('index')!r:.40}, but must be a whole number from 0")
    return index


def _prediction(line: Fields) -> Recorded:
    if "model_output" in line.record:
        output, row = line.table("model_output"), line.table("metadata")
        model = line.text("model") or output.text("model")
    else:  # before 1.0
        output, row = line, line.table("raw_input")
        model = line.text("model") or line.table("model_spec").text("model_id")
    question = question_in(row)
    prompt = str(question["prompt"]) if question else _first_request(line)
    return Recorded(
        ExternalResponse(line.where, ids_of(row.record.get("key")), prompt.strip(), _said(output, model, line.where)),
        question,
    )


def _said(output: Fields, model: str, where: str) -> Response | Failure:
    error = output.record.get("error")
    if error:
        return failure_of(model, str(error))
    choices = list(output.tables("choices"))
    if not choices:
        return failure_of(model, "the record has no choices")
    text, reasoning = split_content(choices[0].table("message").record.get("content"), where)
    reason = choices[0].text("stop_reason") or choices[0].text("finish_reason")
    return text_response(
        text,
        model,
        reasoning=reasoning,
        stop=parse_stop(reason),
        raw_stop=reason,
        usage=output.table("usage").counts(_USAGE),
        seconds=output.amount("time") or 0.0,
    )


def _first_request(line: Fields) -> str:
    """Return the first thing that the user says in `messages`, "" where they are missing."""
    for message in line.tables("messages"):
        if message.record.get("role") == "user":
            return split_content(message.record.get("content"), message.where)[0] or ""
    return ""


def _review(line: Fields) -> Recorded:
    """Return the response of a review with evalscope's verdicts; the text is the one that it scored."""
    score = line.table("sample_score")
    row, inner = score.table("sample_metadata"), score.table("score")
    question = question_in(row)
    value = inner.table("value")
    ids = (question or {}).get("instruction_id_list")
    number = len(ids) if isinstance(ids, list) else 0
    verdicts = {}
    for mode in _MODES:
        followed, share = value.amount(f"prompt_level_{mode}"), value.amount(f"inst_level_{mode}")
        verdicts[mode] = SourceVerdicts(
            all_followed=None if followed is None else followed == 1,
            count=share * number if share is not None and number else None,
        )
    text = inner.record.get("extracted_prediction", inner.record.get("prediction"))
    if not isinstance(text, str | None):
        raise ConfigError(f"{line.where}: extracted_prediction is {text!r:.40}, but must be a text")
    model = next((said.text("model") for said in reversed(list(line.tables("messages"))) if said.text("model")), "")
    prompt = str(question["prompt"]) if question else _first_request(line)
    said = text_response(text, model, stop=parse_stop(""))
    return Recorded(
        ExternalResponse(line.where, ids_of(row.record.get("key")), prompt.strip(), said, verdicts=verdicts), question
    )
