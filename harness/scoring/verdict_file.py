"""The lines of `verdicts.jsonl`: what became of each question in each epoch, and of which files that was said."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from scorers import Verdict, score

from .. import __version__
from ..errors import StoreError
from .results import ScoredResponse, UnscoredSample

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tasks.sample import Sample

    from ..adapters.base import Response

FLAGS = ("truncated", "refused", "blank")
"""What is told of an answer beside its verdicts."""


@dataclass(frozen=True)
class ScoringBasis:
    """What verdicts were made from: they stand as long as it is the same."""

    ifharness: str
    """Version that judged."""
    responses: int
    """Bytes of `responses.jsonl`, to which lines are only ever appended."""
    failures: int
    """Bytes of `failures.jsonl`."""

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Return what verdicts made now would be made from."""
        return cls(__version__, _size(folder / "responses.jsonl"), _size(folder / "failures.jsonl"))

    def to_json(self) -> dict[str, Any]:
        """Return the content of `judged.json`."""
        return asdict(self)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def to_verdict_line(result: ScoredResponse | UnscoredSample) -> dict[str, Any]:
    """Return the line of a result.

    A scored answer: `verdicts`, one an instruction in the order of the sample, and the figures of both readings. A
    verdict is the strict one; `loose` stands in it only where it is another: followed loosely, but not strictly. An
    unscored question: `unscored`, its cause, and `message`.
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
    line["verdicts"] = [_verdict(*each) for each in zip(ids, result.strict, result.loose, strict=True)]
    return line | {"strict": _figures(result.strict), "loose": _figures(result.loose)}


def from_verdict_line(
    line: dict[str, Any], sample: Sample, response: Response | None
) -> ScoredResponse | UnscoredSample:
    """Read back what `to_line` wrote of a question; raises `StoreError` for a line that does not go with it."""
    if "unscored" in line:
        return UnscoredSample(sample, line["epoch"], line["unscored"], line["message"], response)
    if response is None:
        raise StoreError(f"sample {sample.id}, epoch {line['epoch']} has verdicts, but no answer; score the run again")
    try:
        strict = [Verdict.from_json(record) for record in line["verdicts"]]
        loose = [_loose(record) for record in line["verdicts"]]
        flags = {name: name in line.get("flags", ()) for name in FLAGS}
        return ScoredResponse(sample, response, strict, loose, tuple(line.get("extracted", ())), **flags)
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"sample {sample.id}: its verdicts are damaged ({error}); score the run again") from None


def _loose(record: dict[str, Any]) -> Verdict:
    return Verdict.from_json({"version": record["version"], **record["loose"]} if "loose" in record else record)


def _verdict(id: str, strict: Verdict, loose: Verdict) -> dict[str, Any]:
    record = strict.to_json(id)
    if loose.followed != strict.followed:
        record["loose"] = loose.to_json(id)
        del record["loose"]["id"], record["loose"]["version"]
    return record


def _figures(verdicts: Sequence[Verdict]) -> dict[str, float]:
    return {name: round(value, 6) for name, value in score(verdicts).to_json().items()}
