"""Importing: responses of other harnesses, saved and scored as runs, one per model."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.formats.livebench import check_release
from tasks.formats.question_set import parse_records
from tasks.formats.records import iter_records

from ..adapters.recorded import lm_eval
from ..adapters.recorded.answer_file import FORMATS, LIVEBENCH, LM_EVAL, AnswerFile, read_answers
from ..errors import ConfigError
from ..scoring.scored_run import load_scored_run
from .answer_matches import match_answers
from .score_answers import AnsweredQuestions, ImportedRun, score_answers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tasks.formats.question_set import QuestionSet

QUESTIONS = "question.jsonl"
"""The file in which LiveBench keeps the questions of a task, beside its folder of answers."""
_SHOWN = 5


@dataclass(frozen=True)
class ImportSource:
    """The answers of one model, and where their questions stand."""

    answers: AnswerFile
    files: tuple[str, ...]


def read_imports(
    files: Sequence[str],
    *,
    questions: Sequence[str] = (),
    model: str | None = None,
    release: str = "",
    skip_unknown: bool = False,
) -> list[AnsweredQuestions]:
    """Read files of answers and bring them together with their questions, one result a model; writes nothing.

    LiveBench's files of one model (one a task) belong together; a file of lm-eval's is a run by itself. Questions are
    those of `questions`, else what the files hold (lm-eval) or have beside them (LiveBench). Raises `ConfigError`,
    `BadSample`, `TasksError`.
    """
    if release:
        check_release(release)
    found = []
    for source in _sources(files, model):
        asked = _questions(source, questions, release=release, skip_unknown=skip_unknown)
        found.append(AnsweredQuestions(asked, source.answers, match_answers(asked, source.answers)))
    return found


def score_import(both: AnsweredQuestions, *, rules: str | None = None, out: str | None = None) -> ImportedRun:
    """Keep and score one of `read_imports`; where the files hold verdicts, `notes` compare them with ours."""
    done = score_answers(both, rules=rules, out=out)
    if both.answers.format != LM_EVAL or done.scored.summary.rules != "ifeval":
        return done
    return replace(done, notes=(*done.notes, *_compare_verdicts(both, done)))


def _sources(files: Sequence[str], model: str | None) -> list[ImportSource]:
    grouped: dict[tuple[str, ...], list[tuple[str, AnswerFile]]] = {}
    for file in dict.fromkeys(files):
        answers = read_answers(file)
        name = model or _model(file, answers)
        key = (answers.format, name, *([file] if answers.format == LM_EVAL else []))
        grouped.setdefault(key, []).append((file, replace(answers, model=name)))
    return [_merge(found) for found in grouped.values()]


def _merge(found: list[tuple[str, AnswerFile]]) -> ImportSource:
    names = tuple(file for file, _ in found)
    first = found[0][1]
    answers = tuple(
        replace(answer, place=f"{file}, {answer.place}") if len(found) > 1 else answer
        for file, held in found
        for answer in held.answers
    )
    return ImportSource(replace(first, source=_together(names), answers=answers), names)


def _model(file: str, answers: AnswerFile) -> str:
    named = sorted({said for answer in answers.answers if (said := answer.said.model)})
    if not named and answers.format == LM_EVAL:
        named = [name] if (name := lm_eval.model_of(Path(file))) else []
    if len(named) != 1:
        why = (
            f"names {len(named)} models ({', '.join(named[:_SHOWN])})"
            if named
            else "does not say whose answers it holds"
        )
        raise ConfigError(f"{file} {why}; name the model with --model")
    return named[0]


def _questions(source: ImportSource, named: Sequence[str], *, release: str, skip_unknown: bool) -> QuestionSet:
    if named:
        return _read_questions(named, "", release=release, skip_unknown=skip_unknown)
    if source.answers.format == LM_EVAL:
        [file] = source.files
        docs = _docs(file)
        name = lm_eval.task_of(Path(file))
        return parse_records(file, docs, release=release, skip_unknown=skip_unknown, name=name)
    if source.answers.format != LIVEBENCH:
        raise ConfigError(
            f"{source.answers.source} holds {FORMATS[source.answers.format]} without their questions; "
            "name these with --questions"
        )
    beside = [Path(os.path.normpath(Path(file).parent / os.pardir / QUESTIONS)) for file in source.files]
    if lost := next((file for file, path in zip(source.files, beside, strict=True) if not path.is_file()), None):
        raise ConfigError(f"there is no {QUESTIONS} beside {lost} (one folder up); name the questions with --questions")
    folders = {path.absolute().parent.parent.name for path in beside}
    name = folders.pop() if len(folders) == 1 and len(beside) > 1 else beside[0].absolute().parent.name
    return _read_questions([str(path) for path in beside], name, release=release, skip_unknown=skip_unknown)


def _read_questions(files: Sequence[str], name: str, *, release: str, skip_unknown: bool) -> QuestionSet:
    """Read the questions of several files as one set."""
    files = list(dict.fromkeys(files))
    several = len(files) > 1
    found = [
        (f"{file}, {place}" if several else place, record) for file in files for place, record in iter_records(file)
    ]
    return parse_records(_together(files), found, release=release, skip_unknown=skip_unknown, name=name)


def _docs(file: str) -> list[tuple[str, Any]]:
    """Return the questions in a file of lm-eval's, each once: a file of several filters holds each as often."""
    docs: dict[str, tuple[str, Any]] = {}
    for place, record in iter_records(file):
        doc = lm_eval.question_of(record, f"{file}, {place}")
        docs.setdefault(json.dumps(doc, sort_keys=True), (place, doc))
    return list(docs.values())


def _together(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _compare_verdicts(both: AnsweredQuestions, done: ImportedRun) -> Iterable[str]:
    """Yield a line on how far lm-eval's own verdicts agree with ours on the same responses."""
    ours = {(found.sample_id, found.epoch): found for found in load_scored_run(done.store.folder, partial=True).scored}
    ids = {sample.meta.get("key"): sample.id for sample in both.questions.samples}
    compared: Counter[str] = Counter()
    other: list[str] = []
    for _, record in iter_records(both.answers.source):
        key = record["doc"].get("key")
        scored = ours.get((ids.get(key, ""), 0))
        for mode in lm_eval.READINGS:
            theirs = lm_eval.verdicts_of(record, mode)
            if scored is None or theirs is None or len(theirs) != len(scored.ids):
                continue
            compared[mode] += 1
            if theirs != getattr(scored, mode):
                other.append(f"{key} {mode}")
    if not compared:
        return
    shown = ", ".join(other[:_SHOWN]) + (", ..." if len(other) > _SHOWN else "")
    yield (
        f"lm-eval's own verdicts: {compared.total()} responses compared, strict and loose; "
        f"{len(other)} scored differently here{f' ({shown})' if other else ''}"
    )
