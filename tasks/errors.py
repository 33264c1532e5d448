"""Errors of tasks: article sources, sample records, wording files, generation."""

from __future__ import annotations


class TasksError(Exception):
    """Base of all errors that `tasks` raises on purpose; the text says what, where and what to do."""


class InputLimitError(TasksError):
    """Received data exceeds a limit of size, time or nesting, or is no file at all."""


class SourceError(TasksError):
    """An article source is unknown, misconfigured, empty or unreadable."""


class BadQuality(TasksError):
    """A rule of the quality filter has an invalid value, or no article passes."""


class BadSample(TasksError):
    """A sample record cannot be read; names file and line where known."""


class BadWording(TasksError):
    """A wording file names an unknown instruction, field or filter."""


class CannotDraw(TasksError):
    """No set of instructions with a witness was found, or the pool cannot fill a set."""


class BadPicture(TasksError):
    """A picture cannot be drawn, or its file is missing, damaged or too large."""
