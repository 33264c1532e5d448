"""Imported once by the server that forks verifying processes: each then has every checker loaded."""

from __future__ import annotations

import scorers
import scorers.batch.worker

scorers.ids()
