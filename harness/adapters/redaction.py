"""Secrets in texts and settings: the names that stand for them, and their removal in every form a server sends back."""

from __future__ import annotations

import base64
import html
import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NO_KEY = "none"
"""Sent to a local server that wants no key; the protocol requires one that is not empty."""
_SECRET_NAME = re.compile(
    r"(?:key|token|secret|password|passwd|passphrase|credentials?|cookies?|auth|authorization|bearer)\Z", re.IGNORECASE
)
"""How the names of secrets end: of environment variables, request fields and headers."""
_NO_SECRET = re.compile(
    r"key|(?:.*[_-])?(?:cache|idempotency|sort|partition|routing|session|foreign|primary|public)[_-]?key"
    r"|(?:.*[_-])?(?:bos|eos|eot|pad|unk|sep|cls|mask|stop|start|end|think|thinking|image|first|last|special)[_-]?token",
    re.IGNORECASE,
)
"""Fields of providers' formats whose names end like those of secrets; a run may set them."""
_SECRET_VALUE = re.compile(r"\s*(?:bearer|basic)\s+\S{8,}\s*", re.IGNORECASE)
_PART = 8
"""Characters of a key that are removed where they stand alone: a server may split it over fields."""
_SHORTEST_SPLIT = 16
"""Characters of a key from which on its parts are looked for; those of shorter ones are words."""
_SHORTEST_CODED = 8
"""Characters of a key in base64 that are looked for."""


def has_secret_name(name: object) -> bool:
    """Return whether the value of a field or variable of this name has to be masked."""
    return bool(_SECRET_NAME.search(str(name)))


def is_secret(name: object, value: object) -> bool:
    """Return whether a setting holds a secret: by its name, save those of providers' formats, or as a header does."""
    texts = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
    texts = [text for text in texts if isinstance(text, str) and text]
    named = has_secret_name(name) and not _NO_SECRET.fullmatch(str(name))
    return bool(texts) and (named or any(_SECRET_VALUE.fullmatch(text) for text in texts))


def redact(text: str, secrets: Iterable[str]) -> str:
    """Return `text` with every secret replaced by `[key]`.

    As it is, quoted for an address, escaped in JSON or HTML, as hexadecimal digits, and in base64, also as a part of
    what is coded.
    """
    pattern = _pattern(frozenset(secret for secret in secrets if secret not in ("", NO_KEY)))
    return pattern.sub("[key]", text) if pattern else text


def redact_parts(text: str, secrets: Iterable[str]) -> str:
    """Return `text` without the parts of secrets of `_PART` characters or more."""
    for secret in secrets:
        if len(secret) < _SHORTEST_SPLIT:
            continue
        parts = {secret[at : at + _PART] for at in range(len(secret) - _PART + 1)}
        if any(part in text for part in parts):
            text = "".join(_without_parts(text, secret, parts))
    return text


def _without_parts(text: str, secret: str, parts: set[str]) -> Iterator[str]:
    at = copied = 0
    while at <= len(text) - _PART:
        if text[at : at + _PART] not in parts:
            at += 1
            continue
        end = at + _PART
        while end < len(text) and text[at : end + 1] in secret:
            end += 1
        yield f"{text[copied:at]}[key]"
        at = copied = end
    yield text[copied:]


@lru_cache(maxsize=64)
def _pattern(secrets: frozenset[str]) -> re.Pattern[str] | None:
    forms = {form for secret in secrets for form in _forms(secret)}
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile("|".join(map(re.escape, ordered)), re.IGNORECASE) if ordered else None


def _forms(secret: str) -> Iterator[str]:
    """Yield what a secret looks like in the texts of servers; letters count in either case."""
    yield from (secret, json.dumps(secret)[1:-1], secret.replace("/", "\\/"), html.escape(secret))
    quoted = (quote(secret), quote(secret, safe=""))
    yield from (*quoted, *(quote(form, safe="") for form in quoted))
    raw = secret.encode("utf-8", "surrogatepass")
    if len(raw) >= _SHORTEST_CODED // 2:
        yield raw.hex()
        yield "".join(f"%{byte:02x}" for byte in raw)
    for before in range(3):
        # Of the first and last characters some bits belong to what surrounds the secret.
        coded = base64.b64encode(bytes(before) + raw).decode()
        core = coded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        for form in (core, coded if not before else core):
            if len(core) >= _SHORTEST_CODED:
                yield from {form, form.replace("+", "-").replace("/", "_")}
