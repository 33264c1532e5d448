"""The lines of `verdicts.jsonl`: the result of each sample in each epoch, and the state of the files it rests on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from scorers import Verdict, score
from tasks.limits.value_kinds import FLAG, TABLE, TEXT, TEXTS, WHOLE, ValueKind, find_wrong_kind, list_of

from .. import __version__
from ..errors import StoreError
from ..store.manifest import load_json_file
from ..store.run_folder import FAILURES, RESPONSES
from ..store.samples.growth import BASIS
from .results import ScoredResponse, UnscoredSample

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tasks.sample import Sample

    from ..adapters.base import Response

FLAGS = ("truncated", "refused", "blank")
"""Properties of a response that are reported beside its verdicts."""


@dataclass(frozen=True)
class ScoringBasis:
    """What verdicts were made from: they are current as long as it is the same."""

    ifharness: str
    """Version that scored."""
    responses: int
    """Bytes of `responses.jsonl`, to which lines are only ever appended."""
    failures: int
    """Bytes of `failures.jsonl`."""

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Return what verdicts made now would be made from."""
        return cls(__version__, _size(folder / RESPONSES), _size(folder / FAILURES))

    def to_json(self) -> dict[str, Any]:
        """Return the content of `judged.json`."""
        return asdict(self)


def has_current_verdicts(folder: Path, suffix: str = "") -> bool:
    """Return whether the verdicts in a folder are of its responses as they are now, by this version of ifharness.

    `suffix` is that of the files of another rule book than the run's own (".ifeval").
    """
    try:
        saved = load_json_file(folder / f"{BASIS}{suffix}.json")
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(saved, dict) and ScoringBasis.of(folder).to_json().items() <= saved.items()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def to_verdict_line(result: ScoredResponse | UnscoredSample) -> dict[str, Any]:
    """Return the line of a result.

    A scored response: `verdicts`, one an instruction in the order of the sample, and the metrics of both modes. A
    verdict is the strict one; `loose` is in it only where it differs: followed loosely, but not strictly. An unscored
    sample: `unscored`, its cause, and `message`.
    """
    if isinstance(result, UnscoredSample):
        return {
            "sample_id": result.sample.id,
            "epoch": result.epoch,
            "unscored": result.cause,
            "message": result.message,
        }
    line: dict[str, Any] = {"sample_id": result.sample.id, "epoch": result.epoch}
    if result.extracted:
        line["extracted"] = list(result.extracted)
    if flags := [flag for flag in FLAGS if getattr(result, flag)]:
        line["flags"] = flags
    ids = (instruction.id for instruction in result.sample.instructions)
    line["verdicts"] = [_to_record(*each) for each in zip(ids, result.strict, result.loose, strict=True)]
    return line | {"strict": _metrics(result.strict), "loose": _metrics(result.loose)}


def from_verdict_line(
    line: dict[str, Any], sample: Sample, response: Response | None
) -> ScoredResponse | UnscoredSample:
    """Read back what `to_verdict_line` wrote of a sample; raises `StoreError` for a line that does not fit it."""
    if wrong := find_damage(line):
        raise StoreError(f"sample {sample.id}: its verdicts are damaged ({wrong}); score the run again")
    if "unscored" in line:
        return UnscoredSample(sample, line["epoch"], line["unscored"], line["message"], response)
    if response is None:
        raise StoreError(f"sample {sample.id}, epoch {line['epoch']}: verdicts without a response; score the run again")
    try:
        strict = [Verdict.from_json(record) for record in line["verdicts"]]
        loose = [_loose(record) for record in line["verdicts"]]
        flags = {name: name in line.get("flags", ()) for name in FLAGS}
        return ScoredResponse(sample, response, strict, loose, tuple(line.get("extracted", ())), **flags)
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"sample {sample.id}: its verdicts are damaged ({error}); score the run again") from None


def _are_spans(value: object) -> bool:
    """Return whether a value is a list of spans: a plain loop, because every verdict that is read has such a list."""
    if type(value) is not list:
        return False
    for span in value:
        if not (type(span) is list and len(span) == 2 and type(span[0]) is int and type(span[1]) is int):
            return False
    return True


_VERDICT = {
    "id": TEXT,
    "followed": FLAG,
    "reason": TEXT,
    "version": WHOLE,
    "spans": ValueKind(_are_spans, "a list of pairs of numbers"),
    "span_count": WHOLE,
    "loose": TABLE,
}
_NEEDED = dict.fromkeys(("id", "followed", "reason", "spans", "version"))
_LINE = {
    "sample_id": TEXT,
    "epoch": WHOLE,
    "unscored": ValueKind(lambda value: isinstance(value, str) and bool(value), "a cause"),
    "message": TEXT,
    "flags": TEXTS,
    "extracted": TEXTS,
    "verdicts": list_of(TABLE, "a list of tables"),
}


def find_damage(line: dict[str, Any]) -> str:
    """Return what makes a line no line of `verdicts.jsonl`, "" for nothing."""
    needed = ("sample_id", "epoch", *(("unscored", "message") if "unscored" in line else ("verdicts",)))
    if missing := next((name for name in needed if name not in line), ""):
        return f"{missing} is missing"
    if wrong := find_wrong_kind(line, _LINE):
        return wrong
    for number, verdict in enumerate(line.get("verdicts", ()), 1):
        if not verdict.keys() >= _NEEDED.keys():
            return f"{next(name for name in _NEEDED if name not in verdict)} is missing in verdict {number}"
        wrong = find_wrong_kind(verdict, _VERDICT)
        if not wrong and "loose" in verdict:
            wrong = find_wrong_kind(verdict["loose"], _VERDICT, "loose.")
        if wrong:
            return f"{wrong} in verdict {number}"
    return ""


def _loose(record: dict[str, Any]) -> Verdict:
    return Verdict.from_json({"version": record["version"], **record["loose"]} if "loose" in record else record)


def _to_record(id: str, strict: Verdict, loose: Verdict) -> dict[str, Any]:
    record = strict.to_json(id)
    if loose.followed != strict.followed:
        record["loose"] = loose.to_json(id)
        del record["loose"]["id"], record["loose"]["version"]
    return record


def _metrics(verdicts: Sequence[Verdict]) -> dict[str, float]:
    return {name: round(value, 6) for name, value in score(verdicts).to_json().items()}
