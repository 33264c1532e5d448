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
            "Put this text into your own words. "
            "A good answer says everything the text says, adds nothing to it and copies no sentence of it.",
        ),
        Task(
            "simplify",
            "Retell this text in everyday words for a reader of about twelve. "
            "A good answer explains what such a reader would stumble over and still gets every fact right.",
        ),
        Task(
            "story_generation",
            "Make up a story that grows out of this text. "
            "A good answer has people who want something, events that follow from each other, and an ending.",
        ),
        Task(
            "summarize",
            "Sum up this text. "
            "A good answer tells someone who has not read it what happened, who was involved and why it matters.",
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
