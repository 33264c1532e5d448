"""A leaderboard: runs beside published scores, each row marked with what it can be compared to."""

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
"""Aspects in which two rows can differ so that their scores are not comparable."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class RowKind:
    """What a score measures: rows of one kind can be compared."""

    questions: str
    """Digest of the sample set; for an unknown published one, its name."""
    release: str
    rules: str
    mode: str
    """What was removed from the responses before verification, or which part was scored, in words."""
    tasks: tuple[str, ...]
    """The tasks that the IF score is the mean of."""
    about: str = field(compare=False, default="")
    """The sample set in words."""

    def differs(self, other: RowKind) -> list[str]:
        """Return the aspects in which two kinds differ."""
        named = [name for name in ASPECTS if getattr(self, name) != getattr(other, name)]
        return [*named, *(["tasks scored"] if self.tasks != other.tasks else [])]


@dataclass(frozen=True)
class LeaderboardRow:
    """One row; scores on 0..100, to 4 decimals or as published."""

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
        """Return the value of a column to sort by; None where there is none."""
        own = {"if": self.if_score, "model": self.model.casefold(), "run": self.run or None, "scored": self.scored}
        return own[column] if column in own else self.tasks.get(column)


@dataclass(frozen=True)
class Leaderboard:
    """Rows in order, the letter of each kind, and what was omitted."""

    rows: tuple[LeaderboardRow, ...]
    letters: dict[RowKind, str]
    """By kind, in the order in which they first appear."""
    skipped: tuple[str, ...] = ()
    """Paths that are no run or could not be read, each with the reason."""
    sources: tuple[str, ...] = ()
    """Sources of the published scores."""
    left_out: int = 0
    """Published rows that `top` omitted."""

    def describe_letters(self) -> list[str]:
        """Return a line for each letter: its meaning, and in what it differs from the first."""
        lines, first = [], next(iter(self.letters), None)
        for kind, letter in self.letters.items():
            read = f"rules {kind.rules}; scored: {kind.mode}"
            against = f"; differs from A in: {', '.join(kind.differs(first))}" if first and kind != first else ""
            lines.append(f"{letter}  {kind.about}; {read}{against}")
        return lines

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
    """Return runs and published releases in one table, highest first (names from a to z).

    `runs` are results folders or their names; other paths are skipped and named. `rules` scores every run by that
    book. `top` is the number of published rows of each release, the best first. Raises `ConfigError` for an unknown
    release or column, and if there is nothing to show.
    """
    boards = [load_board(release) for release in dict.fromkeys(published)]
    found, skipped = _read_runs(runs, rules)
    if not found and (runs or not boards):
        if skipped:
            raise StoreError(f"there is no run to show: {'; '.join(skipped)}")
        raise ConfigError("there is no run to show: no run was named")
    shown = [_published_rows(board, top) for board in boards]
    rows = [*map(_row, found), *(row for rows in shown for row in rows)]
    ordered = _sort_rows(rows, sort)
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


def _sort_rows(rows: list[LeaderboardRow], column: str) -> list[LeaderboardRow]:
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
    for result in run.scored:
        # A sample of a published set has no article: it is a cluster of its own.
        pairs.setdefault(result.task, []).append((result.article_id or result.sample_id, result.if_score))
    means = {task: fsum(score for _, score in found) / len(found) for task, found in pairs.items()}
    articles = all(result.article_id for result in run.scored)
    return LeaderboardRow(
        model=run.model,
        run=run.name,
        kind=_kind(run, tuple(sorted(means))),
        if_score=round(100 * fsum(means.values()) / len(means), 4) if means else None,
        interval=interval(pairs, unit="articles" if articles else "questions"),
        tasks={task: round(100 * mean, 4) for task, mean in means.items()},
        scored=len(run.scored),
        of=len(run.results),
        notes=tuple(_notes(run)),
    )


def _notes(run: ScoredRun) -> Iterable[str]:
    left = sum(result.unscored == NOT_ASKED for result in run.results)
    if left:
        yield f"unfinished: {left} of {len(run.results)} samples have no response yet"
    causes = Counter(result.unscored for result in run.results if result.unscored not in ("", NOT_ASKED))
    if causes:
        named = ", ".join(f"{cause} {count}" for cause, count in causes.most_common())
        yield f"{causes.total()} unscored ({named}) and not in its IF; with a 0 for each unscored, IF {_floor(run):.2f}"
    missing = sorted({result.task for result in run.results} - {result.task for result in run.scored})
    if missing and run.scored:
        yield f"nothing scored of {', '.join(missing)}, so that is not in its IF"
    for name in ("truncated", "refused", "blank"):
        if count := sum(name in result.flags for result in run.scored):
            yield f"{count} {name}"


def _floor(run: ScoredRun) -> float:
    """Return the IF score over all tasks with every unscored sample as 0, on 0..100."""
    due = Counter(result.task for result in run.results)
    return 100 * fsum(result.if_score / due[result.task] for result in run.scored) / len(due)


def _kind(run: ScoredRun, tasks: tuple[str, ...]) -> RowKind:
    digest = run.manifest.samples_digest
    release = str(run.manifest.questions.get("release") or "")
    count = len({result.sample_id for result in run.results})
    about = f"{run.manifest.config or '?'}, {count} samples ({digest[:8]})"
    return RowKind(
        digest,
        release,
        run.rules,
        _reading(run.extract),
        tasks,
        f"{about}{f' of release {release}' if release else ''}",
    )


def _reading(extract: Sequence[str]) -> str:
    return f"without {', '.join(extract)}" if extract else "the whole response, thinking included"


def _published_rows(board: PublishedBoard, top: int | None) -> list[LeaderboardRow]:
    kind = _published_kind(board.release, board.question_set)
    best = sorted(board.rows, key=lambda row: row.if_score, reverse=True)[:top]
    return [_published_row(row, kind, board.question_set) for row in best]


def _published_kind(release: str, one: ReleaseQuestions) -> RowKind:
    about = f"LiveBench {release} as published, {one.questions} samples (set {one.name}"
    known = f", {one.samples[:8]})" if one.samples else f"; {one.note})"
    read = one.read if one.extract is None else _reading(one.extract)
    return RowKind(one.samples or one.name, release, one.rules, read, tuple(sorted(TASKS)), about + known)


def _published_row(row: PublishedRow, kind: RowKind, one: ReleaseQuestions) -> LeaderboardRow:
    tasks = {task: float(cell) for task, cell in row.tasks.items()}
    return LeaderboardRow(row.model, "", kind, float(row.if_score), None, tasks, one.questions, one.questions)
