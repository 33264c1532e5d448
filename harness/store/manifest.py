"""Manifest: what `run.json` says of a run, with typed access; a received one is checked, never trusted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tasks.limits.value_kinds import TABLE, TEXT, ValueKind, find_wrong_kind, list_of, or_null

from .. import __version__
from ..errors import StoreError
from .files import read_plain, read_problem, write_whole
from .run_spec import RunSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FORMAT = 1
"""Format number of a results folder: of `run.json` and of every file beside it."""
_LARGEST = 1 << 26
"""Bytes of a JSON file at most: those of ifharness are far smaller."""
EXTERNAL = "answers"
"""Adapter name in the run spec of responses that another program generated."""


@dataclass(frozen=True)
class Manifest:
    """The record in `run.json`; properties name what the program reads of it."""

    record: Mapping[str, Any]

    @property
    def spec(self) -> RunSpec:
        """What decides the samples of the run and the responses to them."""
        return RunSpec(self.record["plan"])

    @property
    def model(self) -> str:
        """The model requested, "" where the record does not say."""
        return str(self.record["plan"].get("model") or "")

    @property
    def adapter(self) -> str:
        """The adapter that sent the requests, "" where the record does not say."""
        return str(self.record["plan"].get("adapter") or "")

    @property
    def base_url(self) -> str:
        """The address that the requests went to, "" where it is the adapter's own."""
        return str(self.record["plan"].get("base_url") or "")

    @property
    def epochs(self) -> int:
        """Responses requested of each sample, 1 or more."""
        return int(self.record["plan"].get("epochs", 1))

    @property
    def samples_digest(self) -> str:
        """Digest of the sample ids, "?" where the record does not say."""
        return str(self.record["plan"].get("samples", "?"))

    @property
    def config(self) -> str:
        """Name of the run file, "" where the record does not say."""
        return str(self.record.get("config") or "")

    @property
    def rules(self) -> str | None:
        """The rule book that the run is scored by; None is each sample's own."""
        rules: str | None = self.record.get("rules")
        return rules

    @property
    def extract(self) -> tuple[str, ...]:
        """Names of the extractions applied before verification."""
        return tuple(self.record.get("extract", ("thinking",)))

    @property
    def started(self) -> str:
        """UTC time at which the run began, ISO 8601; "" where the record does not say."""
        return str(self.record.get("started", ""))

    @property
    def training_cutoff(self) -> str | None:
        """The model's training cut-off as its model file states it; None without one."""
        cutoff: str | None = self.record.get("model_file", {}).get("cutoff")
        return cutoff

    @property
    def questions(self) -> Mapping[str, Any]:
        """What the record says of the samples file, {} for generated samples."""
        said = self.record.get("questions")
        return said if isinstance(said, dict) else {}

    @property
    def is_external(self) -> bool:
        """Whether another program generated the responses."""
        return self.adapter == EXTERNAL


def write_json_file(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file of a results folder, whole or not at all; a missing format number is added."""
    text = json.dumps({"format": FORMAT} | dict(content), ensure_ascii=False, indent=2)
    write_whole(path, [f"{text}\n".encode("utf-8", "backslashreplace")])


def load_json_file(path: Path) -> Any:
    """Read a JSON file of a results folder; raises `OSError`, `ValueError` or `RecursionError`."""
    return json.loads(read_plain(path, _LARGEST))


def load_manifest(path: Path) -> Manifest:
    """Read a `run.json`; raises `StoreError` naming what is wrong with it."""
    try:
        record = load_json_file(path)
    except OSError as error:
        raise read_problem(path, error) from None
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{path}: is damaged ({error}); restore it from a copy") from None
    if not isinstance(record, dict) or "format" not in record:
        raise StoreError(f"{path}: is not a run.json of ifharness: it has no format number")
    if record["format"] != FORMAT:
        raise StoreError(
            f"{path}: format {record['format']!r:.40} is not {FORMAT}, the one that ifharness {__version__} reads; use "
            f"the ifharness that wrote it ({record.get('ifharness', 'unknown')!s:.40}), or give another "
            "folder with --out"
        )
    if wrong := _wrong_type(record):
        raise StoreError(f"{path}: is damaged ({wrong}); restore it from a copy")
    return Manifest(record)


def _wrong_type(record: dict[str, Any]) -> str:
    """Return which key holds what it cannot hold, "" if all fit."""
    plan = record.get("plan")
    if not isinstance(plan, dict):
        return "it has no plan"
    model_file = record.get("model_file", {})
    if not isinstance(model_file, dict):
        return f"model_file is {model_file!r:.40}, but must be a table"
    return (
        find_wrong_kind(record, _KINDS)
        or find_wrong_kind(plan, _PLAN_KINDS, "plan.")
        or find_wrong_kind(model_file, {"cutoff": _TEXT_OR_NULL}, "model_file.")
        or _unknown_extraction(record.get("extract", ()))
    )


def _unknown_extraction(names: Sequence[str]) -> str:
    if set(names) <= {"thinking"}:
        return ""  # known to be valid, and the module with the names takes long to import
    from scorers import EXTRACTIONS

    unknown = next((name for name in names if name not in EXTRACTIONS), None)
    return "" if unknown is None else f"extract has {unknown!r:.40}, but takes {', '.join(EXTRACTIONS)}"


_MOST_EPOCHS = 1_000_000
_TEXT_OR_NULL, _TABLE_OR_NULL = or_null(TEXT), or_null(TABLE)
_KINDS = {
    "config": _TEXT_OR_NULL,
    "rules": _TEXT_OR_NULL,
    "extract": list_of(TEXT, "a list of names"),
    "started": TEXT,
    "digest": TEXT,
    "ifharness": TEXT,
    "questions": _TABLE_OR_NULL,
    "drawn": _TABLE_OR_NULL,
    "rejected": _TABLE_OR_NULL,
    "answers": _TABLE_OR_NULL,
}
_PLAN_KINDS = {
    "epochs": ValueKind(
        lambda value: type(value) is int and 1 <= value <= _MOST_EPOCHS, f"a whole number from 1 to {_MOST_EPOCHS:,}"
    ),
    "model": TEXT,
    "adapter": TEXT,
    "samples": TEXT,
    "base_url": _TEXT_OR_NULL,
    "settings": TABLE,
    "options": TABLE,
}
