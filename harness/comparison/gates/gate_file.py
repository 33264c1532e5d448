"""Gates from the `[gate]` table of a TOML file."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...config.run_file import parse_toml, read_text
from ...config.toml import typed_section
from ...errors import ConfigError
from .gate import COST, IF, INSTRUCTION, LATENCY, TASK, TRUNCATED, Gate

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class GateTable:
    """The keys of `[gate]`, and of `[gate.sets.NAME]`, which replace them for runs of that sample set."""

    confidence: float | None = None
    """Confidence of each bound; by default that of the comparison."""
    fail_unless_not_worse: float | None = None
    """IF points: B must be shown to be less than this below A."""
    fail_if_worse: float | None = None
    """IF points: B must not be shown to be more than this below A."""
    max_cost_increase: float | None = None
    """Percent, of the mean cost of a response."""
    max_latency_median_increase: float | None = None
    """Percent."""
    max_latency_p95_increase: float | None = None
    """Percent."""
    max_truncated_increase: float | None = None
    """Points, of the share of truncated responses."""
    tasks: dict[str, float] = field(default_factory=dict)
    """IF points by task, as `fail_unless_not_worse`; `*` is every other task."""
    instructions: dict[str, float] = field(default_factory=dict)
    """Points of verdicts followed by instruction id; `*` is every other one."""
    sets: dict[str, Any] = field(default_factory=dict)
    """Tables with these keys by name of a sample set."""


def load_gates(file: str | Path, set_name: str) -> list[Gate]:
    """Read the gates for runs of the sample set `set_name`; raises `ConfigError` for what is no such file."""
    path = Path(file)
    content = parse_toml(read_text(path), path)
    if "gate" not in content:
        raise ConfigError(f"{path}: has no [gate] table; see docs/comparing.md for its keys")
    values = content["gate"]
    table = typed_section(GateTable, values, str(path), "gate")
    for name, own in table.sets.items():
        inner = typed_section(GateTable, own, str(path), f"gate.sets.{name}")
        if inner.sets:
            raise ConfigError(f"{path}: [gate.sets.{name}] cannot have sets of its own")
        if name == set_name:
            table = typed_section(GateTable, {**values, **own}, str(path), f"gate.sets.{name}")
    try:
        gates = list(_iter_gates(table))
    except ValueError as error:
        raise ConfigError(f"{path}: [gate] {error}") from None
    if not gates:
        raise ConfigError(f"{path}: [gate] has no limit (keys: {', '.join(one.name for one in fields(GateTable))})")
    return gates


def _iter_gates(table: GateTable) -> Iterator[Gate]:
    limits = {
        IF: table.fail_unless_not_worse,
        COST: table.max_cost_increase,
        LATENCY["median"]: table.max_latency_median_increase,
        LATENCY["p95"]: table.max_latency_p95_increase,
        TRUNCATED: table.max_truncated_increase,
    }
    for kind, limit in limits.items():
        if limit is not None:
            yield Gate(kind, limit, confidence=table.confidence)
    if table.fail_if_worse is not None:
        yield Gate(IF, table.fail_if_worse, must_show=False, confidence=table.confidence)
    for kind, limited in ((TASK, table.tasks), (INSTRUCTION, table.instructions)):
        for name, limit in limited.items():
            yield Gate(kind, limit, name, confidence=table.confidence)
