"""A leaderboard: runs beside published scores, each row marked with what it can be compared to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers.errors import BadInstruction, NotInBook, did_you_mean

from ...config.published import IF_SCORE, METRICS
from ...errors import ConfigError, StoreError
from ...scoring.scored_run import load_scored_run
from ...store.run_folder import RUN, find_run
from .by_set import make_set_table, value_record
from .livebench import TASKS, load_board
from .rows import published_rows, run_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ...scoring.scored_run import ScoredRun
    from .by_set import SetTable
    from .rows import LeaderboardRow, RowKind

FORMAT = 1
"""Format number of `ifh leaderboard --json`."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


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
    by_set: SetTable | None = None
    """The runs of published sets by model; None where every set reports the IF score first."""

    @property
    def if_rows(self) -> tuple[LeaderboardRow, ...]:
        """The rows whose set reports the IF score first."""
        return tuple(row for row in self.rows if row.headline is None)

    def describe_letters(self) -> list[str]:
        """Return a line for each letter: its meaning, and in what it differs from the first."""
        lines, first = [], next(iter(self.letters), None)
        for kind, letter in self.letters.items():
            read = f"rules {kind.rules}; scored: {kind.mode}"
            read += f"; metric: {METRICS[kind.metric].label}" if kind.metric != IF_SCORE else ""
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
            **({"by_set": self.by_set.to_json(self.letters)} if self.by_set else {}),
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
            **value_record(row),
            "notes": "; ".join(row.notes),
            **row.tasks,
            **({"turns": row.turns} if row.turns else {}),
            **({"reliable": asdict(row.twins)} if row.twins else {}),
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
    shown = [published_rows(board, top) for board in boards]
    rows = [*map(run_row, found), *(row for rows in shown for row in rows)]
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
        by_set=make_set_table(ordered, sort),
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
            found.append(load_scored_run(folder, rules=rules, partial=True, like=found[0] if found else None))
        except (StoreError, NotInBook, BadInstruction) as error:
            skipped.append(str(error) if str(error).startswith(run) else f"{run}: {error}")
    return found, skipped


def _sort_rows(rows: list[LeaderboardRow], column: str) -> list[LeaderboardRow]:
    tasks = dict.fromkeys((*TASKS, *(task for row in rows for task in row.tasks)))
    sets = dict.fromkeys(row.kind.published_set for row in rows if row.kind.published_set)
    more = dict.fromkeys((*(name for row in rows for name in row.turns), *sets))
    known = ["if", "model", "run", "scored", "reliable", *tasks, *(name for name in more if name not in tasks)]
    if column not in known:
        raise ConfigError(
            f"there is no column {column!r} to sort by{did_you_mean(column, known)} (columns: {', '.join(known)})"
        )
    by_name = sorted(rows, key=lambda row: (row.model.casefold(), row.run, row.kind.release))
    there = [row for row in by_name if row.value(column) is not None]
    gone = [row for row in by_name if row.value(column) is None]
    return [*sorted(there, key=lambda row: row.value(column), reverse=column not in ("model", "run")), *gone]
