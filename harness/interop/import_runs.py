"""Importing: responses of other harnesses, saved and scored as runs, one per model."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from scorers.errors import did_you_mean
from scorers.text.extraction import EXTRACTIONS
from tasks.errors import BadSample
from tasks.formats.livebench import check_release
from tasks.formats.question_set import parse_records
from tasks.formats.records import iter_records

from ..adapters.recorded.answer_file import read_answer_files
from ..adapters.recorded.detection import KNOWN, list_candidates
from ..adapters.recorded.external import EXTRACT, FORMATS, HARNESSES, LIVEBENCH, AnswerFile
from ..adapters.recorded.spool import AnswerSpool
from ..dataset.published import read_set
from ..errors import ConfigError
from ..runner.engines.engine import AUTO
from .answer_matches import match_answers
from .score_answers import AnsweredQuestions, ImportedRun, score_answers
from .source_results import add_results, compare_results, describe_responses, has_thinking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tasks.formats.question_set import QuestionSet

    from ..runner.engines.shards import OnProgress

QUESTIONS = "question.jsonl"
"""The file in which LiveBench keeps the questions of a task, beside its folder of answers."""
NOTHING = "none"
"""What a user gives for no extraction at all."""
_SHOWN = 5


@dataclass(frozen=True)
class ImportOptions:
    """How files are to be imported."""

    questions: tuple[str, ...] = ()
    """Sample sets, where the files hold no samples."""
    model: str | None = None
    release: str = ""
    skip_unknown: bool = False
    form: str = ""
    """The format of the files where it is not to be detected."""
    results: str | None = None
    """The results of the harness itself; None is the file beside the responses."""
    extract: str | None = None
    """What is removed before verification, or `NOTHING`; None is what the harness removed itself."""
    names: Mapping[str, str] = field(default_factory=dict)
    """promptfoo's variables for the keys of a question."""
    on_progress: Callable[[int], object] | None = None
    """Gets the number of responses read of a file."""


@dataclass(frozen=True)
class ImportSource:
    """The answers of one model, and where their questions stand."""

    answers: AnswerFile
    files: tuple[str, ...]


def read_imports(files: Sequence[str], options: ImportOptions) -> list[AnsweredQuestions]:
    """Read files of answers and bring them together with their questions, one result a model; writes nothing.

    LiveBench's files of one model (one a task) belong together; a file of another harness is a run by itself, or one
    for each model in it. Questions are those of the options, else what the files hold or have beside them (LiveBench).
    Raises `ConfigError`, `BadSample`, `TasksError`.
    """
    if options.release:
        check_release(options.release)
    found = []
    for source in _sources(files, options):
        asked = _questions(source, options)
        answers = replace(source.answers, extract=_extract(options.extract, source.answers))
        found.append(AnsweredQuestions(asked, answers, match_answers(asked, answers)))
    return found


def score_import(
    both: AnsweredQuestions,
    *,
    rules: str | None = None,
    out: str | None = None,
    engine: str = AUTO,
    on_progress: OnProgress | None = None,
) -> ImportedRun:
    """Save and score one of `read_imports`; `notes` compare the verdicts and figures of the files with ours."""
    done = score_answers(both, rules=rules, out=out, engine=engine, on_progress=on_progress)
    return replace(done, notes=(*done.notes, *describe_responses(both.answers), *compare_results(both, done)))


def _sources(files: Sequence[str], options: ImportOptions) -> list[ImportSource]:
    grouped: dict[tuple[str, ...], list[tuple[str, AnswerFile]]] = {}
    for file in dict.fromkeys(files):
        if Path(file).is_dir() and not options.form:
            raise ConfigError(_describe_folder(file))
        for number, read in enumerate(_read(file, options)):
            answers = add_results(read, options.results)
            name = options.model or _model(file, answers)
            key = (answers.format, name, *([file, str(number)] if answers.format in HARNESSES else []))
            grouped.setdefault(key, []).append((file, replace(answers, model=name)))
    return [_merge(found) for found in _drop_repeated(grouped.values())]


def _read(file: str, options: ImportOptions) -> list[AnswerFile]:
    try:
        return read_answer_files(file, options.form, names=options.names, on_progress=options.on_progress)
    except BadSample as error:
        if "not valid JSON" in str(error) and ", line 1:" in str(error):
            raise ConfigError(f"{error}; {KNOWN}") from None
        raise


def _drop_repeated(groups: Iterable[list[tuple[str, AnswerFile]]]) -> list[list[tuple[str, AnswerFile]]]:
    """Return the groups without a second one of the same responses: two parts of a split file are read as one."""
    known: dict[tuple[str, str, str], list[tuple[str, AnswerFile]]] = {}
    for found in groups:
        first = found[0][1]
        known.setdefault((first.format, first.model, first.digest), found)
    return list(known.values())


def _merge(found: list[tuple[str, AnswerFile]]) -> ImportSource:
    names = tuple(file for file, _ in found)
    first = found[0][1]
    if len(found) == 1:
        return ImportSource(first, names)
    answers = AnswerSpool()
    for file, held in found:
        for answer in held.answers:
            answers.append(replace(answer, place=f"{file}, {answer.place}"))
    return ImportSource(replace(first, source=_together(names), answers=answers), names)


def _model(file: str, answers: AnswerFile) -> str:
    named = [answers.model] if answers.model else sorted({one.said.model for one in answers.answers} - {""})
    if len(named) != 1:
        why = (
            f"names {len(named)} models ({', '.join(named[:_SHOWN])})"
            if named
            else "does not say whose answers it holds"
        )
        raise ConfigError(f"{file} {why}; name the model with --model")
    return named[0]


def _extract(wanted: str | None, answers: AnswerFile) -> tuple[str, ...]:
    if wanted is None:
        # Where there is nothing to remove, the run is comparable with runs from which thinking is removed.
        return answers.extract if has_thinking(answers) else EXTRACT
    if wanted == NOTHING:
        return ()
    names = tuple(name.strip() for name in wanted.split(","))
    if unknown := next((name for name in names if name not in EXTRACTIONS), None):
        known = (*EXTRACTIONS, NOTHING)
        raise ConfigError(
            f"--extract: unknown {unknown!r:.40}{did_you_mean(unknown, known)} (known: {', '.join(known)})"
        )
    return names


def _describe_folder(folder: str) -> str:
    found = list_candidates(Path(folder))
    inside = f"; it holds {', '.join(found)}" if found else ""
    return f"{folder} is a folder; name the files of responses in it{inside}"


def _questions(source: ImportSource, options: ImportOptions) -> QuestionSet:
    answers = source.answers
    if options.questions:
        return _read_questions(options.questions, "", options)
    if answers.questions:
        return parse_records(
            answers.source,
            list(answers.questions),
            release=options.release,
            skip_unknown=options.skip_unknown,
            name=answers.called,
        )
    if answers.format != LIVEBENCH:
        raise ConfigError(
            f"{answers.source} holds {FORMATS[answers.format]} without their questions; name these with --questions"
        )
    beside = [Path(os.path.normpath(Path(file).parent / os.pardir / QUESTIONS)) for file in source.files]
    if lost := next((file for file, path in zip(source.files, beside, strict=True) if not path.is_file()), None):
        raise ConfigError(f"there is no {QUESTIONS} beside {lost} (one folder up); name the questions with --questions")
    folders = {path.absolute().parent.parent.name for path in beside}
    name = folders.pop() if len(folders) == 1 and len(beside) > 1 else beside[0].absolute().parent.name
    return _read_questions([str(path) for path in beside], name, options)


def _read_questions(files: Sequence[str], name: str, options: ImportOptions) -> QuestionSet:
    """Read the questions of several files as one set."""
    files = list(dict.fromkeys(files))
    if len(files) == 1:
        only = read_set(files[0], release=options.release, skip_unknown=options.skip_unknown)
        return replace(only, called=name) if name else only
    found = [(f"{file}, {place}", record) for file in files for place, record in iter_records(file)]
    return parse_records(_together(files), found, release=options.release, skip_unknown=options.skip_unknown, name=name)


def _together(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
