"""ServiceState: what the routes of one service share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .metrics import ServiceMetrics

if TYPE_CHECKING:
    from .pool import VerifierPool
    from .settings import ServiceSettings


@dataclass
class ServiceState:
    """Settings, processes and metrics."""

    settings: ServiceSettings
    pool: VerifierPool
    metrics: ServiceMetrics = field(default_factory=ServiceMetrics)
