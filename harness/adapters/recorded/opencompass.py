"""OpenCompass: predictions of IFEval and IFBench, and results with details.

They are in `<work_dir>/<time>/predictions/<model>/<set>.json` and `.../results/<model>/<set>.json`: only the folder
names the model. OpenCompass scores the whole text, thinking included, unless the model's configuration post-processes
it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import ConfigError
from ..base import UNKNOWN_STOP
from .external import OPENCOMPASS, AnswerFile, ExternalResponse, SourceVerdicts
from .fields import Fields
from .harness_file import HarnessFile, Recorded, count_epochs, ids_of, list_questions, question_in, text_response

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FIGURES = {
    "Prompt-level-strict-accuracy": "prompt_strict",
    "Inst-level-strict-accuracy": "instruction_strict",
    "Prompt-level-loose-accuracy": "prompt_loose",
    "Inst-level-loose-accuracy": "instruction_loose",
}
_VERDICTS = {"strict": "is_strict_correct", "loose": "is_loose_correct"}
_PART = re.compile(r"(?P<name>.+)_(?P<number>\d+)\.json")
_USER = ("HUMAN", "user")
_TEMPORARY = "tmp_"
"""Begins the name of the file that a task which did not finish leaves."""


def matches(value: Mapping[str, Any]) -> bool:
    """Return whether a document or a first line is OpenCompass's."""
    return _is_predictions(value) or _is_results(value) or {"idx", "prediction"} <= value.keys()


def read(file: HarnessFile) -> list[AnswerFile]:
    """Read predictions (whole, split or of a task that did not finish) or results; raises `ConfigError`."""
    path = file.path
    figures: dict[str, float] = {}
    notes: list[str] = []
    if not file.is_document:
        found = [one for line in file.lines() for one in _prediction(line)]
        notes.append(f"{path.name}: left by a task that did not finish, so responses may be missing")
    elif _is_results(file.document):
        fields = Fields(file.document, file.source)
        found, figures = list(_results(fields)), read_figures(fields)
    else:
        found = [one for part in _parts(path, notes) for one in _predictions(part)]
    if not found:
        raise ConfigError(f"{path} holds no predictions")
    if not figures and _has_lists(found):
        notes.append("several texts a prediction are read as epochs")
    return [
        AnswerFile(
            file.source,
            OPENCOMPASS,
            count_epochs(found),
            model=path.absolute().parent.name if path.absolute().parents[1].name in ("predictions", "results") else "",
            called=_set_name(path),
            questions=list_questions(found),
            figures=figures,
            figures_from=path.name if figures else "",
            extract=(),
            notes=tuple(notes),
        )
    ]


def find_results(path: Path) -> Path | None:
    """Return the results file that belongs to a file of predictions, None where there is none."""
    folder = path.absolute().parent
    if folder.parent.name != "predictions":
        return None
    part = _PART.fullmatch(path.name)
    names = (path.name, *([f"{part['name']}.json"] if part else []))
    found = (folder.parents[1] / "results" / folder.name / name for name in names)
    return next((candidate for candidate in found if candidate.is_file()), None)


def read_figures(fields: Fields) -> dict[str, float]:
    """Return the accuracies of a results file by our names."""
    found: dict[str, float] = {}
    for name in fields.record:
        if ours := _FIGURES.get(name.partition(" (")[0]):
            figure = fields.amount(name)
            found |= {} if figure is None else {ours: figure}
    return found


def _is_predictions(value: Mapping[str, Any]) -> bool:
    first = next(iter(value.values()), None)
    return isinstance(first, dict) and "prediction" in first and all(key.isdecimal() for key in value)


def _is_results(value: Mapping[str, Any]) -> bool:
    return any(name.partition(" (")[0] in _FIGURES for name in value)


def _set_name(path: Path) -> str:
    part = _PART.fullmatch(path.name)
    return (part["name"] if part else path.stem).removeprefix(_TEMPORARY).lower()


def _parts(path: Path, notes: list[str]) -> list[HarnessFile]:
    """Return the files that hold the predictions of a set: split ones are numbered from 0."""
    part = _PART.fullmatch(path.name)
    if not part:
        return [HarnessFile(path)]
    whole = path.with_name(f"{part['name']}.json")
    if whole.is_file():
        notes.append(f"{path.name}: {whole.name} beside it alone counts, as in OpenCompass")
        return [HarnessFile(whole)]
    beside = (_PART.fullmatch(other.name) for other in path.absolute().parent.iterdir())
    numbers = sorted({int(one["number"]) for one in beside if one and one["name"] == part["name"]})
    if numbers != list(range(len(numbers))):
        gap = next(n for n, number in enumerate(numbers) if n != number)
        raise ConfigError(
            f"{path}: is one of {len(numbers)} split files, and {part['name']}_{gap}.json is missing beside it; "
            "restore it, or rename this file without the number to import it alone"
        )
    if len(numbers) > 1:
        notes.append(f"{part['name']}_0.json to {part['name']}_{numbers[-1]}.json belong together and are read as one")
    return [HarnessFile(path.with_name(f"{part['name']}_{number}.json")) for number in numbers]


def _predictions(file: HarnessFile) -> Iterator[Recorded]:
    """Yield the predictions of a document in the order of their numbers; raises `ConfigError` for gaps."""
    document = file.document
    if wrong := next((key for key in document if not (key.isdecimal() and len(key) < 10)), None):
        raise ConfigError(f"{file.path}: has the key {wrong!r:.40}, but OpenCompass numbers predictions from 0")
    numbers = sorted(map(int, document))
    if numbers != list(range(len(numbers))):
        gap = next(n for n, number in enumerate(numbers) if n != number)
        raise ConfigError(f'{file.path}: the prediction "{gap}" is missing; OpenCompass numbers them without gaps')
    for number in numbers:
        yield from _prediction(Fields.of(document.get(str(number)), f"{file.path}, {number}"), number)


def _prediction(fields: Fields, position: int | None = None) -> Iterator[Recorded]:
    """Yield what a record holds: one response, or several texts to the same prompt."""
    if "prediction" not in fields.record:
        raise ConfigError(f"{fields.where}: has no prediction")
    said = fields.record["prediction"]
    gold = question_in(fields.table("gold"))
    prompt = str(gold["prompt"]) if gold else _last_request(fields)
    ids = ids_of(gold.get("key")) if gold else ()
    for text in said if isinstance(said, list) else [said]:
        if not isinstance(text, str | None):
            raise ConfigError(f"{fields.where}: prediction is {text!r:.40}, but must be a text or a list of texts")
        response = text_response(text, "", stop=UNKNOWN_STOP)
        unnamed = position if not ids and not prompt else None
        yield Recorded(ExternalResponse(fields.where, ids, prompt.strip(), response, position=unnamed), gold)


def _last_request(fields: Fields) -> str:
    """Return the last thing that the user says in `origin_prompt`, "" where it is missing."""
    prompt = fields.record.get("origin_prompt")
    if isinstance(prompt, str):
        return prompt
    turns = [turn for turn in fields.tables("origin_prompt") if turn.record.get("role") in _USER]
    return (turns[-1].text("prompt") or turns[-1].text("content")) if turns else ""


def _results(fields: Fields) -> Iterator[Recorded]:
    """Yield the responses in the details of a results file; raises `ConfigError` where it has none."""
    details = fields.record.get("details")
    if not details or not isinstance(details, list | dict):
        raise ConfigError(
            f"{fields.where}: holds figures without details, so no responses; import the file of the same name in "
            "predictions/ instead"
        )
    # Older versions write a record numbered from "0", with plain values in place of lists.
    pairs = details.items() if isinstance(details, dict) else enumerate(details)
    rows = [Fields.of(value, f"{fields.where}, details, {name}") for name, value in pairs]
    repeats = max(len(_as_list(row.record.get("pred"))) for row in rows)
    for epoch in range(repeats):
        for row in rows:
            if epoch < len(_as_list(row.record.get("pred"))):
                yield _detail(row, epoch)


def _detail(row: Fields, epoch: int) -> Recorded:
    values = {name: _as_list(row.record.get(name)) for name in ("pred", "refer", *_VERDICTS.values())}
    here = {name: found[epoch] for name, found in values.items() if epoch < len(found)}
    text = here["pred"]
    if not isinstance(text, str | None):
        raise ConfigError(f"{row.where}: pred is {text!r:.40}, but must be a text or a list of texts")
    gold = question_in(Fields.of(here.get("refer") or {}, f"{row.where}, refer"))
    verdicts = {
        mode: SourceVerdicts(all_followed=found)
        for mode, name in _VERDICTS.items()
        if isinstance(found := here.get(name), bool)
    }
    ids = ids_of(gold.get("key")) if gold else ()
    prompt = str(gold["prompt"]).strip() if gold else ""
    response = text_response(text, "", stop=UNKNOWN_STOP)
    return Recorded(ExternalResponse(row.where, ids, prompt, response, verdicts=verdicts), gold)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _has_lists(found: list[Recorded]) -> bool:
    places = [one.answer.place for one in found]
    return len(set(places)) < len(places)
