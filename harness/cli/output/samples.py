"""Prints samples with their responses and verdicts."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from tasks.dialogue import turns_as_sent
from tasks.formats.published_record import published_id

from ...dataset.published import read_set
from ...errors import ConfigError
from ...scoring.results import ScoredResponse
from ...scoring.score import describe_unscored, score_responses
from ...store.run_folder import RunFolder, find_run
from .console import WIDTH, console, print_text
from .highlight import highlight

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rich.console import Console

    from tasks.pictures.picture import Picture
    from tasks.sample import Sample, Turn


def print_samples(path: str, *, id: str, task: str | None, limit: int | None) -> None:
    """Print the prompts of a samples file or a published set."""
    out = console()
    found = 0
    for sample in islice(_matching(read_set(path).samples, id, task), limit):
        found += 1
        _sample(out, sample)
        for number, instruction in enumerate(sample.instructions, 1):
            print_text(out, f"{number}. {json.dumps(instruction.to_json(), ensure_ascii=False)}")
        print_text(out, "")
    _none_found(found, path)


def print_run_samples(name: str, *, id: str, task: str | None, limit: int | None, failed: bool) -> None:
    """Print the responses of a run with their verdicts and the relevant spans marked."""
    out = console()
    found = 0
    with RunFolder.load(find_run(name)) as store:
        names = store.manifest.extract
        for result in score_responses(store, store.manifest.rules, names, lambda s: _matches(s, id, task)):
            if found == limit:
                break
            if isinstance(result, ScoredResponse):
                if failed and all(verdict.followed for verdict in result.strict):
                    continue
                _row(out, result)
            elif failed:
                continue
            else:
                print_text(out, describe_unscored(result))
            found += 1
    _none_found(found, name)


def _matching(samples: Iterable[Sample], id: str, task: str | None) -> Iterator[Sample]:
    return (sample for sample in samples if _matches(sample, id, task))


def _matches(sample: Sample, id: str, task: str | None) -> bool:
    return (sample.id.startswith(id) or _is_published(sample, id)) and task in (None, sample.task)


def _is_published(sample: Sample, id: str) -> bool:
    # LiveBench's ids of 64 digits are printed cut, so their start is enough. IFEval's short numbers must match.
    published = published_id(sample)
    return published == id or (len(id) >= 8 and published.startswith(id))


def _none_found(found: int, where: str) -> None:
    if not found:
        raise ConfigError(f"no sample in {where!r} matches; rerun without --id, --task or --failed")


def _sample(out: Console, sample: Sample, earlier: Sequence[Mapping[str, Any]] = ()) -> None:
    published = f" ({published_id(sample)[:20]})" if published_id(sample) else ""
    print_text(out, f"── sample {sample.id}{published}, {sample.task}, rules {sample.rules} ".ljust(WIDTH, "─"))
    for turn, odd in turns_as_sent(sample.turns, earlier):
        about = f"{turn.role}, {odd}" if odd else turn.role
        text = "(the model's own response goes here)" if turn.is_gap else _show_parts(turn)
        print_text(out, text if len(sample.turns) == 1 else f"[{about}]\n{text}")
    print_text(out, "")


def _show_parts(turn: Turn) -> str:
    """Return what a turn says, with the file of each picture before the text that it shows."""
    return "".join(
        f"{_describe_picture(part.picture)}{part.text}" if part.picture else part.text for part in turn.parts
    )


def _describe_picture(picture: Picture) -> str:
    place = picture.path or picture.name
    return f"[picture {place}, {picture.width} x {picture.height} pixels, which shows this text:]\n"


def _row(out: Console, row: ScoredResponse) -> None:
    _sample(out, row.sample, row.response.earlier)
    about = f"response of {row.response.model}, epoch {row.response.epoch}"
    flags = [name for name in ("truncated", "refused", "blank") if getattr(row, name)]
    print_text(out, f"── {', '.join([about, *flags])} ".ljust(WIDTH, "─"))
    out.print(highlight(row.response.text, [s for v in row.strict if not v.followed for s in v.spans]))
    for number, (instruction, verdict) in enumerate(zip(row.sample.instructions, row.strict, strict=True)):
        word = "followed" if verdict.followed else "NOT FOLLOWED"
        print_text(out, f"{word}: {instruction.id}: {verdict.reason}")
        asked = row.sample.find_sentence(number)
        print_text(out, f"  {'instruction' if asked else 'rule'}: {asked or instruction.describe()}")
    print_text(out, "")
