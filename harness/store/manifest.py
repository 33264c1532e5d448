"""Manifest: what `run.json` says of a run, with typed access; a received one is checked, never trusted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..errors import StoreError
from .run_spec import RunSpec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = 1
"""Format number of a results folder: of `run.json` and of every file beside it."""
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


def load_manifest(path: Path) -> Manifest:
    """Read a `run.json`; raises `StoreError` naming what is wrong with it."""
    try:
        record = json.loads(path.read_bytes())
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{path}: is damaged ({error}); restore it from a copy") from None
    if not isinstance(record, dict) or "format" not in record:
        raise StoreError(f"{path}: is not a run.json of ifharness: it has no format number")
    if record["format"] != FORMAT:
        raise StoreError(
            f"{path}: format {record['format']!r} is not {FORMAT}, the one that ifharness {__version__} reads; use the "
            f"ifharness that wrote it ({record.get('ifharness', 'unknown')}), or give another folder with --out"
        )
    if wrong := _wrong_type(record):
        raise StoreError(f"{path}: is damaged ({wrong}); restore it from a copy")
    return Manifest(record)


def _wrong_type(record: dict[str, Any]) -> str:
    """Say which key holds what it cannot hold, "" if all fit."""
    plan = record.get("plan")
    if not isinstance(plan, dict):
        return "it has no plan"
    epochs = plan.get("epochs", 1)
    if type(epochs) is not int or epochs < 1:
        return f"plan.epochs is {epochs!r:.40}, but must be a whole number from 1"
    for name in ("model", "adapter", "samples"):
        if not isinstance(plan.get(name, ""), str):
            return f"plan.{name} is {plan[name]!r:.40}, but must be a text"
    if not isinstance(record.get("rules"), str | None):
        return f"rules is {record['rules']!r:.40}, but must be a text or null"
    extract = record.get("extract", [])
    if not isinstance(extract, list) or not all(isinstance(name, str) for name in extract):
        return f"extract is {extract!r:.40}, but must be a list of names"
    if not isinstance(record.get("started", ""), str):
        return f"started is {record['started']!r:.40}, but must be a text"
    if not isinstance(record.get("model_file", {}), dict):
        return f"model_file is {record['model_file']!r:.40}, but must be a table"
    return ""
