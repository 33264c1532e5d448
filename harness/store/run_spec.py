"""Run spec: what decides the samples of a run and the responses to them."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from tasks.formats.id_index import IdIndex
from tasks.formats.sample_file import SampleFile

from ..errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tasks.sample import Sample

RESULTS = Path("results")
"""Where the results folders of runs are unless the user names another place."""
_LONGEST_VALUE = 40
_LONGEST_NAME = 60  # of each part: file systems allow 255 bytes in all


@dataclass(frozen=True)
class RunSpec:
    """Plain values that two runs share exactly if the responses of one can serve the other."""

    values: Mapping[str, Any]
    """`samples` (a digest), `model`, `adapter`, `base_url`, `settings`, `options`, `epochs`."""

    @classmethod
    def of(
        cls,
        *,
        samples: Iterable[Sample],
        model: str,
        adapter: str,
        base_url: str | None = None,
        settings: Mapping[str, Any] | None = None,
        options: Mapping[str, Any] | None = None,
        epochs: int = 1,
    ) -> Self:
        """Return the run spec; credentials and query in `base_url` are left out."""
        values = {
            "samples": digest_samples(samples),
            "model": model,
            "adapter": adapter,
            "base_url": _without_credentials(base_url),
            "settings": dict(settings or {}),
            "options": dict(options or {}),
            "epochs": epochs,
        }
        # Through JSON once, so that a spec equals the one read back from disk.
        return cls(json.loads(_canonical(values)))

    @property
    def digest(self) -> str:
        """8 hex digits that name the run spec."""
        return hashlib.sha256(_canonical(self.values).encode("utf-8", "surrogatepass")).hexdigest()[:8]

    def folder_name(self, config_name: str) -> str:
        """Return the name of the results folder: `<config>-<model>-<digest>`, safe on every file system."""
        return f"{safe_name(config_name)}-{safe_name(self.values['model'])}-{self.digest}"


def ids_of(samples: Iterable[Sample]) -> Collection[str]:
    """Return the ids of samples, each once."""
    return samples.ids if isinstance(samples, SampleFile) else {sample.id for sample in samples}


def digest_samples(samples: Iterable[Sample]) -> str:
    """Return 16 hex digits that name a set of sample ids, whatever their order."""
    known = ids_of(samples)
    digest = hashlib.sha256()
    for number, id in enumerate(known.in_order() if isinstance(known, IdIndex) else sorted(known)):
        digest.update(f"\n{id}".encode() if number else id.encode())
    return digest.hexdigest()[:16]


def differences(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    """Name the keys, dotted where nested, whose values differ or that only one side has; sorted."""
    flat_a, flat_b = flatten(a), flatten(b)
    missing = object()
    return sorted(k for k in flat_a.keys() | flat_b.keys() if flat_a.get(k, missing) != flat_b.get(k, missing))


def flatten(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested values under dotted keys; an empty table has none."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, dict):
            found |= {f"{key}.{inner}": v for inner, v in flatten(value).items()}
        else:
            found[key] = value
    return found


def check_same_spec(folder: Path, there: Mapping[str, Any], here: Mapping[str, Any], *, grows: bool = False) -> None:
    """Raise `StoreError` naming what differs, unless the values of two run specs are the same.

    With `grows` the samples may differ, for the caller to check that they are the old ones and more.
    """
    try:
        keys = differences(there, here)
        flat_there, flat_here = flatten(there), flatten(here)
    except RecursionError:
        raise StoreError(f"{folder}: run.json is damaged: its plan is nested too deeply") from None
    if not keys or (grows and keys == ["samples"]):
        return
    named = ", ".join(f"{key} ({_value(flat_there, key)} there, {_value(flat_here, key)} now)" for key in keys)
    raise StoreError(
        f"{folder}: was created with different settings: {named}. "
        f"Give another folder with --out, or delete this one if its responses are not needed any more"
    )


def _value(values: Mapping[str, Any], key: str) -> str:
    text = json.dumps(values[key], ensure_ascii=False) if key in values else "not set"
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


def _canonical(values: Mapping[str, Any]) -> str:
    # `default`: TOML has dates, which JSON spells as text.
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _without_credentials(base_url: str | None) -> str | None:
    if base_url is None:
        return None
    parts = urlsplit(base_url)
    host = parts.netloc.rpartition("@")[2].lower()
    return f"{parts.scheme}://{host}{parts.path.rstrip('/')}" if host else base_url.rpartition("@")[2]


def safe_name(name: str) -> str:
    """Return `name` as a part of a file name that every file system takes; "unnamed" if nothing is left."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", name).strip("-.")[:_LONGEST_NAME].rstrip("-.") or "unnamed"
