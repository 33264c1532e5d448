"""Keys and addresses of providers: where they come from, and how a key stays out of every message.

A key is read from an environment variable that the run names, never from a run file: run files are shared and saved.
"""

from __future__ import annotations

import os
import re
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..errors import ConfigError
from .redaction import NO_KEY, has_secret_name, is_secret, redact, redact_parts

if TYPE_CHECKING:
    from .base import Response

BASE_URL_ENVS = {"openai": "OPENAI_BASE_URL", "anthropic": "ANTHROPIC_BASE_URL", "gemini": "GOOGLE_GEMINI_BASE_URL"}
"""Variables that hold the address of an adapter, as its provider's own client reads them."""
_SHORTEST = 6
"""Characters of a value that is taken for a secret by its variable's name; shorter ones would blank out prose."""
_SHORTEST_GIVEN = 4
"""Characters from which on a key that was handed out is removed from messages."""
_GIVEN: set[str] = set()
"""Keys that were handed out, which no message shows."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DOTENV = ".env"


def find_key(env_name: str, *, base_url: str | None) -> str:
    """Return the key that the environment variable `env_name` holds; `.env` of the working folder replaces it.

    A loopback `base_url` needs no key: `NO_KEY` where none is set. Raises `ConfigError`.
    """
    if not _NAME.fullmatch(env_name):
        raise ConfigError(
            "key_env is the name of an environment variable, such as OPENAI_API_KEY; the value is no such "
            "name (not shown, in case it is the key itself): put the key into a variable and its name into key_env"
        )
    key = read_setting(env_name)
    if not key:
        if base_url is not None and is_loopback(base_url):
            return NO_KEY
        raise ConfigError(
            f"no key: the environment variable {env_name} is not set, and no {_DOTENV} in this folder sets it; "
            f"export {env_name}=..., or name another variable with key_env in the run file "
            "(a base_url on this machine, such as http://127.0.0.1:8000/v1, needs no key)"
        )
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ConfigError(
            f"the environment variable {env_name} holds something that cannot be a key: it has spaces, control or "
            "non-ASCII characters (not shown); copy the key again"
        )
    _GIVEN.add(key)
    return key


def base_url_from_env(adapter: str) -> str | None:
    """Return the address that `adapter`'s variable holds, or None; raises `ConfigError` for an unreadable `.env`."""
    name = BASE_URL_ENVS.get(adapter)
    return (read_setting(name) or None) if name else None


def read_setting(name: str) -> str:
    """Return an environment variable, or its value in `.env` of the working folder; "" if neither is set."""
    return os.environ.get(name, "").strip() or (_dotenv().get(name) or "").strip()


def _dotenv() -> dict[str, str | None]:
    if not os.path.lexists(_DOTENV):
        return {}
    from dotenv import dotenv_values

    try:
        return dotenv_values(_DOTENV, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError(f"{_DOTENV} in this folder cannot be read: {why}; repair it or move it away") from None


def check_base_url(url: str) -> str:
    """Return `url` without a trailing slash if requests can be sent below it; raises `ConfigError`.

    Credentials inside an address would be saved with the run, so they are refused, and not echoed.
    """
    try:
        parts = urlsplit(url)
        found = bool(parts.hostname) and parts.port != 0 and bool(re.fullmatch(r"https?://\S+", url))
        authority, more = parts.netloc, bool(parts.query or parts.fragment)
    except ValueError:
        found, authority, more = False, "", False
    if "@" in authority or ("@" in url and not found):
        raise ConfigError(
            "base_url holds credentials (something before '@', not shown); leave them out, put the key into an "
            "environment variable and name it with key_env"
        )
    if more:
        raise ConfigError(
            "base_url ends in a query ('?' or '#' and what follows, not shown, in case it is a key); "
            "extra fields of a request belong into extra"
        )
    if not found:
        raise ConfigError(
            f"base_url {url!r} is no address; it has the form https://HOST/v1 or http://127.0.0.1:PORT/v1"
        )
    plain = url.rstrip("/")
    if plain.endswith("/chat/completions"):
        raise ConfigError(f"base_url {url!r} names one call; leave off /chat/completions, it is added to each request")
    return plain


def refuse_keys(settings: object, place: str) -> None:
    """Raise `ConfigError` for a field that holds a key: settings of a run, JSON data, are saved with its responses.

    `place` says what they are, as messages begin.
    """
    if isinstance(settings, dict):
        items = list(settings.items())
    else:
        items = list(enumerate(settings)) if isinstance(settings, list | tuple) else []
    for name, value in items:
        if is_secret(name, value):
            raise ConfigError(
                f"{place}.{name} looks like a key (not shown), and would be saved with the run: put the key into an "
                "environment variable and name that with key_env"
            )
        refuse_keys(value, f"{place}.{name}")


def is_loopback(base_url: str) -> bool:
    """True if `base_url` is on this machine: 127.0.0.0/8, ::1 or localhost."""
    try:
        host = urlsplit(base_url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def remember_secret(env_name: str) -> None:
    """Remove the value of this variable, in the environment or in `.env`, from every message from now on."""
    _GIVEN.add(read_setting(env_name))


def secrets() -> set[str]:
    """Return the keys that were handed out, and the value of every variable whose name says that it is a secret."""
    named = {value for name, value in os.environ.items() if has_secret_name(name) and len(value) >= _SHORTEST}
    # A placeholder for a server that wants no key ("x") is no secret, and hiding it would garble every text.
    return named | {given for given in _GIVEN if len(given) >= _SHORTEST_GIVEN}


def without_secrets(text: str) -> str:
    """Return a text, such as that of an unforeseen error, without the secrets we know."""
    return redact_parts(redact(text, secrets()), _GIVEN)


def without_keys(response: Response) -> Response:
    """Return a response whose fields other than its texts show no key that was handed out; texts stay as they are."""
    given = [key for key in _GIVEN if len(key) >= _SHORTEST_GIVEN]
    fields = {name: getattr(response, name) for name in ("model", "stop", "raw_stop", "request_id")}
    texts = {name: value for name, value in fields.items() if isinstance(value, str)}
    plain = {name: redact_parts(redact(value, given), given) for name, value in texts.items()}
    return response if plain == texts else response.replace(**plain)
