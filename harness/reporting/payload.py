"""Payload: every answer of a report, packed for the script in the page; base64, so nothing of it can be markup."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from tasks.dialogue import describe_stop

from ..sanitize import ACTING, JOINERS
from ..scoring.results import ScoredResponse
from ..scoring.verdict_file import FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scorers import Verdict
    from tasks.diagnostics import DiagnosticFlag
    from tasks.sample import Sample

    from ..adapters.base import Response
    from ..scoring.results import UnscoredSample

FORMAT = 1
"""Format number of the payload, known to `static/js/data.js`."""
QUICK, SMALL = 1, 9
"""Levels of deflate: for the tail of a run, and for a file to be mailed."""
_BLOCK = 1 << 18
"""Bytes of JSON after which a block ends: one is unpacked when one of its samples is opened or searched."""


class Payload:
    """Packs samples with their answers, one at a time; what is kept is the packed form.

    The index says of every sample what lists and filters need, and in which block its texts stand. A block is a JSON
    list, deflated without a header, in base64. Spans stay code points into the text as it is; the script neutralises
    what it shows.
    """

    def __init__(self, level: int = QUICK) -> None:
        self.samples = self.answers = self.unscored = 0
        self._level = level
        self._names: dict[str, dict[str, int]] = {"tasks": {}, "ids": {}, "causes": {}, "findings": {}}
        self._index: list[str] = []
        self._firsts: list[int] = []
        self._blocks: list[str] = []
        self._open: list[bytes] = []
        self._size = 0

    def add(
        self,
        sample: Sample,
        results: Sequence[tuple[int, ScoredResponse | UnscoredSample]],
        place: int = -1,
        findings: Sequence[Sequence[DiagnosticFlag]] = (),
    ) -> None:
        """Pack a sample with what became of it: (number of the run, result), in the order in which they are shown.

        `place` is where the sample is listed, by default in the order of packing; `findings` are those of each result.
        """
        ids = [self._number("ids", instruction.id) for instruction in sample.instructions]
        marks = [self._mark(run, result) for run, result in results]
        answers = [
            _scored(result) if isinstance(result, ScoredResponse) else _unscored(result) for _, result in results
        ]
        for mark, answer, found in zip(marks, answers, findings, strict=False):
            if found:  # what is not flagged takes no room
                reasons = sorted((self._number("findings", one.name), one.reason) for one in found)
                mark.append(sum(1 << number for number, _ in reasons))
                answer["findings"] = [reason for _, reason in reasons]
        entry = [sample.id, self._number("tasks", sample.task), sample.article_id, ids, marks]
        self._index.append(_json([*entry, self.samples if place < 0 else place]).decode())
        record = {
            "turns": [(turn.role, turn.text) for turn in sample.turns],
            "asked": [instruction.describe() for instruction in sample.instructions],
            "answers": answers,
        }
        if not self._open:
            self._firsts.append(self.samples)
        self._open.append(_json(record))
        self._size += len(self._open[-1])
        self.samples += 1
        if self._size >= _BLOCK:
            self._end_block()

    def packed(self, runs: Sequence[dict[str, str]]) -> Iterator[str]:
        """Yield the index, then the blocks; `runs` are those that the numbers of runs mean, with what names them."""
        self._end_block()
        about = {
            "format": FORMAT,
            "runs": list(runs),
            "flags": FLAGS,
            "acting": ACTING,
            "joiners": JOINERS,
            "firsts": self._firsts,
            **{kind: list(names) for kind, names in self._names.items()},
        }
        head = _json(about)[:-1]
        yield self._pack(head + b',"samples":[' + ",".join(self._index).encode() + b"]}")
        yield from self._blocks

    def _mark(self, run: int, result: ScoredResponse | UnscoredSample) -> list[Any]:
        """Return run, epoch, and the verdicts as letters (loose ones only where they differ) or the cause."""
        if not isinstance(result, ScoredResponse):
            self.unscored += 1
            return [run, result.epoch, self._number("causes", result.cause)]
        self.answers += 1
        strict, loose = (
            "".join("1" if verdict.followed else "0" for verdict in verdicts)
            for verdicts in (result.strict, result.loose)
        )
        flags = sum(getattr(result, name) << bit for bit, name in enumerate(FLAGS))
        return [run, result.epoch, strict, loose if loose != strict else "", flags]

    def _number(self, kind: str, name: str) -> int:
        names = self._names[kind]
        return names.setdefault(name, len(names))

    def _end_block(self) -> None:
        if self._open:
            self._blocks.append(self._pack(b"[" + b",".join(self._open) + b"]"))
            self._open, self._size = [], 0

    def _pack(self, data: bytes) -> str:
        deflate = zlib.compressobj(self._level, zlib.DEFLATED, -zlib.MAX_WBITS)
        return b64encode(deflate.compress(data) + deflate.flush()).decode("ascii")


def _json(value: Any) -> bytes:
    # Of all characters only lone surrogates cannot be UTF-8; a backslash escape is what JSON writes for them.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _scored(row: ScoredResponse) -> dict[str, Any]:
    response = row.response
    record = {
        "text": response.text,
        "verdicts": [_verdict(*both) for both in zip(row.strict, row.loose, strict=True)],
        "facts": describe_facts(response, row.extracted),
    }
    record |= _earlier(response)
    return record | ({"thinking": response.reasoning} if response.reasoning else {})


def _verdict(strict: Verdict, loose: Verdict) -> list[Any]:
    """Return reason, spans, how many places are not among them, and the loose reason where it differs.

    Spans are a flat list, each from the end of the one before: how far it is, and how long (small numbers pack well).
    """
    spans: list[int] = []
    at = 0
    for start, end in strict.spans:
        spans += (start - at, end - start)
        at = end
    record = [strict.reason, spans, max(0, strict.span_count - len(strict.spans))]
    return [*record, loose.reason] if loose.followed != strict.followed else record


def _unscored(item: UnscoredSample) -> dict[str, Any]:
    record: dict[str, Any] = {"message": item.message}
    if item.response:
        record |= {"text": item.response.text, "facts": describe_facts(item.response, ()), **_earlier(item.response)}
    return record


def _earlier(response: Response) -> dict[str, Any]:
    """Return the answers before this one in its dialogue, each with what is odd about it; nothing without one."""
    return {"earlier": [(said["text"], describe_stop(said)) for said in response.earlier]} if response.earlier else {}


def describe_facts(response: Response, extracted: Sequence[str]) -> list[str]:
    """Return what is known of an answer beside its text, in words."""
    raw = f" ({response.raw_stop})" if response.raw_stop and response.raw_stop != response.stop else ""
    told = [f"model {response.model}", f"stop {response.stop}{raw}"]
    if response.usage:
        told.append("tokens " + ", ".join(f"{name} {count}" for name, count in response.usage.items()))
    if response.cost is not None:
        told.append(f"${response.cost:.6f}")
    told.append(f"{response.seconds:.2f} s, {response.attempts} attempt{'s' if response.attempts != 1 else ''}")
    if response.request_id:
        told.append(f"request {response.request_id}")
    if extracted:
        told.append(f"taken off before reading: {', '.join(extracted)}")
    return told
