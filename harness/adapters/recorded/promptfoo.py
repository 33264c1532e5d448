"""promptfoo: `out.json` or `out.jsonl`, with the question in the variables or the metadata of a test case.

promptfoo has no fixed names for the fields of a question: `key`, `prompt`, `instruction_id_list` and `kwargs` are the
default. It multiplies out a variable that is a list, so lists are JSON texts there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tasks.limits.syntax import parse_json

from ...errors import ConfigError
from ..base import Failure, Response
from .external import PROMPTFOO, AnswerFile, ExternalResponse
from .fields import Fields
from .harness_file import (
    QUESTION,
    HarnessFile,
    Recorded,
    count_epochs,
    failure_of,
    ids_of,
    list_questions,
    parse_stop,
    question_in,
    text_response,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VERSION = 3
"""Version of the document that is read."""
_USAGE = {"input": "prompt", "output": "completion", "cached": "cached"}
_LISTS = ("instruction_id_list", "kwargs")


def matches(value: Mapping[str, Any]) -> bool:
    """Return whether a document or a first line is promptfoo's."""
    results = value.get("results")
    return (isinstance(results, dict) and "results" in results) or {"promptIdx", "testIdx"} <= value.keys()


def read(file: HarnessFile, names: Mapping[str, str] | None = None) -> list[AnswerFile]:
    """Read results, one file of answers for each provider and prompt; raises `ConfigError`.

    `names` gives the variable for a key of a question where it is another one.
    """
    rows = list(_document_rows(file) if isinstance(file.first, dict) and "results" in file.first else file.lines())
    groups: dict[tuple[str, int], list[Recorded]] = {}
    for row in sorted(rows, key=lambda row: row.whole("testIdx") or 0):
        groups.setdefault((_model(row), row.whole("promptIdx") or 0), []).append(_result(row, names or {}))
    if not groups:
        raise ConfigError(f"{file.path} holds no results")
    prompts = {prompt for _, prompt in groups}
    stem = file.path.name.partition(".")[0]
    return [
        AnswerFile(
            file.source,
            PROMPTFOO,
            count_epochs(found),
            model=model,
            called=f"{stem}-prompt{prompt}" if len(prompts) > 1 else stem,
            questions=list_questions(found),
        )
        for (model, prompt), found in groups.items()
    ]


def _document_rows(file: HarnessFile) -> Iterator[Fields]:
    results = Fields(file.document, file.source).table("results")
    if (version := results.whole("version")) != VERSION:
        raise ConfigError(
            f"{file.path}: results.version is {version}, but only {VERSION} is read; export it again with a newer "
            "promptfoo, or write out.jsonl"
        )
    yield from results.tables("results")


def _model(row: Fields) -> str:
    provider = row.table("provider")
    return provider.text("label") or provider.text("id")


def _result(row: Fields, names: Mapping[str, str]) -> Recorded:
    question = _question(row, names)
    prompt = str(question["prompt"]) if "prompt" in question else row.table("prompt").text("raw")
    complete = question_in(Fields({**question, "prompt": prompt}, row.where))
    return Recorded(ExternalResponse(row.where, ids_of(question.get("key")), prompt.strip(), _said(row)), complete)


def _question(row: Fields, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what variables and metadata hold of a question; raises `ConfigError` for a list that is no JSON."""
    metadata, variables = row.table("testCase").table("metadata").record, row.table("vars").record
    found = {}
    for name in QUESTION:
        key = names.get(name, name)
        value = variables.get(key, metadata.get(key))
        if name in _LISTS and isinstance(value, str):
            try:
                value = parse_json(value)
            except ValueError:
                raise ConfigError(f"{row.where}, vars: {key} is {value!r:.40}, but must be a list as JSON") from None
        if value is not None:
            found[name] = value
    if names.get("prompt", "prompt") in variables and not isinstance(found.get("prompt"), str):
        raise ConfigError(f"{row.where}, vars: the prompt is {found.get('prompt')!r:.40}, but must be a text")
    return found


def _said(row: Fields) -> Response | Failure:
    model, reply = _model(row), row.table("response")
    reason = reply.text("finishReason")
    usage = reply.table("tokenUsage").counts(_USAGE)
    output = reply.record.get("output")
    if output is None:
        message = row.text("error") or reply.text("error") or "the record has no output"
        return replace(failure_of(model, message), usage=usage)
    if not isinstance(output, str):
        raise ConfigError(
            f"{row.where}, response: output is {output!r:.40}, but must be a text; responses in JSON mode are objects "
            "there, whose text is lost"
        )
    return text_response(
        output,
        model,
        stop=parse_stop(reason),
        raw_stop=reason,
        usage=usage,
        seconds=(row.amount("latencyMs") or 0.0) / 1000,
    )
