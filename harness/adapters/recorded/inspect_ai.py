"""inspect_ai: `.eval` and `.json` logs of IFEval and tasks like it.

Each sample holds its question in `metadata`, the response in `output`, and the counts of inspect's scorer. Thinking
that inspect separated from the text is in parts of its own; the scorer reads the text only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tasks.limits.memory import MemoryBudget

from ...errors import ConfigError
from ..base import Failure, Response
from .external import INSPECT, AnswerFile, ExternalResponse, SourceVerdicts
from .fields import Fields
from .harness_file import (
    QUESTION,
    HarnessFile,
    Recorded,
    failure_of,
    ids_of,
    list_questions,
    parse_stop,
    split_content,
    text_response,
)
from .inspect_archive import InspectArchive, open_archive

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VERSION = 2
"""Highest version of a log that is read."""
_SAMPLE = re.compile(r"samples/([^/]+)_epoch_(\d+)\.json")
_CHUNK = re.compile(r"samples/([^/]+)_epoch_(\d+)/sample\.json")
_FINISHED = "success"
_USAGE = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cached": "input_tokens_cache_read",
    "reasoning": "reasoning_tokens",
}
_FIGURES = {
    "prompt_strict_acc": "prompt_strict",
    "inst_strict_acc": "instruction_strict",
    "prompt_loose_acc": "prompt_loose",
    "inst_loose_acc": "instruction_loose",
}
_MODES = ("strict", "loose")
_LIMITS = {"time": "timeout", "working": "timeout"}
"""Causes of ifharness by inspect's limits; any other limit left no tokens."""


@dataclass(frozen=True)
class _Log:
    """A log: its header, and the samples that were read."""

    header: Fields
    samples: list[Recorded]


def matches(value: Mapping[str, Any]) -> bool:
    """Return whether a document is an inspect log."""
    return isinstance(value.get("eval"), dict) and {"version", "status"} <= value.keys()


def read(file: HarnessFile) -> list[AnswerFile]:
    """Read a log; raises `ConfigError` for a newer version, and where no sample has a question like IFEval's."""
    log = _read_archive(file) if file.is_zip else _read_document(file)
    described = log.header.table("eval")
    task = described.text("task")
    if not log.samples:
        raise ConfigError(f"{file.path}: the log of {task or 'a task'} holds no samples; it may have been cut off")
    if not any(one.question for one in log.samples):
        raise ConfigError(
            f"{file.path}: is a log of the task {task!r:.60}, whose samples have no instruction_id_list in metadata; "
            "only IFEval and tasks like it can be imported"
        )
    # Retried and re-scored logs repeat samples: of the same sample and epoch the last one counts.
    latest = {(one.answer.ids, one.answer.said.epoch): one for one in log.samples}
    order = {str(id): number for number, id in enumerate(described.table("dataset").items("sample_ids"))}
    samples = sorted(latest.values(), key=lambda one: (order.get(one.answer.name, len(order)), one.answer.said.epoch))
    return [
        AnswerFile(
            file.source,
            INSPECT,
            tuple(one.answer for one in samples),
            model=described.text("model"),
            called=task.rpartition("/")[2],
            questions=list_questions(samples),
            figures=_figures(log.header),
            figures_from=file.path.name,
            extract=(),
            notes=tuple(_notes(file, log, len(log.samples) - len(latest))),
        )
    ]


def _read_document(file: HarnessFile) -> _Log:
    header = _check_version(Fields(file.document, file.source))
    return _Log(header, [_sample(sample) for sample in header.tables("samples")])


def _read_archive(file: HarnessFile) -> _Log:
    with open_archive(file.path) as archive:
        start = next((name for name in ("header.json", "_journal/start.json") if name in archive), None)
        if start is None:
            raise ConfigError(f"{file.path}: is a zip archive, but no inspect_ai log: it has no header.json")
        header = _check_version(Fields.of(archive.read_json(start), f"{file.path}, {start}"))
        budget = MemoryBudget(file.path)
        samples = []
        for record in _iter_archived(file, archive):
            found = _sample(record)
            budget.add_value([found.question, vars(found.answer.said)])
            samples.append(found)
        return _Log(header, samples)


def _iter_archived(file: HarnessFile, archive: InspectArchive) -> Iterator[Fields]:
    for name in archive.names:
        if _SAMPLE.fullmatch(name):
            yield Fields.of(archive.read_json(name), f"{file.path}, {name}")
        elif _CHUNK.fullmatch(name):  # since 0.3.260, from `inspect log convert-chunked`
            record = Fields.of(archive.read_json(name), f"{file.path}, {name}").record
            beside = name.replace("sample.json", "metadata.json")
            metadata = archive.read_json(beside) if beside in archive else {}
            yield Fields({**record, "metadata": metadata}, f"{file.path}, {name}")


def _check_version(header: Fields) -> Fields:
    version = header.whole("version")
    if version is not None and version > VERSION:
        raise ConfigError(f"{header.where}: version {version} of the log is not read, only up to {VERSION}")
    return header


def _sample(fields: Fields) -> Recorded:
    metadata = fields.table("metadata")
    id, epoch = fields.record.get("id"), fields.whole("epoch")
    if not ids_of(id) or epoch is None or epoch < 1:
        raise ConfigError(f"{fields.where}: id and epoch must name the sample, got {id!r:.40} and {epoch!r:.40}")
    question = _question(metadata, id)
    said = replace(_said(fields), epoch=epoch - 1)
    prompt = str(question["prompt"]) if question else ""
    answer = ExternalResponse(
        fields.where, ids_of(id), prompt.strip(), said, has_epoch=True, verdicts=_verdicts(fields)
    )
    return Recorded(answer, question)


def _question(metadata: Fields, id: object) -> dict[str, Any] | None:
    """Return the question in IFEval's form: inspect numbers the kwargs in a table."""
    if not {"prompt", "instruction_id_list"} <= metadata.record.keys():
        return None
    found = {name: metadata.record[name] for name in QUESTION if name in metadata.record} | {"key": id}
    kwargs = found.get("kwargs")
    if isinstance(kwargs, dict):
        if wrong := next((key for key in kwargs if not (key.isdecimal() and len(key) < 6)), None):
            raise ConfigError(f"{metadata.where}, kwargs: has the key {wrong!r:.40}, but its keys must be numbers")
        found["kwargs"] = [kwargs[key] for key in sorted(kwargs, key=int)]
    metadata.text("prompt")
    return found


def _said(fields: Fields) -> Response | Failure:
    output = fields.table("output")
    model = output.text("model")
    choices = list(output.tables("choices"))
    if error := fields.table("error").record:
        return failure_of(model, str(error.get("message") or ""))
    limit = fields.table("limit").text("type")
    if not choices:
        cause = _LIMITS.get(limit, "exhausted" if limit else "api_error")
        return failure_of(model, f"stopped by inspect's {limit} limit" if limit else "the sample has no output", cause)
    text, reasoning = split_content(choices[0].table("message").record.get("content"), fields.where)
    if isinstance(completion := output.record.get("completion"), str) and completion:
        text = completion
    reason = choices[0].text("stop_reason")
    return text_response(
        text,
        model,
        reasoning=reasoning,
        stop=parse_stop(reason),
        raw_stop=reason,
        usage=output.table("usage").counts(_USAGE),
        cost=output.table("usage").amount("total_cost"),
        seconds=output.amount("time") or fields.amount("working_time") or 0.0,
        started=fields.text("started_at"),
    )


def _verdicts(fields: Fields) -> dict[str, SourceVerdicts]:
    """Return inspect's own counts; a sample that failed has none."""
    score = fields.table("scores").table("instruction_following")
    if not isinstance(score.record.get("value"), dict):
        return {}
    value = score.table("value")
    found = {}
    for mode in _MODES:
        all_followed = value.record.get(f"prompt_level_{mode}")
        found[mode] = SourceVerdicts(
            all_followed=bool(all_followed) if isinstance(all_followed, bool | int | float) else None,
            count=value.amount(f"inst_level_{mode}"),
        )
    return found


def _figures(header: Fields) -> dict[str, float]:
    """Return the accuracies of the log by our names, on 0..100."""
    for scorer in header.table("results").tables("scores"):
        metrics = scorer.table("metrics")
        shares = {ours: metrics.table(name).amount("value") for name, ours in _FIGURES.items()}
        if any(share is not None for share in shares.values()):
            return {ours: 100 * share for ours, share in shares.items() if share is not None}
    return {}


def _notes(file: HarnessFile, log: _Log, repeated: int) -> Iterator[str]:
    status = log.header.text("status")
    if status != _FINISHED:
        yield f"{file.path.name}: the status of the log is {status or 'unknown'}, so samples may be missing"
    if log.header.record.get("invalidated") is True:
        yield f"{file.path.name}: the log is marked as invalidated"
    if repeated:
        yield f"{repeated} samples are in the log more than once; the last of each counts"
