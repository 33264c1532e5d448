"""External responses: what a file of another program holds, whatever its format."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tasks.formats.multiif import NAME as MULTIIF
from tasks.formats.records import stem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from ..base import Failure, Response

RESPONSES, LIVEBENCH, IFEVAL, LM_EVAL = "responses", "livebench", "ifeval", "lm_eval"
OPENCOMPASS, INSPECT, EVALSCOPE, PROMPTFOO = "opencompass", "inspect_ai", "evalscope", "promptfoo"
FORMATS = {
    RESPONSES: "answers of an ifharness run",
    LIVEBENCH: "LiveBench answers",
    IFEVAL: "IFEval responses",
    LM_EVAL: "lm-eval samples",
    MULTIIF: "responses to Multi-IF's dialogues",
    OPENCOMPASS: "OpenCompass predictions",
    INSPECT: "inspect_ai samples",
    EVALSCOPE: "evalscope predictions",
    PROMPTFOO: "promptfoo results",
}
"""The formats, in words."""
HARNESSES = {
    LM_EVAL: "lm-eval",
    OPENCOMPASS: "OpenCompass",
    INSPECT: "inspect_ai",
    EVALSCOPE: "evalscope",
    PROMPTFOO: "promptfoo",
}
"""The formats that hold samples beside the responses, with the names of their programs."""
EXTRACT = ("thinking",)
"""Extractions applied to external responses before verification, where the format does not name others."""
_SHOWN = 5
_LONGEST = 20


@dataclass(frozen=True)
class SourceVerdicts:
    """What the program that wrote a file found about one response in one mode; None is not recorded."""

    each: tuple[bool, ...] | None = None
    """Followed or not, an instruction each."""
    all_followed: bool | None = None
    count: float | None = None
    """How many instructions are followed."""

    def agrees_with(self, ours: Sequence[bool]) -> bool | None:
        """Return whether our verdicts are the same as far as recorded; None where there is nothing to compare."""
        if self.each is not None:
            return self.each == tuple(ours) if len(self.each) == len(ours) else None
        if self.all_followed is None and self.count is None:
            return None
        same_all = self.all_followed in (None, all(ours))
        return same_all and (self.count is None or abs(self.count - sum(ours)) < 1e-6)


@dataclass(frozen=True)
class ExternalResponse:
    """One record of a file of responses; which sample it belongs to is not known yet."""

    place: str
    ids: tuple[str, ...]
    """What names its sample, as text."""
    prompt: str
    """The prompt where the record holds it, without white space around it."""
    said: Response | Failure
    has_epoch: bool = False
    """Whether the record names its epoch."""
    verdicts: Mapping[str, SourceVerdicts] = field(default_factory=dict)
    """By mode, where the program that wrote the file recorded some."""
    position: int | None = None
    """Its number in the file, from 0, where nothing else names its sample."""

    @property
    def name(self) -> str:
        """What a user can find it by."""
        return self.ids[0] if self.ids else self.place


@dataclass(frozen=True)
class AnswerFile:
    """What a file of responses holds."""

    source: str
    format: str
    """One of `FORMATS`."""
    answers: Collection[ExternalResponse]
    """In their order: an `AnswerSpool` of a file that is read record by record, else a tuple."""
    model: str = ""
    """The model that generated them, where that is known."""
    called: str = ""
    """Short name of the question set, where that is known."""
    questions: tuple[tuple[str, dict[str, Any]], ...] = ()
    """The questions in the file in IFEval's form, with their places."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """The accuracies that the program that wrote the file recorded, on 0..100, by the names of `Summary`."""
    figures_from: str = ""
    """The file they are in."""
    extract: tuple[str, ...] = EXTRACT
    """What is removed before verification, so that the same text is scored as by that program."""
    notes: tuple[str, ...] = ()
    """What a user should know about the file."""

    @property
    def name(self) -> str:
        """A short name for folders."""
        return self.model or stem(self.source)

    @property
    def digest(self) -> str:
        """16 hex digits of a hash of the responses, in their order; `earlier` is hashed only where there is any."""
        digest = hashlib.sha256(b"[")
        for number, one in enumerate(self.answers):
            record = {k: v for k, v in vars(one.said).items() if v or k != "earlier"}
            text = _encode([one.ids, one.prompt, record])
            digest.update(f", {text}".encode() if number else text.encode())
        digest.update(b"]")
        return digest.hexdigest()[:16]


_encode = json.JSONEncoder(sort_keys=True).encode


def shorten_names(names: Iterable[str]) -> str:
    """Return the first few names, each cut where it is long."""
    known = list(names)
    shown = (name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…" for name in known[:_SHOWN])
    return ", ".join(shown) + (", ..." if len(known) > _SHOWN else "")
