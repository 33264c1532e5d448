"""What the verbs print: the outcome of a run, samples, answers with their verdicts, drawing rates."""

from __future__ import annotations

import json
import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.formats.published_record import published_id
from tasks.formats.question_set import read_samples

from .cost import dollars, prices_told
from .cost import told as spending
from .dialogue import as_asked
from .drawn import rates, sizes, unmet_pairs
from .errors import ConfigError
from .hydrated import terms_told
from .marking import marked
from .rejected import rejected_told, tell_rejected
from .safe import plain, tell_notes
from .scoring import judge_all, unscored_line
from .store import Store, find_run
from .summary import Row
from .tables import WIDTH, console, headline, print_failed, print_summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rich.console import Console

    from tasks.generate.generator import GeneratedSet
    from tasks.sample import Sample

    from .estimate import Amount, Estimate
    from .published import Imported
    from .run import Outcome
    from .scoring import Scored

FAILED_SHOWN = 2
"""Failed verdicts shown after a run."""
IMPORT_FORMAT = 1
"""Format number of `ifh import --json`."""


def tell_outcome(outcome: Outcome, *, as_json: bool) -> None:
    """Print the result of `ifh run`."""
    asked, notes = outcome.asked, list(outcome.notes)
    if asked.stopped:
        notes.append(asked.why)
    if outcome.drawn and outcome.drawn.skipped:
        notes.append(f"{outcome.drawn.skipped} articles skipped: they have no sentences")
    if blank := outcome.scored.summary.blank:
        said = "blank answer follows" if blank == 1 else "blank answers follow"
        notes.append(f"{blank} {said} nothing and count so; --retry blank asks again")
    if outcome.drawn and outcome.drawn.rejected:
        notes.append(rejected_told(outcome.drawn.rejected))
    if as_json:
        tell_notes(notes)
    more = {"stopped": asked.stopped, "why": asked.why} if asked.stopped else {}
    tell_scored(outcome.store, outcome.scored, as_json=as_json, notes=notes, more=more)


def tell_scored(
    store: Store, scored: Scored, *, as_json: bool, notes: Iterable[str] = (), more: Mapping[str, str] | None = None
) -> None:
    """Print figures, some failed verdicts, and where the report is; or `scores.json` as it is on disk, and `more`."""
    if as_json:
        _say_json({**scored.summary.to_json(), **(more or {})})
        return
    out = console()
    print_summary(out, scored.summary, store.folder.name, str(store.info["plan"].get("model", "")), list(notes))
    for item in islice(scored.unscored, FAILED_SHOWN):
        _say(out, unscored_line(item))
    print_failed(out, scored.rows, FAILED_SHOWN)
    if scored.rows:
        _say(out, f"answers that did not do their task: ifh diagnose {store.folder.name}")
    _say(out, f"report: {shortest(scored.report)}")


def tell_imported(done: Sequence[Imported], *, as_json: bool) -> None:
    """Print the result of `ifh import`: a single run as after a run, several with a headline each."""
    if as_json:
        runs = [{"run": one.store.folder.name, **one.scored.summary.to_json()} for one in done]
        for one in done:
            tell_notes(one.notes)
        _say_json({"format": IMPORT_FORMAT, "runs": runs})
        return
    if len(done) == 1:
        tell_scored(done[0].store, done[0].scored, as_json=False, notes=done[0].notes)
        return
    out = console()
    for one in done:
        _say(out, f"{one.store.folder.name}  {one.store.plan.values['model']}")
        for said in (headline(one.scored.summary), *one.notes):
            _say(out, f"  {said}")


def tell_estimate(found: Estimate, *, as_json: bool) -> None:
    """Print what a run would take."""
    if as_json:
        _say_json(found.to_json())
        return
    out = console()
    rows = {
        "model": f"{found.model}, asked by {found.adapter}",
        "samples": f"{found.samples:,}, {found.epochs} answer{'s' * (found.epochs != 1)} each",
        "requests": f"{found.to_ask:,} still to ask, {found.already:,} settled before",
        "input": f"{_between(found.input_tokens, '{:,.0f}'.format)} tokens",
        "output": f"{_between(found.output_tokens, '{:,.0f}'.format)} tokens",
        "cost": _between(found.cost, dollars) if found.cost else "unknown: no model file knows the prices",
        "prices": prices_told(found.prices) if found.prices else "unknown",
        "spent": spending(found.spent) if found.already or found.spent.tokens else "nothing so far",
        "folder": found.folder,
    }
    for name, said in rows.items():
        _say(out, f"{name:<9} {said}")
    for said in (*found.rules, "attempts that are repeated come on top; nothing was asked", *found.notes):
        _say(out, said)


def _between(amount: Amount, shown: Callable[[float], str]) -> str:
    """Return "between 1,200 and 9,000, likely 2,400"."""
    low, high = ("unknown" if end is None else shown(end) for end in (amount.low, amount.high))
    likely = "" if amount.likely is None else f", likely {shown(amount.likely)}"
    return f"between {low} and {high}{likely}" if low != high else f"{low}"


def _say_json(record: Mapping[str, Any]) -> None:
    print(json.dumps(record, ensure_ascii=False, indent=2))  # noqa: T201  # the command's output


def shortest(path: Path) -> str:
    """Return `path` as seen from the working folder where that is shorter."""
    relative = os.path.relpath(path)
    return relative if len(relative) <= len(str(path)) else str(path)


def tell_drawn(drawn: GeneratedSet, out: str, *, card: str, without_text: bool = False) -> None:
    """Print how often each instruction was drawn and kept."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("instruction", "drawn", "kept", *(["expected"] if drawn.expected else []), "rate"):
        table.add_column(name, justify="left" if name == "instruction" else "right")
    for id, counts in rates(drawn).items():
        wanted = [f"{counts['expected']:.1f}"] if drawn.expected else []
        table.add_row(plain(id), str(counts["drawn"]), str(counts["kept"]), *wanted, f"{counts['rate']:.0%}")
    shown = console()
    shown.print(table)
    _say(shown, f"\n{len(drawn.samples)} samples in {out}, each with a witness; data card: {card}")
    _tell_set(shown, drawn)
    if drawn.skipped:
        _say(shown, f"{drawn.skipped} articles skipped: they have no sentences")
    tell_rejected(shown, drawn.rejected)
    if not without_text and (told := terms_told(drawn.samples)):
        _say(shown, f"\n{told}")


def _tell_set(out: Console, drawn: GeneratedSet) -> None:
    """Print how many instructions the samples have, and how many pairs of the pool meet in one."""
    told = ", ".join(f"{number} in {times}" for number, times in sizes(drawn).items())
    _say(out, f"instructions of a sample: {told}")
    possible, unmet = len(drawn.ids) * (len(drawn.ids) - 1) // 2, len(unmet_pairs(drawn))
    if possible:
        _say(out, f"pairs of instructions: {possible - unmet} of {possible} met in a sample, {unmet} not met")
    whole = sum(drawn.kept.values())
    if drawn.expected and whole > sum(len(sample.instructions) for sample in drawn.samples):
        _say(out, "kept and expected are of the whole set, which is what is balanced; FILE holds the first of it")


def show_samples(path: str, *, id: str, task: str | None, limit: int | None) -> None:
    """Print the questions of a samples file or a published set."""
    out = console()
    found = 0
    for sample in islice(_matching(read_samples(path), id, task), limit):
        found += 1
        _sample(out, sample)
        for number, instruction in enumerate(sample.instructions, 1):
            _say(out, f"{number}. {json.dumps(instruction.to_json(), ensure_ascii=False)}")
        _say(out, "")
    _none_found(found, path)


def show_run(name: str, *, id: str, task: str | None, limit: int | None, failed: bool) -> None:
    """Print the answers of a run, each with its verdicts and the decisive places marked."""
    out = console()
    found = 0
    with Store.load(find_run(name)) as store:
        names = tuple(store.info.get("extract", ()))
        for result in judge_all(store, store.info.get("rules"), names, lambda s: _matches(s, id, task)):
            if found == limit:
                break
            if isinstance(result, Row):
                if failed and all(verdict.followed for verdict in result.strict):
                    continue
                _row(out, result)
            elif failed:
                continue
            else:
                _say(out, unscored_line(result))
            found += 1
    _none_found(found, name)


def _matching(samples: Iterable[Sample], id: str, task: str | None) -> Iterator[Sample]:
    return (sample for sample in samples if _matches(sample, id, task))


def _matches(sample: Sample, id: str, task: str | None) -> bool:
    return (sample.id.startswith(id) or _is_published(sample, id)) and task in (None, sample.task)


def _is_published(sample: Sample, id: str) -> bool:
    # LiveBench's ids of 64 digits are shown cut; IFEval's short numbers are meant whole.
    published = published_id(sample)
    return published == id or (len(id) >= 8 and published.startswith(id))


def _none_found(found: int, where: str) -> None:
    if not found:
        raise ConfigError(f"{where} holds nothing that matches; try it without --id, --task or --failed")


def _sample(out: Console, sample: Sample, earlier: Sequence[Mapping[str, Any]] = ()) -> None:
    published = f" ({published_id(sample)[:20]})" if published_id(sample) else ""
    _say(out, f"── sample {sample.id}{published}, {sample.task}, rules {sample.rules} ".ljust(WIDTH, "─"))
    for turn, odd in as_asked(sample.turns, earlier):
        about = f"{turn.role}, {odd}" if odd else turn.role
        text = "(here stands the model's own answer)" if turn.is_gap else turn.text
        _say(out, text if len(sample.turns) == 1 else f"[{about}]\n{text}")
    _say(out, "")


def _row(out: Console, row: Row) -> None:
    _sample(out, row.sample, row.response.earlier)
    about = f"answer of {row.response.model}, epoch {row.response.epoch}"
    flags = [name for name in ("truncated", "refused", "blank") if getattr(row, name)]
    _say(out, f"── {', '.join([about, *flags])} ".ljust(WIDTH, "─"))
    out.print(marked(row.response.text, [s for v in row.strict if not v.followed for s in v.spans]))
    for instruction, verdict in zip(row.sample.instructions, row.strict, strict=True):
        word = "followed" if verdict.followed else "NOT FOLLOWED"
        _say(out, f"{word}: {instruction.id}: {verdict.reason}")
    _say(out, "")


def _say(out: Console, text: Any) -> None:
    from rich.text import Text

    out.print(Text(plain(str(text))))
