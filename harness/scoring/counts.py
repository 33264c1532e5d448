"""Counts: the results of a run added up one at a time, in a few bytes each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from scorers import score
from tasks.dialogue import describe_stop
from tasks.formats.sample_file import SampleFile
from tasks.task import TASKS

from ..config.published import IF_SCORE
from ..errors import StoreError
from .breakdowns.epochs import EpochCount
from .breakdowns.headline import HeadlineCount
from .intervals import ClusteredScores

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scorers import Verdict
    from tasks.sample import Sample

    from .results import ScoredResponse, UnscoredSample

NOT_ASKED = "not_asked"
"""Cause of a sample for which nothing is on record (an interrupted run)."""
IN_BATCH = "in_batch"
"""Cause of a sample whose request waits in a batch at the provider."""
UNFINISHED = (NOT_ASKED, IN_BATCH)
"""Causes of samples that the command of the run still brings a response to."""
EARLIER_TURN = "earlier_turn"
"""Cause of a turn of a dialogue that was not requested, because an earlier turn has no response to continue from."""


@dataclass
class Counts:
    """Running counts of one task, one id or a whole run."""

    rows: int = 0
    whole: int = 0
    whole_loose: int = 0
    verdicts: int = 0
    followed: int = 0
    followed_loose: int = 0

    def add_row(self, row: ScoredResponse) -> None:
        """Count a response."""
        self.rows += 1
        self.whole += all(verdict.followed for verdict in row.strict)
        self.whole_loose += all(verdict.followed for verdict in row.loose)

    def add_verdicts(self, strict: Sequence[Verdict], loose: Sequence[Verdict]) -> None:
        """Count its verdicts, or one instruction's."""
        self.verdicts += len(strict)
        self.followed += sum(verdict.followed for verdict in strict)
        self.followed_loose += sum(verdict.followed for verdict in loose)

    def share(self, of: str) -> float | None:
        """Return the share of a count on 0..100; None of nothing."""
        count = getattr(self, of)
        total = self.rows if of.startswith("whole") else self.verdicts
        return round(100 * count / total, 4) if total else None


def instruction_count(article_id: str) -> int:
    """Return the number of an article, from 0.

    A hash instead of a number in the order of appearance: nothing has to be remembered of each article. Among a million
    articles two are taken for one less than once in 10 million runs.
    """
    digest = blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


class RunCounts:
    """Everything counted in one pass over the results; samples and responses are not held."""

    def __init__(self, samples: SampleFile | Iterable[Sample], epochs: int, headline: str = IF_SCORE) -> None:
        if isinstance(samples, SampleFile):
            self.numbers, self._tasks = samples.ids, samples.tasks
        else:
            tasks = {sample.id: sample.task for sample in samples}
            self.numbers = {id: number for number, id in enumerate(tasks)}
            self._tasks = list(tasks.values())
        self.epochs = epochs
        self.asked = {task: n * epochs for task, n in Counter(self._tasks).items()}
        self._seen = bytearray(len(self.numbers) * epochs)
        self.all = Counts()
        self.by_task = {task: Counts() for task in sorted(self.asked, key=_task_order)}
        self.by_id: dict[str, Counts] = {}
        self.by_epoch = EpochCount(len(self.numbers) if epochs > 1 else 0, epochs)
        self.scores: dict[str, ClusteredScores] = {task: ClusteredScores() for task in self.by_task}
        self.headline = HeadlineCount(headline)
        self.articles = True
        self.flags: Counter[str] = Counter()
        self.after: Counter[str] = Counter()
        """Responses of dialogues by what was odd about an earlier response."""
        self.causes: Counter[str] = Counter()

    def _book(self, id: str, epoch: int) -> int:
        number = self.numbers.get(id)
        if number is None or not 0 <= epoch < self.epochs:
            raise StoreError(f"sample {id}, epoch {epoch} has a result, but is not among the questions of this run")
        if self._seen[number * self.epochs + epoch]:
            raise StoreError(f"sample {id}, epoch {epoch} has two results, so neither can be counted")
        self._seen[number * self.epochs + epoch] = 1
        return number

    def add(self, row: ScoredResponse) -> None:
        """Count a scored response; raises `StoreError` if it fits no sample or is the second one."""
        number = self._book(row.sample.id, row.epoch)
        self.flags.update(truncated=int(row.truncated), refused=int(row.refused), blank=int(row.blank))
        self.after.update({kind for said in row.response.earlier if (kind := describe_stop(said))})
        found = score(row.strict)
        cluster = self._cluster(row.sample, number)
        self.scores[row.sample.task].append(cluster, found.if_score)
        followed = [[verdict.followed for verdict in mode] for mode in (row.strict, row.loose)]
        self.headline.add(followed[0], followed[1], cluster)
        if self.epochs > 1:
            self.by_epoch.add(number, row.epoch, row.sample.task, found.if_score, whole=found.prompt == 1)
        for tally in (self.all, self.by_task[row.sample.task]):
            tally.add_row(row)
            tally.add_verdicts(row.strict, row.loose)
        for id in dict.fromkeys(instruction.id for instruction in row.sample.instructions):
            self.by_id.setdefault(id, Counts()).add_row(row)
        for instruction, strict, loose in zip(row.sample.instructions, row.strict, row.loose, strict=True):
            self.by_id[instruction.id].add_verdicts((strict,), (loose,))

    def _cluster(self, sample: Sample, number: int) -> int:
        """Number the cluster: the article's, or its own for samples of published sets, which have no article."""
        if sample.article_id:
            return instruction_count(sample.article_id)
        self.articles = False
        return -1 - number

    def miss(self, item: UnscoredSample) -> None:
        """Count a sample without a scored response."""
        self._book(item.sample.id, item.epoch)
        self.causes[item.cause] += 1
        self.headline.miss(len(item.sample.instructions))

    def all_causes(self) -> Counter[str]:
        """Return the causes counted, samples with no result at all among them."""
        missing = self._seen.count(0)
        return self.causes + Counter({NOT_ASKED: missing})


def _task_order(task: str) -> tuple[int, str]:
    order = list(TASKS)
    return (order.index(task) if task in TASKS else len(order), task)
