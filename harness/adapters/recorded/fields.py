"""Typed access to the fields of a received record: every error names the file, the place and the key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tasks.limits.value_kinds import AMOUNT, TABLE, TEXT, WHOLE, ValueKind

from ...errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LIST = ValueKind(lambda value: isinstance(value, list), "a list", list)


@dataclass(frozen=True)
class Fields:
    """A table of a received file; a field that is null counts as missing."""

    record: Mapping[str, Any]
    where: str
    """File and place, such as "log.json, samples[3]"."""

    @classmethod
    def of(cls, value: object, where: str) -> Fields:
        """Return the fields of a value; raises `ConfigError` for what is no table."""
        if not isinstance(value, dict):
            raise ConfigError(f"{where}: is {value!r:.40}, but must be a table")
        return cls(value, where)

    def text(self, name: str) -> str:
        """Return a text, "" where it is missing; raises `ConfigError`, as all that follow."""
        return str(self._value(name, TEXT) or "")

    def whole(self, name: str) -> int | None:
        """Return a whole number."""
        value = self._value(name, WHOLE)
        return value if isinstance(value, int) else None

    def amount(self, name: str) -> float | None:
        """Return a number from 0."""
        value = self._value(name, AMOUNT)
        return None if value is None else float(value)

    def table(self, name: str) -> Fields:
        """Return a table, an empty one where it is missing."""
        return Fields(self._value(name, TABLE) or {}, f"{self.where}, {name}")

    def items(self, name: str) -> list[Any]:
        """Return a list, an empty one where it is missing."""
        return list(self._value(name, _LIST) or [])

    def tables(self, name: str) -> Iterator[Fields]:
        """Yield the tables in a list."""
        for number, value in enumerate(self.items(name)):
            yield Fields.of(value, f"{self.where}, {name}[{number}]")

    def counts(self, names: Mapping[str, str]) -> dict[str, int] | None:
        """Return token counts by our names for those in `names`, None where the table has none of them."""
        found = {ours: self.amount(theirs) for ours, theirs in names.items()}
        return {ours: int(count) for ours, count in found.items() if count is not None} or None

    def _value(self, name: str, kind: ValueKind) -> Any:
        value = self.record.get(name)
        if value is not None and not kind.fits(value):
            raise ConfigError(f"{self.where}: {name} is {value!r:.40}, but must be {kind.name}")
        return value
