"""The page of a run over dialogues: every turn with its verdicts, and which earlier instruction was forgotten."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.dialogue import count_requests, describe_stop
from tasks.formats.multiif import LANGUAGES

from ..scoring.breakdowns.turn_changes import drop_rows, find_forgotten
from ..scoring.breakdowns.turns import ALL, TurnRow, dialogue_turn, turn_rows
from ..scoring.describe import format_headline, format_metric
from ..scoring.results import ScoredResponse
from .page import write_template

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scorers import Verdict

    from ..scoring.breakdowns.turn_changes import TurnChanges
    from ..scoring.breakdowns.turns import DialogueMetrics, TurnCount
    from ..scoring.results import UnscoredSample
    from ..scoring.summary import Summary

MOST = 300
"""Dialogues on a page."""


def pick_dialogues(count: TurnCount, most: int = MOST) -> set[str]:
    """Return the dialogues to show: those in which most instructions are forgotten, then the first ones."""
    lost = {dialogue: 0 for dialogue, _ in count.rows}
    for (dialogue, _), turns in count.rows.items():
        lost[dialogue] += sum(len(_forgotten(turns.get(turn - 1), row)) for turn, row in turns.items())
    return set(sorted(lost, key=lambda dialogue: -lost[dialogue])[:most])  # a stable sort: the first ones come first


def write_dialogues(
    path: Path, report: Path, summary: Summary, results: Iterable[ScoredResponse | UnscoredSample], total: int
) -> None:
    """Write the page of the dialogues that `results` are turns of, out of `total`, next to the report of the run.

    Raises `StoreError`.
    """
    from markupsafe import Markup

    found: dict[tuple[str, int], dict[int, ScoredResponse | UnscoredSample]] = {}
    for result in results:
        if place := dialogue_turn(result.sample):
            found.setdefault((place[0], result.epoch), {})[place[1]] = result
    shown = [_dialogue(name, epoch, turns) for (name, epoch), turns in found.items()]
    style = (Path(__file__).parent / "static" / "dialogues.css").read_text(encoding="utf-8")
    languages = sorted({one["language"] for one in shown})
    style += "".join(
        f'body:has(#lang-{n}:checked) article:not([data-lang="{n}"]) {{ display: none; }}\n'
        for n in range(len(languages))
    )
    digest = b64encode(sha256(style.encode()).digest()).decode()
    write_template(
        path,
        "dialogues.html.j2",
        title=report.parent.name,
        report=report.name,
        style=Markup(style),  # noqa: S704  # our own file
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        headline=format_headline(summary),
        languages=languages,
        dialogues=shown,
        count=len({name for name, _ in found}),
        total=total,
        tables=_tables(summary.by_turn, summary.turn_changes),
    )


def _tables(metrics: DialogueMetrics | None, changes: TurnChanges | None) -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = []
    rows: list[list[Any]]
    if metrics:
        turns = [f"turn {turn}" for turn in metrics.by_turn]
        rows = [
            [language, number, *map(format_metric, shares)]
            + [_bounds(metrics, turn, language) for turn in metrics.by_turn]
            for language, number, shares in turn_rows(metrics)
        ]
        head = ["mean of four accuracies", "prompts", *turns, *(f"{turn}, 95 %" for turn in turns)]
        tables.append({"head": head, "rows": rows})
    if changes:
        head = [f"drop, turn {changes.first} to {changes.last}", "dialogues", "first", "last", "drop", "95 %"]
        rows = [
            [language, number, format_metric(first), format_metric(last), f"{drop:.1f}", _range(low, high)]
            for language, number, first, last, drop, low, high in drop_rows(changes)
        ]
        tables.append({"head": head, "rows": rows})
        head = ["forgotten: followed in a turn, broken in the next", "followed", "forgotten", "share, %"]
        counted = {turn.replace("_", " "): found[ALL] for turn, found in changes.forgotten.items()}
        counted |= {id: one for id, one in changes.forgotten_by_id.items() if one.forgotten}
        rows = [[name, one.followed, one.forgotten, format_metric(one.share)] for name, one in counted.items()]
        tables.append({"head": head, "rows": rows})
    return tables


def _bounds(metrics: DialogueMetrics, turn: int, language: str) -> str:
    one = metrics.by_turn[turn].get(language)
    return _range(*(None if bound is None else 100 * bound for bound in (one.low, one.high))) if one else "-"


def _range(low: float | None, high: float | None) -> str:
    return "-" if low is None or high is None else f"[{low:.1f}, {high:.1f}]"


def _dialogue(name: str, epoch: int, turns: dict[int, ScoredResponse | UnscoredSample]) -> dict[str, Any]:
    shown: list[dict[str, Any]] = []
    before: TurnRow | None = None
    at = 0
    language = ""
    for number in sorted(turns):
        result = turns[number]
        language = str(result.sample.meta.get("language", ""))
        row = _row(result)
        shown.append(
            {
                "number": number,
                "said": list(_new_turns(result, at)),
                **_response(result, _forgotten(before, row) if row else []),
            }
        )
        at, before = len(result.sample.turns), row
    return {
        "name": name,
        "epoch": epoch,
        "language": language,
        "tag": LANGUAGES.get(language, "und"),
        "turns": shown,
        "forgotten": sum(len(turn["forgotten"]) for turn in shown),
    }


def _new_turns(result: ScoredResponse | UnscoredSample, at: int) -> Iterator[dict[str, str]]:
    """Yield the turns of a sample that the turn before does not have; a response that is not scored among them."""
    sample, response = result.sample, result.response
    for place, turn in enumerate(sample.turns):
        if place <= at and not (at == 0 and place == 0):
            continue  # also the gap of the scored response before, which is shown with its verdicts
        if not turn.is_gap:
            yield {"role": turn.role, "text": turn.text, "about": "sent as pictures" if turn.pictures else ""}
            continue
        number = count_requests(sample.turns[:place])
        said = response.earlier[number - 1] if response and len(response.earlier) >= number else {}
        yield {"role": turn.role, "text": said.get("text", ""), "about": f"not scored {describe_stop(said)}".strip()}


def _row(result: ScoredResponse | UnscoredSample) -> TurnRow | None:
    if not isinstance(result, ScoredResponse):
        return None
    ids = tuple(instruction.id for instruction in result.sample.instructions)
    strict, loose = (bytes(v.followed for v in verdicts) for verdicts in (result.strict, result.loose))
    return TurnRow("", "", ids, strict, loose)


def _forgotten(before: TurnRow | None, after: TurnRow) -> list[int]:
    return find_forgotten(before, after) if before else []


def _response(result: ScoredResponse | UnscoredSample, forgotten: Sequence[int]) -> dict[str, Any]:
    if not isinstance(result, ScoredResponse):
        return {"unscored": f"{result.cause}: {result.message}", "verdicts": [], "forgotten": [], "pieces": []}
    verdicts = [
        {
            "id": instruction.id,
            "followed": strict.followed,
            "reason": strict.reason,
            "loose": "" if strict.followed == loose.followed else "followed" if loose.followed else "not followed",
            "forgotten": number in forgotten,
        }
        for number, (instruction, strict, loose) in enumerate(
            zip(result.sample.instructions, result.strict, result.loose, strict=True)
        )
    ]
    return {
        "unscored": "",
        "verdicts": verdicts,
        "forgotten": [result.sample.instructions[number].id for number in forgotten],
        "followed": sum(verdict["followed"] for verdict in verdicts),
        "about": describe_stop({"stop": result.response.stop}) or ("blank" if result.blank else ""),
        "pieces": list(_pieces(result.response.text, [v for v in result.strict if not v.followed])),
    }


def _pieces(text: str, verdicts: Sequence[Verdict]) -> Iterator[tuple[str, bool]]:
    """Yield the text in pieces, each with whether a broken instruction marks it."""
    at = 0
    for start, end in sorted(span for verdict in verdicts for span in verdict.spans):
        if start > at:
            yield text[at:start], False
        if end > max(start, at):
            yield text[max(start, at) : end], True
        at = max(at, end)
    if at < len(text):
        yield text[at:], False
