"""Task: what is asked of an article; and the catalogue of tasks."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol

from scorers.errors import near

from .errors import TasksError

TASKS = ("paraphrase", "simplify", "story_generation", "summarize")
"""Task names as they stand in all data, in the order of LiveBench's boards."""
_MODULES = {"story_generation": "story"}


class Task(Protocol):
    """One thing to ask of an article."""

    name: str

    def request(self) -> str:
        """Return the sentence that asks for it, in our wording."""
        ...


def load_task(name: str) -> Task:
    """Return the task called `name`; raises `TasksError` for an unknown one."""
    if name not in TASKS:
        raise TasksError(f"unknown task {name!r}{near(name, TASKS)} (tasks: {', '.join(TASKS)})")
    module = import_module(f"{__package__}.{_MODULES.get(name, name)}")
    task: Task = module.TASK
    return task
