"""Requests and responses as debug lines on stderr, secrets removed."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from ...adapters.credentials import remember_secret, without_secrets
from ...adapters.redaction import has_secret_name
from ...sanitize import escape_control

if TYPE_CHECKING:
    from ...adapters.base import Request, Response
    from ...errors import AdapterError

LEVELS = ("debug", "info", "warning", "error")
_LOG = logging.getLogger("harness")


class _Plain(logging.Formatter):
    """Time, level and text, without secrets and control characters."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s.%(msecs)03d %(levelname)s %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        return escape_control(without_secrets(super().format(record)))


def configure_logging(level: str, *, key_env: str | None = None) -> None:
    """Log requests and responses on stderr, from `level` on; a second call replaces the first.

    Removed are the key in `key_env` and the value of every variable whose name says that it is a secret. Loggers of
    client libraries stay as they are: they would show headers.
    """
    if key_env:
        remember_secret(key_env)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Plain())
    _LOG.handlers[:] = [handler]
    _LOG.setLevel(level.upper())
    _LOG.propagate = False


def log_request(request: Request) -> None:
    """Log a request."""
    if _LOG.isEnabledFor(logging.DEBUG):
        turns = [
            {"role": turn.role, "text": turn.written, **({"pictures": names} if names else {})}
            for turn in request.turns
            for names in [[picture.name for picture in turn.pictures]]
        ]
        _LOG.debug(
            "-> %s/%d model=%s settings=%s turns=%s",
            request.sample_id,
            request.epoch,
            request.model,
            _mask_secrets(request.settings.to_json()),
            turns,
        )


def _mask_secrets(value: Any) -> Any:
    """Return JSON data without the values that stand under the name of a secret."""
    if isinstance(value, dict):
        return {k: "[key]" if has_secret_name(k) else _mask_secrets(v) for k, v in value.items()}
    return [_mask_secrets(item) for item in value] if isinstance(value, list) else value


def log_response(response: Response) -> None:
    """Log a response."""
    if _LOG.isEnabledFor(logging.DEBUG):
        _LOG.debug(
            "<- %s/%d stop=%s usage=%s request_id=%s text=%r",
            response.sample_id,
            response.epoch,
            response.stop,
            response.usage,
            response.request_id,
            response.text,
        )


def log_error(request: Request, error: AdapterError) -> None:
    """Log an attempt without a response."""
    _LOG.log(logging.INFO, "<- %s/%d %s: %s", request.sample_id, request.epoch, error.cause, error)
