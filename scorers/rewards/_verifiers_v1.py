"""The classes of a taskset; the only module that imports `verifiers`, so it is loaded when one is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import verifiers.v1 as vf

from .ground_truth import score_ground_truth
from .text_score import check_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


class InstructionTaskConfig(vf.TaskConfig):  # type: ignore[misc, unused-ignore]  # the package may be absent
    """What a run can change, under `--env.taskset.task.*`; None is the option of the environment."""

    rules: str | None = None
    mode: str | None = None
    reduce: str | None = None
    on_error: str | None = None


class InstructionTasksetConfig(vf.TasksetConfig):  # type: ignore[misc, unused-ignore]
    """The configuration of a taskset, with that of its tasks."""

    task: InstructionTaskConfig = InstructionTaskConfig()


class InstructionData(vf.TaskData):  # type: ignore[misc, unused-ignore]
    """A prompt with its ground truth."""

    ground_truth: str


class InstructionTask(vf.Task[InstructionData, vf.State, InstructionTaskConfig]):  # type: ignore[misc, unused-ignore]
    """A prompt whose reply is scored by its instructions."""

    options: ClassVar[Mapping[str, Any]] = {}

    @vf.reward(weight=1.0)  # type: ignore[untyped-decorator, unused-ignore]
    async def instruction_following(self, trace: Any) -> float:
        """Return the reward of the last reply."""
        config = self.config
        changed = {"rules": config.rules, "mode": config.mode, "reduce": config.reduce, "on_error": config.on_error}
        options = {**self.options, **{name: value for name, value in changed.items() if value is not None}}
        check_options(*(options[name] for name in changed), needs_number="verifiers")
        result = score_ground_truth(trace.last_reply, self.data.ground_truth, prompt=self.data.prompt_text, **options)
        assert result.score is not None
        return result.score


class InstructionTaskset(vf.Taskset[InstructionTask, InstructionTasksetConfig]):  # type: ignore[misc, unused-ignore]
    """The tasks of an environment, one for each row."""

    task: ClassVar[type[InstructionTask]] = InstructionTask
    iter_data: ClassVar[Callable[[], Iterable[dict[str, Any]]]] = tuple

    def load(self) -> Iterator[InstructionTask]:
        """Yield a task for each row; raises `BadInstruction` with the row that cannot be one."""
        for data in type(self).iter_data():
            yield self.task(InstructionData(**data), self.config.task)

    @classmethod
    def task_type(cls) -> type[Any]:
        """Return the class of the tasks."""
        return cls.task
