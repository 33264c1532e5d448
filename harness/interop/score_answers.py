"""External responses to a sample set, saved in a results folder and scored like a run."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers.errors import NotInBook
from tasks.formats.multiif import NAME as MULTIIF
from tasks.formats.sample_file import SampleFile

from ..adapters.base import Failure, Response
from ..adapters.recorded.answer_file import read_answers
from ..adapters.recorded.dialogues import read_dialogue_answers
from ..adapters.recorded.external import EXTRACT, FORMATS
from ..comparison.rule_books import AnsweredSamples
from ..dataset.published import read_set
from ..runner.engines.engine import AUTO
from ..runner.score import score_run
from ..store.run_folder import RunFolder
from ..store.run_spec import RESULTS, RunSpec
from .answer_matches import MISSING, match_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tasks.formats.question_set import QuestionSet

    from ..adapters.recorded.external import AnswerFile
    from ..runner.engines.shards import OnProgress
    from ..runner.score import ScoringResult
    from .answer_matches import AnswerMatches


@dataclass(frozen=True)
class AnsweredQuestions:
    """Samples with external responses to them."""

    questions: QuestionSet
    answers: AnswerFile
    matched: AnswerMatches

    def describe_input(self) -> list[str]:
        """Return in words what was read and what could not be matched."""
        found = ", ".join(f"{n} matched by {how}" for how, n in sorted(self.matched.by.items()))
        held = f"{self.answers.source}: {len(self.answers.answers)} {FORMATS[self.answers.format]}, {found}"
        return [*self.questions.describe(), held, *self.answers.notes, *self.matched.describe_matches()]

    def samples(self) -> AnsweredSamples:
        """Return the samples with their responses, for two rule books to be compared on; failures are left out."""
        samples = self.questions.samples
        by_id = samples.by_id() if isinstance(samples, SampleFile) else {sample.id: sample for sample in samples}
        matched = self.matched
        return AnsweredSamples(
            lambda: (said for _, said in matched.iter_found() if isinstance(said, Response)),
            lru_cache(4096)(by_id.__getitem__),
            self.answers.extract,
        )


@dataclass(frozen=True)
class ImportedRun:
    """External responses, saved and scored."""

    store: RunFolder
    scored: ScoringResult
    notes: tuple[str, ...]


def load_answers(
    questions: str,
    answers: str,
    *,
    release: str = "",
    skip_unknown: bool = False,
    on_progress: Callable[[int], object] | None = None,
) -> AnsweredQuestions:
    """Read a sample set and the responses to it; raises `BadSample`, `TasksError`, `ConfigError`."""
    asked = read_set(questions, release=release, skip_unknown=skip_unknown)
    said = read_dialogue_answers(answers) if asked.format == MULTIIF else read_answers(answers, on_progress=on_progress)
    return AnsweredQuestions(asked, said, match_answers(asked, said))


def score_answers(
    both: AnsweredQuestions,
    *,
    rules: str | None = None,
    out: str | None = None,
    engine: str = AUTO,
    on_progress: OnProgress | None = None,
) -> ImportedRun:
    """Save the responses in a results folder and score them, by `rules` or else by the samples' own.

    The folder is `out` or `results/<questions>-<answers>-<plan>`; the same samples and responses go to the same one.
    Raises `StoreError`, `BadInstruction`, `NotInBook`.
    """
    notes = both.describe_input()
    with save_answers(both, out=out) as store:
        book = None if rules == both.questions.rules else rules
        scoring = ScoringOptions(both.answers.extract, engine, on_progress)
        scored = _score(store, book, scoring, notes)
    return ImportedRun(store, scored, tuple(notes))


def save_answers(both: AnsweredQuestions, *, out: str | None = None, wait: float = 0) -> RunFolder:
    """Save the responses in a results folder, to be closed by the caller; what is saved already stays.

    `wait` is the time in seconds for which another process may have the folder. Raises `StoreError`.
    """
    questions, answers, matched = both.questions, both.answers, both.matched
    extract = answers.extract
    plan = RunSpec.of(
        samples=questions.samples,
        adapter="answers",
        model=answers.name,
        options={"answers": answers.digest} | ({} if extract == EXTRACT else {"extract": list(extract)}),
        epochs=matched.epochs,
    )
    folder = Path(out) if out else RESULTS / plan.folder_name(questions.name)
    header = {
        "config": questions.name,
        "rules": None,
        "extract": list(extract),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "questions": questions.to_json(),
        "answers": {
            "source": answers.source,
            "format": answers.format,
            **matched.to_json(),
            **_describe_figures(answers),
        },
    }
    with ExitStack() as opened:
        store = opened.enter_context(RunFolder.open(folder, plan, samples=questions.samples, header=header, wait=wait))
        store.add_missing(chain((said for _, said in matched.iter_found()), _missing(both)))
        opened.pop_all()
    return store


def _describe_figures(answers: AnswerFile) -> dict[str, Any]:
    """Return the accuracies that the other program recorded, and where."""
    return {"figures": dict(answers.figures), "figures_from": answers.figures_from} if answers.figures else {}


@dataclass(frozen=True)
class ScoringOptions:
    """How responses are scored."""

    extract: tuple[str, ...]
    engine: str = AUTO
    on_progress: OnProgress | None = None


def _score(store: RunFolder, rules: str | None, how: ScoringOptions, notes: list[str]) -> ScoringResult:
    """Score by `rules`; the scores by the samples' own book, which other commands read, are written too."""
    score = partial(score_run, store, names=how.extract, engine=how.engine, on_progress=how.on_progress)
    if rules is None:
        return score()
    try:
        score()
    except NotInBook as error:
        notes.append(f"not scored by the questions' own rules: {error}")
    return score(rules=rules)


def _missing(both: AnsweredQuestions) -> Iterator[Failure]:
    for place, sample in enumerate(both.questions.samples):
        for epoch in range(both.matched.epochs):
            if not both.matched.has(place, epoch):
                message = f"{both.answers.source} holds no answer to this question"
                yield Failure(sample.id, epoch, "", MISSING, message)
