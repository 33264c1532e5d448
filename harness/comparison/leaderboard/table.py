"""Board: runs beside each other and beside published figures, each row marked with what it can be compared to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import fsum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers.errors import BadInstruction, NotInBook, did_you_mean

from ...errors import ConfigError, StoreError
from ...scoring.counts import NOT_ASKED
from ...scoring.intervals import Interval, interval
from ...scoring.scored_run import load_scored_run
from ...store.run_folder import RUN, find_run
from .livebench import TASKS, load_board

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ...scoring.scored_run import ScoredRun
    from .livebench import PublishedBoard, PublishedRow, ReleaseQuestions

FORMAT = 1
"""Format number of `ifh leaderboard --json`."""
ASPECTS = ("questions", "release", "rules", "mode")
"""In what two rows can differ so that their figures are not of the same thing."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class RowKind:
    """What a figure is of: rows of one kind can be compared."""

    questions: str
    """Digest of the question set; for a published one that is not known, its name."""
    release: str
    rules: str
    mode: str
    """What was taken off the answers, or what of them was read, in words."""
    tasks: tuple[str, ...]
    """The tasks that the IF score is the mean of."""
    about: str = field(compare=False, default="")
    """The question set in words."""

    def differs(self, other: RowKind) -> list[str]:
        """Name in what two kinds differ."""
        named = [name for name in ASPECTS if getattr(self, name) != getattr(other, name)]
        return [*named, *(["tasks scored"] if self.tasks != other.tasks else [])]


@dataclass(frozen=True)
class LeaderboardRow:
    """One line of the board; scores on 0..100, to 4 decimals or as published."""

    model: str
    run: str
    """Name of the results folder; "" for a published row."""
    kind: RowKind
    if_score: float | None
    interval: Interval | None
    tasks: dict[str, float]
    scored: int
    of: int
    notes: tuple[str, ...] = ()

    def value(self, column: str) -> Any:
        """Return what to sort by; None where there is nothing."""
        own = {"if": self.if_score, "model": self.model.casefold(), "run": self.run or None, "scored": self.scored}
        return own[column] if column in own else self.tasks.get(column)


@dataclass(frozen=True)
class Leaderboard:
    """The board: rows in order, the letter of each kind, and what was left out."""

    rows: tuple[LeaderboardRow, ...]
    letters: dict[RowKind, str]
    """By kind, in the order in which they first appear."""
    skipped: tuple[str, ...] = ()
    """What is no run or could not be read, each with its reason."""
    sources: tuple[str, ...] = ()
    """Where published figures come from."""
    left_out: int = 0
    """Published rows that `top` left out."""

    def explained(self) -> list[str]:
        """Say of each letter what it stands for, and in what it differs from the first."""
        told, first = [], next(iter(self.letters), None)
        for kind, letter in self.letters.items():
            read = f"rules {kind.rules}; read: {kind.mode}"
            against = f"; differs from A in: {', '.join(kind.differs(first))}" if first and kind != first else ""
            told.append(f"{letter}  {kind.about}; {read}{against}")
        return told

    def to_json(self) -> dict[str, Any]:
        """Return the record that `ifh leaderboard --json` prints."""
        first = next(iter(self.letters), None)
        return {
            "format": FORMAT,
            "rows": [self.record(row) for row in self.rows],
            "kinds": {
                letter: {
                    "questions": kind.questions,
                    "about": kind.about,
                    "release": kind.release or None,
                    "rules": kind.rules,
                    "mode": kind.mode,
                    "tasks": list(kind.tasks),
                    "differs_from_first": kind.differs(first) if first else [],
                }
                for kind, letter in self.letters.items()
            },
            "sources": list(self.sources),
            "skipped": list(self.skipped),
            "left_out": self.left_out,
        }

    def record(self, row: LeaderboardRow) -> dict[str, Any]:
        """Return one row as a flat record; the tasks follow under their own names."""
        found = row.interval
        return {
            "kind": self.letters[row.kind],
            "model": row.model,
            "run": row.run or None,
            "release": row.kind.release or None,
            "published": not row.run,
            "if_score": row.if_score,
            "low": found.low if found else None,
            "high": found.high if found else None,
            "level": found.level if found else None,
            "scored": row.scored if row.run else None,
            "of": row.of if row.run else None,
            "rules": row.kind.rules,
            "notes": "; ".join(row.notes),
            **row.tasks,
        }


def make_leaderboard(
    runs: Sequence[str] = (),
    *,
    published: Sequence[str] = (),
    rules: str | None = None,
    sort: str = "if",
    top: int | None = None,
) -> Leaderboard:
    """Put runs and published releases beside each other, highest first (names from a to z).

    `runs` are results folders or their names; what is none is skipped and named. `rules` judges every run by that
    book. `top` leaves out published rows beyond the best so many of each release. Raises `ConfigError` for a release or
    column that is not there, and if nothing is left to show.
    """
    boards = [load_board(release) for release in dict.fromkeys(published)]
    found, skipped = _read_runs(runs, rules)
    if not found and (runs or not boards):
        why = "; ".join(skipped) or "no run was named"
        raise ConfigError(f"there is no run to show: {why}")
    shown = [_published(board, top) for board in boards]
    rows = [*map(_row, found), *(row for rows in shown for row in rows)]
    ordered = _sorted(rows, sort)
    letters: dict[RowKind, str] = {}
    for row in ordered:
        letters.setdefault(row.kind, _letter(len(letters)))
    return Leaderboard(
        rows=tuple(ordered),
        letters=letters,
        skipped=tuple(skipped),
        sources=tuple(dict.fromkeys(board.source for board in boards)),
        left_out=sum(len(board.rows) for board in boards) - sum(map(len, shown)),
    )


def find_runs(folder: Path) -> list[str]:
    """Return the results folders in a folder, by name."""
    return sorted(str(path.parent) for path in folder.glob(f"*/{RUN}"))


def _letter(number: int) -> str:
    return LETTERS[number] if number < len(LETTERS) else f"{LETTERS[number % 26]}{number // 26}"


def _read_runs(runs: Iterable[str], rules: str | None) -> tuple[list[ScoredRun], list[str]]:
    found: list[ScoredRun] = []
    skipped: list[str] = []
    seen: set[Path] = set()
    for run in runs:
        try:
            folder = find_run(run)
            if folder.resolve() in seen:
                continue
            seen.add(folder.resolve())
            found.append(load_scored_run(folder, rules=rules, partial=True))
        except (StoreError, NotInBook, BadInstruction) as error:
            skipped.append(str(error) if str(error).startswith(run) else f"{run}: {error}")
    return found, skipped


def _sorted(rows: list[LeaderboardRow], column: str) -> list[LeaderboardRow]:
    tasks = dict.fromkeys((*TASKS, *(task for row in rows for task in row.tasks)))
    known = ["if", "model", "run", "scored", *tasks]
    if column not in known:
        raise ConfigError(
            f"there is no column {column!r} to sort by{did_you_mean(column, known)} (columns: {', '.join(known)})"
        )
    by_name = sorted(rows, key=lambda row: (row.model.casefold(), row.run, row.kind.release))
    there = [row for row in by_name if row.value(column) is not None]
    gone = [row for row in by_name if row.value(column) is None]
    return [*sorted(there, key=lambda row: row.value(column), reverse=column not in ("model", "run")), *gone]


def _row(run: ScoredRun) -> LeaderboardRow:
    pairs: dict[str, list[tuple[str, float]]] = {}
    for judgement in run.scored:
        # A question of a published set has no article: it is a cluster of its own.
        pairs.setdefault(judgement.task, []).append((judgement.article_id or judgement.sample_id, judgement.if_score))
    means = {task: fsum(score for _, score in found) / len(found) for task, found in pairs.items()}
    articles = all(judgement.article_id for judgement in run.scored)
    return LeaderboardRow(
        model=run.model,
        run=run.name,
        kind=_kind(run, tuple(sorted(means))),
        if_score=round(100 * fsum(means.values()) / len(means), 4) if means else None,
        interval=interval(pairs, unit="articles" if articles else "questions"),
        tasks={task: round(100 * mean, 4) for task, mean in means.items()},
        scored=len(run.scored),
        of=len(run.judgements),
        notes=tuple(_notes(run)),
    )


def _notes(run: ScoredRun) -> Iterable[str]:
    left = sum(judgement.unscored == NOT_ASKED for judgement in run.judgements)
    if left:
        yield f"not at its end: {left} of {len(run.judgements)} not asked yet"
    causes = Counter(judgement.unscored for judgement in run.judgements if judgement.unscored not in ("", NOT_ASKED))
    if causes:
        told = ", ".join(f"{cause} {count}" for cause, count in causes.most_common())
        yield f"{causes.total()} unscored ({told}) and not in its IF; with a 0 for each unscored, IF {_floor(run):.2f}"
    missing = sorted({judgement.task for judgement in run.judgements} - {judgement.task for judgement in run.scored})
    if missing and run.scored:
        yield f"nothing scored of {', '.join(missing)}, so that is not in its IF"
    for name in ("truncated", "refused", "blank"):
        if count := sum(name in judgement.flags for judgement in run.scored):
            yield f"{count} {name}"


def _floor(run: ScoredRun) -> float:
    """Return the IF score over all tasks with every unscored question as 0, on 0..100."""
    asked = Counter(judgement.task for judgement in run.judgements)
    return 100 * fsum(judgement.if_score / asked[judgement.task] for judgement in run.scored) / len(asked)


def _kind(run: ScoredRun, tasks: tuple[str, ...]) -> RowKind:
    digest = run.manifest.samples_digest
    release = str(run.manifest.questions.get("release") or "")
    count = len({judgement.sample_id for judgement in run.judgements})
    about = f"{run.manifest.config or '?'}, {count} questions ({digest[:8]})"
    return RowKind(
        digest,
        release,
        run.rules,
        _reading(run.extract),
        tasks,
        f"{about}{f' of release {release}' if release else ''}",
    )


def _reading(extract: Sequence[str]) -> str:
    return f"{', '.join(extract)} taken off" if extract else "the whole reply, thinking too"


def _published(board: PublishedBoard, top: int | None) -> list[LeaderboardRow]:
    kind = _published_kind(board.release, board.asked)
    best = sorted(board.rows, key=lambda row: row.if_score, reverse=True)[:top]
    return [_published_row(row, kind, board.asked) for row in best]


def _published_kind(release: str, asked: ReleaseQuestions) -> RowKind:
    about = f"LiveBench {release} as published, {asked.questions} questions (set {asked.name}"
    known = f", {asked.samples[:8]})" if asked.samples else f"; {asked.note})"
    read = asked.read if asked.extract is None else _reading(asked.extract)
    return RowKind(asked.samples or asked.name, release, asked.rules, read, tuple(sorted(TASKS)), about + known)


def _published_row(row: PublishedRow, kind: RowKind, asked: ReleaseQuestions) -> LeaderboardRow:
    tasks = {task: float(cell) for task, cell in row.tasks.items()}
    return LeaderboardRow(row.model, "", kind, float(row.if_score), None, tasks, asked.questions, asked.questions)
