"""What differs between runs besides their responses: model, provider, settings, samples, rule book, checkers, date."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..scoring.per_response.response_metrics import find_models
from ..store.manifest import Manifest
from ..store.run_spec import flatten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..scoring.scored_run import ScoredRun

NONE = "-"
"""The value of a run that has no such setting."""
MODEL = frozenset({"model", "served model", "provider", "base URL", "model options", "responses digest"})
"""Names that are expected to differ when models are compared; the digest is that of a file of external responses."""
DATE = "date"
_NAMED = {
    "adapter": "provider",
    "base_url": "base URL",
    "samples": "samples digest",
    "options.answers": "responses digest",
}
_DIGESTS = frozenset({"samples digest", "responses digest"})
"""Names whose values name nothing to a reader, so that no label has them."""
_LONGEST = 40
_IN_LABEL = 2
"""Differing settings that a label can hold; with more of them the folder names the run."""


@dataclass(frozen=True)
class RunDifference:
    """One property whose values differ between runs."""

    name: str
    values: tuple[str, ...]
    """The value in each run, in the order of the runs."""

    @property
    def is_expected(self) -> bool:
        """Whether it belongs to the model or the date, so that it needs no warning."""
        return self.name in MODEL or self.name == DATE

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return {"name": self.name, "values": list(self.values), "expected": self.is_expected}


def find_run_differences(runs: Sequence[ScoredRun]) -> list[RunDifference]:
    """Return every property whose values differ between `runs`; model and provider come first, the date last."""
    described = [_describe_run(run) for run in runs]
    names = dict.fromkeys(name for values in described for name in values)
    ordered = sorted(names, key=lambda name: (name == DATE, name not in MODEL))
    rows = [(name, tuple(values.get(name, NONE) for values in described)) for name in ordered]
    return [RunDifference(name, values) for name, values in rows if len(set(values)) > 1]


def describe_warning(differences: Sequence[RunDifference]) -> str:
    """Return a warning that names what differs besides the model; "" where nothing else does."""
    other = [one for one in differences if not one.is_expected]
    if not other:
        return ""
    named = "; ".join(f"{one.name} ({' against '.join(one.values)})" for one in other)
    if any(one.name == "model" for one in differences):
        return f"Not only the model differs, so the difference may have another cause: {named}."
    return f"The runs have the same model. What differs: {named}."


def label_runs(manifests: Sequence[Manifest], names: Sequence[str]) -> list[str]:
    """Return a label for each run: its model; with settings, or else its folder, where runs share a model."""
    models = [manifest.model for manifest in manifests]
    count = Counter(models)
    labels = []
    for number, (model, name) in enumerate(zip(models, names, strict=True)):
        if model and count[model] == 1:
            labels.append(model)
            continue
        same = [other for other, known in zip(manifests, models, strict=True) if known == model]
        labels.append(_label_settings(manifests[number], same) or name or model)
    return labels


def _label_settings(manifest: Manifest, same: Iterable[Manifest]) -> str:
    """Return the model with the settings that set it apart from the others of that model; "" if they do not."""
    described = [_describe_spec(other) for other in same]
    own = _describe_spec(manifest)
    names = [name for name in own if name not in _DIGESTS and any(own[name] != d.get(name) for d in described)]
    names += sorted({name for d in described for name in d if name not in own and name not in _DIGESTS})
    values = tuple(own.get(name, NONE) for name in names)
    twins = sum(tuple(d.get(name, NONE) for name in names) == values for d in described)
    if not names or len(names) > _IN_LABEL or twins > 1:
        return ""
    return f"{manifest.model}, " + ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))


def _describe_run(run: ScoredRun) -> dict[str, str]:
    served = sorted(find_models(run.metrics) - {"", run.manifest.model})
    record = run.manifest.record
    return {
        "model": run.model,
        **({"served model": _format_value(", ".join(served))} if served else {}),
        **_describe_spec(run.manifest),
        "sample set": run.manifest.config or NONE,
        "rule book": run.rules,
        "mode": run.mode,
        "removed before verification": ", ".join(run.extract) or NONE,
        **{f"checker {id}": f"version {version}" for id, version in sorted(run.versions.items())},
        "ifharness": str(record.get("ifharness", NONE)),
        DATE: run.manifest.started[:10] or NONE,
    }


def _describe_spec(manifest: Manifest) -> dict[str, str]:
    """Return what decides the responses of a run, by name; the model is left out."""
    spec = manifest.record.get("plan")
    values: Mapping[str, Any] = spec if isinstance(spec, dict) else {}
    found = {}
    for name, value in flatten(values).items():
        if name != "model":
            short = name.removeprefix("settings.")
            found[_NAMED.get(short, short.replace("options.", "option "))] = _format_value(value)
    return found


def _format_value(value: Any) -> str:
    text = NONE if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
