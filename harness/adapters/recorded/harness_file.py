"""A file of another evaluation harness: loaded within limits, and the values that several of them share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.formats.record_file import open_records
from tasks.formats.records import iter_numbered
from tasks.limits.files import LONGEST_LINE
from tasks.limits.memory import MEGABYTE, VARIABLE, MemoryBudget, memory_cap
from tasks.limits.syntax import describe_json_error, parse_json

from ...errors import ConfigError
from ..base import UNKNOWN_STOP, Failure, Response
from ..formats.stop_reasons import CHAT
from .external import ExternalResponse
from .fields import Fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

QUESTION = ("key", "prompt", "instruction_id_list", "kwargs")
"""The keys of a question in IFEval's form."""
_PIECE = 1 << 16
"""Bytes read at a time behind the first line."""
_ZIP = b"PK\x03\x04"
_BEGIN, _REST = 100, 200
"""Characters of a long message that are saved from either end: harnesses put the reason behind the whole request."""


@dataclass(frozen=True)
class HarnessFile:
    """A file of unknown origin: one JSON document, JSON Lines, or a zip archive."""

    path: Path

    @property
    def source(self) -> str:
        """Its path as text."""
        return str(self.path)

    @property
    def is_zip(self) -> bool:
        """Whether it begins as a zip archive does."""
        with open_records(self.path) as file:
            return file.read(len(_ZIP)) == _ZIP

    @property
    def first(self) -> Any:
        """The first value: the whole document, or the first line of several; None for what is no JSON."""
        return self._parsed[0]

    @property
    def is_document(self) -> bool:
        """Whether the file is one JSON value rather than lines of them."""
        return self._parsed[1]

    @property
    def document(self) -> dict[str, Any]:
        """The file as one JSON object; raises `ConfigError`."""
        value, is_whole = self._parsed
        if is_whole and isinstance(value, dict):
            return value
        try:
            parse_json(self._text)
        except ValueError as error:
            raise ConfigError(f"{self.path}: {describe_json_error(error)}") from None
        raise ConfigError(f"{self.path}: holds {value!r:.40}, but one JSON object is expected")

    @cached_property
    def _parsed(self) -> tuple[Any, bool]:
        """The first value, and whether it is the whole file; of JSON Lines only the first lines are read."""
        with open_records(self.path) as file:
            line = file.readline(LONGEST_LINE)
            if any(map(bytes.strip, iter(partial(file.read, _PIECE), b""))):
                try:
                    return parse_json(line.decode("utf-8-sig")), False
                except ValueError:
                    pass  # a document of several lines
        MemoryBudget(self.path).add_json(self._text)
        try:
            return parse_json(self._text), True
        except ValueError:
            return None, False

    def lines(self) -> Iterator[Fields]:
        """Yield the objects of a JSON Lines file; raises `BadSample`, `ConfigError`."""
        for number, value in iter_numbered(self.path):
            yield Fields.of(value, f"{self.path}, line {number}")

    @cached_property
    def _text(self) -> str:
        """The content; raises `BadSample` for a file that cannot be read, `ConfigError` for too large or no UTF-8."""
        most = memory_cap()
        with open_records(self.path) as file:
            found = file.read(most + 1)
        if len(found) > most:
            raise ConfigError(
                f"{self.path} is larger than {most // MEGABYTE} MB, the most that is read; use a part of it, or allow "
                f"more with {VARIABLE}=MEGABYTES"
            )
        try:
            return found.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = found.count(b"\n", 0, error.start) + 1
            raise ConfigError(
                f"{self.path}, line {line}: not UTF-8 (byte {error.start}); convert it to UTF-8"
            ) from None


@dataclass(frozen=True)
class Recorded:
    """One response of a harness with the question it belongs to, before epochs are counted."""

    answer: ExternalResponse
    question: dict[str, Any] | None
    """In IFEval's form, None where the record does not hold it."""


def question_in(fields: Fields) -> dict[str, Any] | None:
    """Return the question in a table that has IFEval's keys, None where it has none."""
    if not {"prompt", "instruction_id_list"} <= fields.record.keys():
        return None
    return {name: fields.record[name] for name in QUESTION if fields.record.get(name) is not None}


def ids_of(key: object) -> tuple[str, ...]:
    """Return the key of a question as ids: text, for IFEval's are numbers and IFBench's are texts."""
    return (str(key),) if type(key) in (str, int) and key != "" else ()


def parse_stop(reason: str) -> str:
    """Return what a stop reason means: one of `RECORDED_STOPS`, unknown where there is none or no table names it."""
    meaning = CHAT.meaning(reason) if reason else "failed"
    return UNKNOWN_STOP if meaning in ("failed", "retried") else meaning


def failure_of(model: str, message: str, cause: str = "api_error") -> Failure:
    """Return a request that failed there, with its message on one line."""
    line = " ".join(message.split())
    if len(line) > _BEGIN + _REST:
        line = f"{line[:_BEGIN]} … {line[-_REST:]}"
    return Failure("", 0, model, cause, line or "recorded as failed, without a message")


def split_content(content: object, where: str) -> tuple[str | None, str]:
    """Return text and reasoning of a message: a text, or a list of parts; the text is None where there is none."""
    if content is None or isinstance(content, str):
        return content, ""
    if not isinstance(content, list):
        raise ConfigError(f"{where}: content is {content!r:.40}, but must be a text or a list of parts")
    found: dict[str, list[str]] = {"text": [], "reasoning": []}
    for number, value in enumerate(content):
        part = Fields.of(value, f"{where}, content[{number}]")
        if (kind := part.text("type")) in found:
            found[kind].append(part.text(kind))
    return "\n".join(found["text"]), "\n".join(found["reasoning"])


def count_epochs(found: Iterable[Recorded]) -> tuple[ExternalResponse, ...]:
    """Return the responses in their order, each further one to the same question as the next epoch."""
    seen: Counter[object] = Counter()
    numbered = []
    for one in found:
        answer = one.answer
        name = answer.ids or answer.prompt
        if name and not answer.has_epoch:
            answer = replace(answer, said=replace(answer.said, epoch=seen[name]), has_epoch=True)
            seen[name] += 1
        numbered.append(answer)
    return tuple(numbered)


def list_questions(found: Iterable[Recorded]) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Return each question once, in the order of the responses, with the place of the first response to it."""
    questions: dict[str, tuple[str, dict[str, Any]]] = {}
    for one in found:
        if one.question is not None:
            name = str(one.question.get("key", one.question["prompt"]))
            questions.setdefault(name, (one.answer.place, one.question))
    return tuple(questions.values())


def text_response(text: str | None, model: str, **facts: Any) -> Response | Failure:
    """Return a response, or for a text that is missing the failure that it is."""
    if text is None:
        return Failure("", 0, model, "malformed", "the record has no text")
    return Response("", 0, text, model, **facts)
