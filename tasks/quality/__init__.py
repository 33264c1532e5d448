"""The quality gate: which articles are fit to ask questions about, and the reason for each that is not."""

from __future__ import annotations

from .settings import Quality

__all__ = ["Quality"]
