"""One run's part of a report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .chart_data import ChartData

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..scoring.diagnostics import RunDiagnostics
    from ..scoring.summary import Summary


@dataclass
class RunPart:
    """One run of a report."""

    manifest: Mapping[str, Any]
    """What `run.json` says."""
    summary: Summary
    found: ChartData
    name: str = ""
    """The name of its folder; "" is that of its configuration."""
    notes: Sequence[str] = field(default_factory=tuple)
    """What a reader must know first: what is missing, what was scored again."""
    diagnosed: RunDiagnostics | None = None
    """Off-task flags of its responses; None where it was not diagnosed."""
    dialogues: str = ""
    """The file of its dialogues turn by turn, next to the report."""

    @property
    def model(self) -> str:
        """The model requested, "" where the record does not say."""
        plan = self.manifest.get("plan")
        return str(self.manifest.get("model") or (plan.get("model") if isinstance(plan, dict) else "") or "")

    @property
    def title(self) -> str:
        """Name and model."""
        own = self.name or self.manifest.get("name") or self.manifest.get("config")
        return ", ".join(str(part) for part in (own, self.model) if part) or "run"
