"""What another harness found about its own responses: read beside them, and compared with the verdicts here."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scorers import extract
from tasks.errors import TasksError

from ..adapters.base import UNKNOWN_STOP, Response
from ..adapters.recorded import evalscope, opencompass
from ..adapters.recorded.detection import detect
from ..adapters.recorded.external import EVALSCOPE, EXTRACT, HARNESSES, OPENCOMPASS
from ..adapters.recorded.fields import Fields
from ..adapters.recorded.harness_file import HarnessFile
from ..errors import ConfigError
from ..scoring.scored_run import load_scored_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..adapters.recorded.external import AnswerFile, SourceVerdicts
    from ..scoring.scored_run import SampleResult
    from .score_answers import AnsweredQuestions, ImportedRun

_READERS = {OPENCOMPASS: opencompass, EVALSCOPE: evalscope}
"""The formats whose results are in files of their own."""
_NAMES = {
    "prompt_strict": "prompt-level strict",
    "instruction_strict": "instruction-level strict",
    "prompt_loose": "prompt-level loose",
    "instruction_loose": "instruction-level loose",
    "instruction_strict_by_prompt": "instruction-level strict, mean over prompts",
    "instruction_loose_by_prompt": "instruction-level loose, mean over prompts",
}
_SAME = 0.01
"""Points by which two figures may differ: harnesses write some rounded to 4 digits of a share."""
_MODES = ("strict", "loose")
_SHOWN = 5


def add_results(answers: AnswerFile, results: str | None) -> AnswerFile:
    """Return the responses with the figures and verdicts of `results`, else of the file that lies beside them.

    Where a harness post-processed a text before it scored it, that text is the response. Raises `ConfigError` for a
    named file that is none of its results; one beside the responses that cannot be read is a note.
    """
    reader = _READERS.get(answers.format)
    if reader is None:
        if results:
            raise ConfigError(
                f"{results}: --results needs the responses of {' or '.join(HARNESSES[name] for name in _READERS)}; "
                f"{answers.source} is of another format"
            )
        return answers
    if results:
        return _add(answers, Path(results))
    beside = reader.find_results(Path(answers.source))
    if beside is None:
        return answers
    try:
        return _add(answers, beside)
    except (ConfigError, TasksError) as error:
        return replace(answers, notes=(*answers.notes, f"the results beside the responses are not used: {error}"))


def compare_results(both: AnsweredQuestions, done: ImportedRun) -> Iterator[str]:
    """Yield how far the verdicts and figures of the other harness agree with those here, on the same responses."""
    answers = both.answers
    name = HARNESSES.get(answers.format, "")
    summary = done.scored.summary
    if not name or summary.rules != both.questions.rules:
        return
    scored = load_scored_run(done.store.folder, partial=True).scored
    yield from _compare_verdicts(name, both, scored)
    if not answers.figures:
        return
    figures = _figures(scored)
    other = {key: theirs for key, theirs in answers.figures.items() if abs(figures[key] - theirs) > _SAME}
    shown = ", ".join(
        f"{_NAMES[key]} {theirs:.2f}" + (f" there, {figures[key]:.2f} here" if key in other else "")
        for key, theirs in answers.figures.items()
    )
    largest = max((abs(figures[key] - theirs) for key, theirs in other.items()), default=0.0)
    verdict = f"differ by up to {largest:.2f} points" if other else "are the same here"
    yield f"{name}'s own figures (of {answers.figures_from}) {verdict}: {shown}"


def describe_responses(answers: AnswerFile) -> Iterator[str]:
    """Yield what a user should know about the responses: what the file does not record, and thinking in the text."""
    responses, thoughts = 0, 0
    missing = {"stop reasons (how many responses were cut is unknown)": 0, "token usage": 0}
    for said in (one.said for one in answers.answers):
        if isinstance(said, Response):
            responses += 1
            for what, lacks in zip(missing, (said.stop == UNKNOWN_STOP, said.usage is None), strict=True):
                missing[what] += lacks
            thoughts += "thinking" not in answers.extract and _thinks(said)
    lacking = [f"{what}: {count} of {responses} responses" for what, count in missing.items() if count]
    if lacking and answers.format in HARNESSES:
        yield f"not recorded: {'; '.join(lacking)}"
    if thoughts:
        yield (
            f"{thoughts} of {responses} responses contain thinking, which is scored with the rest; to remove it first, "
            "add: --extract thinking"
        )


def has_thinking(answers: AnswerFile) -> bool:
    """Return whether the text of any response contains thinking."""
    return any(_thinks(one.said) for one in answers.answers if isinstance(one.said, Response))


def _thinks(response: Response) -> bool:
    return bool(extract(response.text, EXTRACT).done)


def _add(answers: AnswerFile, path: Path) -> AnswerFile:
    reader = _READERS[answers.format]
    if detect(path) != answers.format:
        raise ConfigError(f"{path}: holds no results of {HARNESSES[answers.format]}")
    file = HarnessFile(path)
    figures = reader.read_figures(Fields(file.document, file.source)) if file.is_document else {}
    if figures and not isinstance(file.document.get("details"), list | dict):
        return replace(answers, figures=figures, figures_from=path.name)
    [found] = reader.read(file)
    theirs = {(one.ids or (one.prompt,), one.said.epoch): one for one in found.answers}
    merged, changed = [], 0
    for one in answers.answers:
        other = theirs.get((one.ids or (one.prompt,), one.said.epoch))
        if other is None:
            merged.append(one)
            continue
        said = one.said
        if isinstance(said, Response) and isinstance(other.said, Response) and other.said.text != said.text:
            changed += 1
            said = replace(said, text=other.said.text)
        merged.append(replace(one, said=said, verdicts=other.verdicts))
    name = HARNESSES[answers.format]
    counted = f"{changed} of {len(merged)} responses"
    note = f"post-processed by {name} before it scored them: {counted}, whose texts are those of {path.name}"
    notes = (*answers.notes, note) if changed else answers.notes
    return replace(answers, answers=tuple(merged), figures=figures, figures_from=path.name, notes=notes)


def _compare_verdicts(name: str, both: AnsweredQuestions, scored: Sequence[SampleResult]) -> Iterator[str]:
    recorded: dict[tuple[str, int], Mapping[str, SourceVerdicts]] = {
        (said.sample_id, said.epoch): answer.verdicts for answer, said in both.matched.iter_found()
    }
    compared: Counter[str] = Counter()
    other: list[str] = []
    published = {sample.id: sample.meta.get("key", sample.id) for sample in both.questions.samples}
    for found in scored:
        theirs = recorded.get((found.sample_id, found.epoch), {})
        for mode in _MODES:
            agrees = theirs[mode].agrees_with(getattr(found, mode)) if mode in theirs else None
            if agrees is None:
                continue
            compared[mode] += 1
            if not agrees:
                other.append(f"{published[found.sample_id]} {mode}")
    if not compared:
        return
    shown = ", ".join(other[:_SHOWN]) + (", ..." if len(other) > _SHOWN else "")
    yield (
        f"{name}'s own verdicts: {compared.total()} responses compared, strict and loose; "
        f"{len(other)} scored differently here{f' ({shown})' if other else ''}"
    )


def _figures(scored: Sequence[SampleResult]) -> dict[str, float]:
    """Return our accuracies on 0..100, unrounded, of what was scored."""
    found = {}
    for mode in _MODES:
        verdicts = [getattr(one, mode) for one in scored]
        every = [followed for one in verdicts for followed in one]
        found[f"prompt_{mode}"] = _percent([all(one) for one in verdicts])
        found[f"instruction_{mode}"] = _percent(every)
        found[f"instruction_{mode}_by_prompt"] = _percent([sum(one) / len(one) for one in verdicts])
    return found


def _percent(shares: Sequence[float]) -> float:
    return 100 * sum(shares) / len(shares) if shares else 0.0
