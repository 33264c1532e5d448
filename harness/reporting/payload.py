"""Payload: every response of a report, packed in base64 for the script of the page, so that none of it is markup."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from tasks.dialogue import describe_stop
from tasks.errors import BadPicture
from tasks.pictures.png import shrink
from tasks.sample import dialogue_of

from ..sanitize import ACTING, JOINERS
from ..scoring.results import ScoredResponse
from ..scoring.verdict_file import FLAGS
from .facts import describe_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scorers import Verdict
    from tasks.diagnostics import DiagnosticFlag
    from tasks.pictures.picture import Picture
    from tasks.sample import Sample, Turn

    from ..adapters.base import Response
    from ..scoring.results import UnscoredSample

FORMAT = 2
"""Format number of the payload, known to `static/js/data.js`."""
ROWS = {
    "sample": ("id", "task", "article", "ids", "marks", "place", "picture"),
    "scored": ("run", "epoch", "strict", "loose", "flags", "findings"),
    "unscored": ("run", "epoch", "cause", "findings"),
    "verdict": ("reason", "spans", "unmarked", "loose"),
    "turn": ("role", "text", "parts"),
    "earlier": ("text", "stop", "scored"),
}
"""Names of the values in each kind of row, in order; `findings`, `loose` of a verdict, the number of the first
`picture` of a sample and the `parts` of a turn with pictures are missing where empty.

Rows are lists because names would be repeated in every response. The payload exports this table, and the script reads
rows by these names only.
"""
QUICK, SMALL = 1, 9
"""Levels of deflate: for the end of a run, and for a file to be mailed."""
MOST_PICTURES = 300
"""Pictures of a page: about 6 MB. Of the others it has the text and the name of the file."""
SMALLER = 2
"""How many times smaller a picture is in the page than the one that was sent."""
_BLOCK = 1 << 18
"""Bytes of JSON after which a block ends: the page unpacks a block when one of its samples is opened or searched."""
_BITS = 31
"""Flags or findings that a bit mask holds: bit operators of JavaScript work on signed 32-bit numbers."""


class Payload:
    """Packs samples with their responses, one sample at a time, and holds only the packed form.

    The index has, for every sample, what lists and filters need, and the number of the block with its texts. A block
    is a JSON list, deflated without a header, in base64. Spans count code points of the raw text; the script escapes
    characters that act when it shows them.
    """

    def __init__(self, level: int = QUICK) -> None:
        self.samples = self.answers = self.unscored = 0
        self._level = level
        self._names: dict[str, dict[str, int]] = {"tasks": {}, "ids": {}, "causes": {}, "findings": {}}
        self._pictures = Thumbnails()
        self._index: list[str] = []
        self._firsts: list[int] = []
        self._blocks: list[str] = []
        self._block: list[bytes] = []
        self._size = 0

    def add(
        self,
        sample: Sample,
        results: Sequence[tuple[int, ScoredResponse | UnscoredSample]],
        place: int | None = None,
        findings: Sequence[Sequence[DiagnosticFlag]] = (),
    ) -> None:
        """Pack a sample with its results, each with the number of its run, in the order of display.

        `place` is the position of the sample in the list, by default the order of packing. `findings` are those of
        each result; without diagnosis there are none.
        """
        found = findings or [()] * len(results)
        entry = {
            "id": sample.id,
            "task": self._number("tasks", sample.task),
            "article": sample.article_id,
            "ids": [self._number("ids", instruction.id) for instruction in sample.instructions],
            "marks": [self._mark(run, result, flags) for (run, result), flags in zip(results, found, strict=True)],
            "place": self.samples if place is None else place,
        }
        if pictures := sample.pictures:
            entry["picture"] = self._pictures.number(pictures[0])
        self._index.append(_json(_row("sample", entry)).decode())
        record = {
            "turns": [self._turn(turn) for turn in sample.turns],
            "asked": [sample.find_sentence(i) or one.describe() for i, one in enumerate(sample.instructions)],
            "rules": [i for i in range(len(sample.instructions)) if not sample.find_sentence(i)],
            "answers": [self._answer(result, flags) for (_, result), flags in zip(results, found, strict=True)],
        }
        if not self._block:
            self._firsts.append(self.samples)
        self._block.append(_json(record))
        self._size += len(self._block[-1])
        self.samples += 1
        if self._size >= _BLOCK:
            self._end_block()

    def pack(self, runs: Sequence[dict[str, str]]) -> Iterator[str]:
        """Yield the index, then the blocks; `runs` holds the names of the runs by number."""
        self._end_block()
        about = {
            "format": FORMAT,
            "rows": ROWS,
            "runs": list(runs),
            "flags": FLAGS,
            "acting": ACTING,
            "joiners": JOINERS,
            "firsts": self._firsts,
            **{kind: list(names) for kind, names in self._names.items()},
        }
        head = _json(about).removesuffix(b"}")
        yield self._pack(head + b',"samples":[' + ",".join(self._index).encode() + b"]}")
        yield from self._blocks

    def pack_pictures(self) -> Iterator[str]:
        """Yield the pictures by number, made smaller, as PNG files in base64; "" is one that cannot be shown."""
        yield from self._pictures.files

    def _turn(self, turn: Turn) -> list[Any]:
        """Return the row of a turn; parts are a text, or text, number, file name, width and height of a picture."""
        row = {"role": turn.role, "text": turn.text}
        if not turn.pictures:
            return _row("turn", row)
        parts = [
            [part.text, self._pictures.number(one), one.name, one.width, one.height]
            if (one := part.picture)
            else [part.text]
            for part in turn.parts
        ]
        return _row("turn", {**row, "parts": parts})

    def _mark(self, run: int, result: ScoredResponse | UnscoredSample, findings: Sequence[DiagnosticFlag]) -> list[Any]:
        """Return the index row of a result: its verdicts as letters (loose ones where they differ), or its cause."""
        mark: dict[str, Any] = {"run": run, "epoch": result.epoch}
        if findings:  # a result without findings takes no room
            mark["findings"] = _mask(self._number("findings", one.name) for one in findings)
        if not isinstance(result, ScoredResponse):
            self.unscored += 1
            return _row("unscored", mark | {"cause": self._number("causes", result.cause)})
        self.answers += 1
        strict, loose = (
            "".join("1" if verdict.followed else "0" for verdict in verdicts)
            for verdicts in (result.strict, result.loose)
        )
        flags = _mask(bit for bit, name in enumerate(FLAGS) if getattr(result, name))
        return _row("scored", mark | {"strict": strict, "loose": loose if loose != strict else "", "flags": flags})

    def _answer(self, result: ScoredResponse | UnscoredSample, findings: Sequence[DiagnosticFlag]) -> dict[str, Any]:
        """Return the texts of a result; reasons of findings are in the order of their bits."""
        record = _scored_record(result) if isinstance(result, ScoredResponse) else _unscored_record(result)
        reasons = sorted((self._number("findings", one.name), one.reason) for one in findings)
        return record | ({"findings": [reason for _, reason in reasons]} if reasons else {})

    def _number(self, kind: str, name: str) -> int:
        names = self._names[kind]
        return names.setdefault(name, len(names))

    def _end_block(self) -> None:
        if self._block:
            self._blocks.append(self._pack(b"[" + b",".join(self._block) + b"]"))
            self._block, self._size = [], 0

    def _pack(self, data: bytes) -> str:
        deflate = zlib.compressobj(self._level, zlib.DEFLATED, -zlib.MAX_WBITS)
        return b64encode(deflate.compress(data) + deflate.flush()).decode("ascii")


class Thumbnails:
    """Numbers pictures in the order in which they are first seen."""

    def __init__(self) -> None:
        self.files: list[str] = []
        """PNG files in base64; "" is one that is not there, or not as it was drawn."""
        self._numbers: dict[str, int] = {}

    def number(self, picture: Picture) -> int:
        """Return the number of a picture; one beyond `MOST_PICTURES` has the number -1, and is not in the page."""
        if picture.sha256 not in self._numbers:
            full = len(self.files) >= MOST_PICTURES
            self._numbers[picture.sha256] = -1 if full else len(self.files)
            self.files += [] if full else [_encode(picture)]
        return self._numbers[picture.sha256]


def _encode(picture: Picture) -> str:
    try:
        return b64encode(shrink(picture.read(), SMALLER)).decode("ascii")
    except BadPicture:
        return ""


def _row(kind: str, values: Mapping[str, Any]) -> list[Any]:
    """Return `values` in the order of `ROWS`; the last names of a row may be missing from them."""
    names = ROWS[kind][: len(values)]
    return [values[name] for name in names]


def _mask(bits: Iterator[int]) -> int:
    """Return a bit mask; raises `ValueError` for a bit that the script could not read."""
    mask = 0
    for bit in bits:
        if bit >= _BITS:
            raise ValueError(f"bit {bit} does not fit the masks of a report, which hold {_BITS}")
        mask |= 1 << bit
    return mask


def _json(value: Any) -> bytes:
    # Of all characters only lone surrogates cannot be UTF-8; a backslash escape is what JSON writes for them.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _scored_record(row: ScoredResponse) -> dict[str, Any]:
    response = row.response
    record = {
        "text": response.text,
        "verdicts": [_verdict(*both) for both in zip(row.strict, row.loose, strict=True)],
        "facts": describe_facts(response, row.extracted),
    }
    record |= _earlier(response, row.sample)
    return record | ({"thinking": response.reasoning} if response.reasoning else {})


def _verdict(strict: Verdict, loose: Verdict) -> list[Any]:
    """Return the row of a verdict; `loose` is the loose reason where the loose verdict differs.

    Spans are a flat list, each relative to the end of the one before: distance, then length (small numbers pack well).
    """
    spans: list[int] = []
    at = 0
    for start, end in strict.spans:
        spans += (start - at, end - start)
        at = end
    unmarked = max(0, strict.span_count - len(strict.spans))
    values = {"reason": strict.reason, "spans": spans, "unmarked": unmarked}
    return _row("verdict", values | ({"loose": loose.reason} if loose.followed != strict.followed else {}))


def _unscored_record(item: UnscoredSample) -> dict[str, Any]:
    record: dict[str, Any] = {"message": item.message}
    if item.response:
        record |= {
            "text": item.response.text,
            "facts": describe_facts(item.response, ()),
            **_earlier(item.response, item.sample),
        }
    return record


def _earlier(response: Response, sample: Sample) -> dict[str, Any]:
    """Return the responses before this one in its dialogue, each with an unusual stop; nothing outside a dialogue."""
    if not response.earlier:
        return {}
    scored = bool(dialogue_of(sample.meta))  # each is the response to another sample
    rows = ({"text": turn["text"], "stop": describe_stop(turn), "scored": scored} for turn in response.earlier)
    return {"earlier": [_row("earlier", row) for row in rows]}
