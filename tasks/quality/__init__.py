"""The quality filter: which articles samples are generated from, and the reason for each that is rejected."""

from __future__ import annotations

from .settings import Quality

__all__ = ["Quality"]
