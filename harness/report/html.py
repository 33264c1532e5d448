"""The report of a run as one HTML file: no script, nothing fetched, every text in it escaped."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import epochs
from ..errors import StoreError
from ..marking import segments
from ..safe import plain
from ..tables import counts, figure, headline, remarks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jinja2 import Template
    from markupsafe import Markup

    from scorers import Verdict
    from tasks.sample import Sample

    from ..adapter import Response
    from ..summary import Row, Summary, Unscored


def write_report(
    path: Path | str,
    run_info: Mapping[str, Any],
    summary: Summary,
    rows: Iterable[Row],
    unscored: Iterable[Unscored] = (),
) -> None:
    """Write the report of a run to `path`, replacing it whole; the same input gives the same bytes.

    `run_info` is the content of `run.json`, shown as it is. `rows` is read once, an answer at a time. Raises
    `StoreError` if the file cannot be written.
    """
    target = Path(path)
    draft = target.with_name(f"{target.name}.tmp")
    pieces = _template().stream(
        title=_title(run_info),
        info=list(_flat(run_info)),
        summary=summary,
        headline=headline(summary),
        counts=counts(summary),
        remarks=remarks(summary),
        figure=figure,
        epoch_rows=list(epochs.rows(summary.by_epoch)) if summary.by_epoch else [],
        shown_of=_shown_of(summary, rows, unscored),
        entries=(_entry(number, row) for number, row in enumerate(rows, 1)),
        missing=map(_missing, unscored),
    )
    pieces.enable_buffering(100)
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        raise StoreError(
            f"the report {target} cannot be written: {error.strerror}; the results beside it are kept, so make room or "
            "fix the permissions, and score the run again"
        ) from None
    finally:
        with suppress(OSError):
            draft.unlink()


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        # Whatever a template prints goes through here first, so no text can be forgotten.
        finalize=_neutral,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("run.html.j2")


def _shown_of(summary: Summary, rows: Iterable[Row], unscored: Iterable[Unscored]) -> dict[str, tuple[int, int]]:
    """Return how many the report holds, and how many there are in all, of what it holds only the first ones of."""
    given = {"answers": (rows, summary.scored), "unscored": (unscored, summary.unscored)}
    return {
        name: (len(some), total)
        for name, (some, total) in given.items()
        if isinstance(some, list) and len(some) < total
    }


def _neutral(value: Any) -> Any:
    # Marked-up text has a method of its own to say so, and was neutralised piece by piece.
    return plain(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _title(info: Mapping[str, Any]) -> str:
    plan = info.get("plan")
    model = info.get("model") or (plan.get("model") if isinstance(plan, dict) else "")
    parts = (info.get("name") or info.get("config"), model)
    return ", ".join(str(part) for part in parts if part) or "run"


def _flat(info: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield dotted names and values, in the order of the record."""
    for name, value in info.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _entry(number: int, row: Row) -> dict[str, Any]:
    """Return what the template shows of one scored answer."""
    followed = [verdict.followed for verdict in row.strict]
    flags = ("truncated", "refused", "blank")
    return {
        **_question(row.sample, row.epoch),
        "number": number,
        "followed": sum(followed),
        "total": len(followed),
        "flags": [flag for flag in flags if getattr(row, flag)],
        "instructions": [_instruction(row, index) for index in range(len(followed))],
        "answer": marked_html(row.response.text, row.strict),
        "blank": not row.response.text.strip(),
        "reasoning": row.response.reasoning,
        "facts": _facts(row.response, row.extracted),
    }


def _question(sample: Sample, epoch: int) -> dict[str, Any]:
    return {
        "id": sample.id,
        "epoch": epoch,
        "task": sample.task,
        "article": sample.article_id,
        "turns": [(turn.role, turn.text) for turn in sample.turns],
    }


def _instruction(row: Row, index: int) -> dict[str, Any]:
    strict, loose = row.strict[index], row.loose[index]
    instruction = row.sample.instructions[index]
    return {
        "id": instruction.id,
        "asked": instruction.describe(),
        "followed": strict.followed,
        "reason": strict.reason,
        "more": strict.span_count - len(strict.spans),
        "loose": loose.reason if loose.followed and not strict.followed else "",
    }


def _missing(item: Unscored) -> dict[str, Any]:
    response = item.response
    return {
        **_question(item.sample, item.epoch),
        "cause": item.cause,
        "message": item.message,
        "answer": response.text if response else "",
        "facts": _facts(response, ()) if response else [],
    }


def _facts(response: Response, extracted: Sequence[str]) -> list[str]:
    raw = f" ({response.raw_stop})" if response.raw_stop and response.raw_stop != response.stop else ""
    facts = [f"model {response.model}", f"stop {response.stop}{raw}"]
    if response.usage:
        facts.append("tokens " + ", ".join(f"{name} {count}" for name, count in response.usage.items()))
    if response.cost is not None:
        facts.append(f"${response.cost:.6f}")
    facts.append(f"{response.seconds:.2f} s, {response.attempts} attempt{'s' if response.attempts != 1 else ''}")
    if response.request_id:
        facts.append(f"request {response.request_id}")
    if extracted:
        facts.append(f"taken off before reading: {', '.join(extracted)}")
    return facts


def marked_html(text: str, verdicts: Sequence[Verdict]) -> Markup:
    """Return `text` escaped and neutralised, the decisive places of `verdicts` in <mark> with their numbers."""
    from markupsafe import Markup, escape

    # Answers have dozens of marked places: each kind of mark is put together once, and plain strings are joined.
    heads: dict[tuple[int, ...], str] = {}
    pieces: list[str] = []
    for piece, cover in segments(text, [verdict.spans for verdict in verdicts]):
        shown = escape(plain(piece))
        if cover:
            pieces += (heads.get(cover) or heads.setdefault(cover, _mark(cover, verdicts)), shown, "</mark>")
        else:
            pieces.append(shown)
    return Markup("".join(pieces))  # noqa: S704 - every piece was escaped above


def _mark(cover: tuple[int, ...], verdicts: Sequence[Verdict]) -> str:
    """Return the tag that begins a place which these verdicts point at; nothing in it comes from outside."""
    named = [f"{i + 1} ({'followed' if verdicts[i].followed else 'not followed'})" for i in cover]
    kind = "yes" if all(verdicts[i].followed for i in cover) else "no"
    return f'<mark class="{kind}" title="instruction{"s" if len(cover) > 1 else ""} {", ".join(named)}">'
