"""Answers made elsewhere to a question set, scored: into a results folder like a run's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scorers.errors import NotInBook
from tasks.formats.question_set import read_questions

from ..adapters.base import Failure, Response
from ..runner.score import score_run
from ..store.run_folder import Store
from ..store.run_spec import Plan
from .read_answers import FORMATS, MISSING, match, read_answers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.formats.question_set import QuestionSet

    from ..runner.score import Scored
    from .read_answers import AnswerFile, Matched

EXTRACT = ("thinking",)
"""What is taken off answers made elsewhere before they are verified."""


@dataclass(frozen=True)
class Both:
    """Questions, and answers to them made elsewhere, brought together."""

    questions: QuestionSet
    answers: AnswerFile
    matched: Matched

    def told(self) -> list[str]:
        """Say in words what was read and what did not come together."""
        found = ", ".join(f"{n} matched by {how}" for how, n in sorted(self.matched.by.items()))
        held = f"{self.answers.source}: {len(self.answers.answers)} {FORMATS[self.answers.format]}, {found}"
        return [*self.questions.told(), held, *self.matched.told()]


@dataclass(frozen=True)
class Imported:
    """Answers made elsewhere, kept and scored."""

    store: Store
    scored: Scored
    notes: tuple[str, ...]


def read_both(questions: str, answers: str, *, release: str = "", skip_unknown: bool = False) -> Both:
    """Read a question set and the answers to it; raises `BadSample`, `TasksError`, `ConfigError`."""
    asked = read_questions(questions, release=release, skip_unknown=skip_unknown)
    said = read_answers(answers)
    return Both(asked, said, match(asked, said))


def score_answers(both: Both, *, rules: str | None = None, out: str | None = None) -> Imported:
    """Keep the answers in a results folder and score them, by `rules` or else by the questions' own.

    The folder is `out` or `results/<questions>-<answers>-<plan>`; the same questions and answers go to the same one.
    Raises `StoreError`, `BadInstruction`, `NotInBook`.
    """
    questions, answers, matched = both.questions, both.answers, both.matched
    plan = Plan.of(
        samples=questions.samples,
        adapter="answers",
        model=answers.name,
        options={"answers": answers.digest},
        epochs=matched.epochs,
    )
    folder = Path(out) if out else Path("results") / plan.folder_name(questions.name)
    header = {
        "config": questions.name,
        "rules": None,
        "extract": list(EXTRACT),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "questions": questions.to_json(),
        "answers": {"source": answers.source, "format": answers.format, **matched.to_json()},
    }
    notes = both.told()
    with Store.open(folder, plan, samples=questions.samples, header=header) as store:
        asyncio.run(_keep(store, [*matched.found.values(), *_missing(both)]))
        scored = _score(store, None if rules == questions.rules else rules, notes)
    return Imported(store, scored, tuple(notes))


def _score(store: Store, rules: str | None, notes: list[str]) -> Scored:
    """Score by `rules`; the scores by the questions' own book, which other verbs look at, are there afterwards too."""
    if rules is None:
        return score_run(store, names=EXTRACT)
    try:
        score_run(store, names=EXTRACT)
    except NotInBook as error:
        notes.append(f"not scored by the questions' own rules: {error}")
    return score_run(store, rules=rules, names=EXTRACT)


def _missing(both: Both) -> Iterator[Failure]:
    for sample in both.questions.samples:
        for epoch in range(both.matched.epochs):
            if (sample.id, epoch) not in both.matched.found:
                message = f"{both.answers.source} holds no answer to this question"
                yield Failure(sample.id, epoch, "", MISSING, message)


async def _keep(store: Store, found: list[Response | Failure]) -> None:
    """Write what is not in the folder yet."""
    there = store.answered() | {(failure.sample_id, failure.epoch) for failure in store.failures()}
    fresh = [said for said in found if (said.sample_id, said.epoch) not in there]
    kept = (store.keep(said) if isinstance(said, Response) else store.fail(said) for said in fresh)
    await asyncio.gather(*kept)
