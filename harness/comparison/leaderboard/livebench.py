"""LiveBench's published instruction-following scores: a release, a model, and its four task columns."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from scorers.errors import did_you_mean

from ...errors import ConfigError

TASKS = ("paraphrase", "simplify", "story_generation", "summarize")
"""The task columns, in the order in which they are published."""
_FILE = Path(__file__).parent / "data" / "livebench_if"
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class ReleaseQuestions:
    """A sample set of LiveBench, and how responses to it were scored."""

    name: str
    releases: tuple[str, ...]
    questions: int
    rules: str
    """The rule book that reproduces LiveBench's code."""
    read: str = ""
    """The part of a response that was scored, in words, where `extract` cannot name it."""
    samples: str = ""
    """Digest of the set as in a run spec; "" if it is not known."""
    extract: tuple[str, ...] | None = None
    """What was removed from every response; None if it differs between rows, or no extraction can do it."""
    note: str = ""


@dataclass(frozen=True)
class PublishedRow:
    """One row of a board, on 0..100."""

    release: str
    model: str
    tasks: dict[str, Decimal]
    """The cells as published, by task."""

    @property
    def if_score(self) -> Decimal:
        """The plain mean of the four cells, to 2 decimals as on LiveBench's site (halves go up)."""
        return (sum(self.tasks.values(), Decimal()) / len(self.tasks)).quantize(_CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class PublishedBoard:
    """One release."""

    release: str
    question_set: ReleaseQuestions
    rows: tuple[PublishedRow, ...]
    """In the order of the file."""
    source: str


def list_releases() -> list[str]:
    """Return the releases with published scores, oldest first."""
    return [release for one in _sets() for release in one.releases]


def load_board(release: str) -> PublishedBoard:
    """Return the published scores of a release; raises `ConfigError` for an unknown one."""
    question_set = next((one for one in _sets() if release in one.releases), None)
    if question_set is None:
        known = list_releases()
        raise ConfigError(
            f"there are no published scores of a release {release!r}{did_you_mean(release, known)} "
            f"(releases: {', '.join(known)})"
        )
    with _FILE.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        rows = tuple(
            PublishedRow(release, row["model"], {task: Decimal(row[task]) for task in TASKS})
            for row in csv.DictReader(file)
            if row["release"] == release
        )
    return PublishedBoard(release, question_set, rows, str(_facts()["source"]))


def _facts() -> dict[str, object]:
    return tomllib.loads(_FILE.with_suffix(".toml").read_text(encoding="utf-8"))


def _sets() -> list[ReleaseQuestions]:
    facts = _facts()
    tables = facts["sets"]
    assert isinstance(tables, list)
    return [
        ReleaseQuestions(
            name=table["name"],
            releases=tuple(table["releases"]),
            questions=table["questions"],
            rules=str(facts["rules"]),
            read=table.get("read", ""),
            samples=table.get("samples", ""),
            extract=tuple(table["extract"]) if "extract" in table else None,
            note=table.get("note", ""),
        )
        for table in tables
    ]
