"""Task: what a prompt asks the model to do with an article, and the four tasks of LiveBench's IF category."""

from __future__ import annotations

from dataclasses import dataclass

from scorers.errors import did_you_mean

from .errors import TasksError


@dataclass(frozen=True)
class Task:
    """One thing to do with an article."""

    name: str
    """The task's name in all data and on LiveBench's boards."""
    request: str
    """The sentences that ask for it, in our wording."""


TASKS = {
    task.name: task
    for task in (
        Task(
            "paraphrase",
            "Rewrite this text in your own words. Keep its meaning, and do not copy any of its sentences.",
        ),
        Task(
            "simplify",
            "Retell this text in everyday words for a reader of about twelve. "
            "Explain whatever such a reader might not understand, and get every fact right.",
        ),
        Task(
            "story_generation",
            "Write a story that starts from this text. "
            "Give it characters who want something, events that lead to one another, and an ending.",
        ),
        Task(
            "summarize",
            "Summarize this text. "
            "Tell someone who has not read it what happened, who was involved, and why it matters.",
        ),
    )
}
"""Every task by name, in the order of LiveBench's boards."""


def get_task(name: str) -> Task:
    """Return the task called `name`; raises `TasksError` for an unknown one."""
    task = TASKS.get(name)
    if task is None:
        raise TasksError(f"unknown task {name!r}{did_you_mean(name, TASKS)} (tasks: {', '.join(TASKS)})")
    return task
