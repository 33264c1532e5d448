"""What the writers of all request formats share: which settings are sent, under which names; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tasks.fast_json import dump_any

from ...errors import Rejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..base import Request, Settings

SETTINGS = ("max_tokens", "temperature", "top_p", "seed", "stop")
"""The settings that a run file names itself; everything else is `extra`."""


@dataclass
class RequestBody:
    """Which settings a request carries; one without a name here is recorded as not set."""

    names: Mapping[str, str]
    """What the format calls each setting."""
    _last: tuple[Settings, dict[str, Any], tuple[str, ...]] | None = field(default=None, init=False, repr=False)

    def split(self, settings: Settings) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return the fields to send, and the settings of the run that are not sent.

        The fields belong to the caller as long as it does not change them: a run has one `Settings` for all requests.
        """
        if self._last is None or self._last[0] is not settings:
            values = {name: getattr(settings, name) for name in SETTINGS}
            given = {name: value for name, value in values.items() if value not in (None, ())}
            sent = {self.names[name]: _plain(value) for name, value in given.items() if name in self.names}
            self._last = settings, sent, tuple(name for name in given if name not in self.names)
        return self._last[1], self._last[2]


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def turn_text(request: Request) -> list[tuple[str, str]]:
    """Return role and text of each turn; raises `Rejected` for what cannot be sent."""
    turns = []
    for turn in request.turns:
        if turn.is_gap:
            raise Rejected("an assistant turn is empty: it has to be answered before the turns after it are sent")
        strange = next((part.type for part in turn.parts if part.type != "text"), None)
        if strange is not None:
            raise Rejected(f"a turn holds a part of type {strange!r}; this adapter sends text only")
        text = turn.text
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise Rejected(f"the request cannot be sent as UTF-8: {error.reason}") from None
        turns.append((turn.role, text))
    return turns


def split_system(request: Request) -> tuple[str, list[tuple[str, str]]]:
    """Return the system prompt and the other turns, for formats that keep it apart; raises as `turn_text` does."""
    turns = turn_text(request)
    system = "\n\n".join(text for role, text in turns if role in ("system", "developer"))
    return system, [(role, text) for role, text in turns if role not in ("system", "developer")]


def encode_body(body: dict[str, Any]) -> bytes:
    """Return `body` as JSON; raises `Rejected` for what is none."""
    try:
        return dump_any(body)
    except (TypeError, ValueError, RecursionError) as error:
        raise Rejected(f"the request cannot be sent as JSON: {error}; is something odd in extra?") from None
