"""What the writers of all request formats share: which settings are sent, under which names, and what turns hold."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from tasks.errors import BadPicture
from tasks.fast_json import dump_any
from tasks.pictures.picture import MEDIA_TYPE, Picture

from ...errors import Rejected, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tasks.sample import Turn

    from ..base import Request, Settings

SETTINGS = ("max_tokens", "temperature", "top_p", "seed", "stop")
"""The settings that a run file names itself; everything else is `extra`."""


@dataclass
class RequestBody:
    """Which settings a request carries; one without a name here is recorded as not set."""

    names: Mapping[str, str]
    """What the format calls each setting."""
    image_detail: str = ""
    """How closely the provider is to look at a picture, where the format has a field for it; "" is not sent."""
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


@dataclass(frozen=True)
class EncodedPicture:
    """A picture as it is sent."""

    base64: str
    media_type: str = MEDIA_TYPE

    @property
    def data_url(self) -> str:
        """The picture as an address that holds it."""
        return f"data:{self.media_type};base64,{self.base64}"


Content: TypeAlias = "str | list[str | EncodedPicture]"
"""What a turn says: a text, or texts and pictures in their order."""


def turn_content(request: Request) -> list[tuple[str, Content]]:
    """Return role and content of each turn.

    Raises `Rejected` for what cannot be sent, and `StoreError` for a picture that cannot be read.
    """
    turns: list[tuple[str, Content]] = []
    for turn in request.turns:
        if turn.is_gap:
            raise Rejected("an assistant turn is empty: it has to be answered before the turns after it are sent")
        if turn.pictures and turn.role != "user":
            raise Rejected(f"a turn of the role {turn.role!r} holds a picture; providers take them in user turns only")
        try:
            turn.written.encode()
        except UnicodeEncodeError as error:
            raise Rejected(f"the request cannot be sent as UTF-8: {error.reason}") from None
        turns.append((turn.role, _encode_parts(turn) if turn.pictures else turn.text))
    return turns


def write_turns(
    request: Request, system: str, write_text: Callable[[str], Any], write_picture: Callable[[EncodedPicture], Any]
) -> list[dict[str, Any]]:
    """Return the turns in the form of both OpenAI APIs, system turns in the role `system`; raises as `turn_content`."""

    def write(content: Content) -> str | list[Any]:
        if isinstance(content, str):
            return content
        return [write_text(one) if isinstance(one, str) else write_picture(one) for one in content]

    return [
        {"role": system if role == "system" else role, "content": write(content)}
        for role, content in turn_content(request)
    ]


def _encode_parts(turn: Turn) -> list[str | EncodedPicture]:
    return [_encode_picture(part.picture) if part.picture else part.text for part in turn.parts]


def _encode_picture(picture: Picture) -> EncodedPicture:
    try:
        return EncodedPicture(b64encode(picture.read()).decode("ascii"))
    except BadPicture as error:
        raise StoreError(str(error)) from None


def split_system(request: Request) -> tuple[str, list[tuple[str, Content]]]:
    """Return the system prompt and the other turns, for formats that keep it apart; raises as `turn_content` does."""
    turns = turn_content(request)
    system = "\n\n".join(str(text) for role, text in turns if role in ("system", "developer"))
    return system, [(role, content) for role, content in turns if role not in ("system", "developer")]


def encode_body(body: dict[str, Any]) -> bytes:
    """Return `body` as JSON; raises `Rejected` for what is none."""
    try:
        return dump_any(body)
    except (TypeError, ValueError, RecursionError) as error:
        raise Rejected(f"the request cannot be sent as JSON: {error}; is something odd in extra?") from None
