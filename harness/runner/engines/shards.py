"""Sharded scoring: the responses of a results folder in shards, each scored once and saved, in one process or several.

Every way of scoring many responses is this one: a shard is scored into a file, files are read in their order. What is
in a file already, from a killed job or another machine, is not scored again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...errors import StoreError
from ...scoring.score import default_rule_book, score_slots
from ...scoring.scored_run import is_current
from ...scoring.verdict_file import ScoringBasis, from_verdict_line, to_verdict_line
from ...store.journal import decode, encode
from ...store.run_folder import RunFolder
from ...store.shard_files import ShardFiles, divide
from .engine import SINGLE, choose_engine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ...scoring.results import ScoredResponse, UnscoredSample
    from ...store.response_index import ResponseIndex
    from ...store.shard_files import Shard

WORTH = 1000
"""Responses from which on scoring is sharded: fewer are scored again in a second after a kill."""
WORTH_PROCESSES = 2000
"""Responses from which on several processes are faster than one."""
_NOTICE = 100
"""Responses between two notices of progress."""

OnProgress = Callable[[int, int], object]
"""Gets the number of responses scored, and of all."""
Result = tuple["ScoredResponse | UnscoredSample", bytes]
"""A result with its line of `verdicts.jsonl`."""


@dataclass
class ShardedScoring:
    """The scoring of one results folder by one rule book; `rules` None is the samples' own."""

    store: RunFolder
    rules: str | None
    names: tuple[str, ...]
    """The extractions applied first."""
    on_progress: OnProgress = field(default=lambda _done, _total: None)

    @property
    def suffix(self) -> str:
        """The suffix of the files, ".BOOK" for another rule book than the run's own."""
        return f".{self.rules}" if self.rules and self.rules != self.own_book else ""

    @property
    def own_book(self) -> str:
        """The rule book of the run."""
        return default_rule_book(self.store.samples_file.rules, self.store.manifest.rules)

    @property
    def total(self) -> int:
        """Samples times epochs."""
        return len(self.store.samples_file) * self.store.epochs

    @cached_property
    def shards(self) -> list[Shard]:
        """All shards."""
        return divide(self.total)

    @cached_property
    def files(self) -> ShardFiles:
        """Their files."""
        basis = {
            **ScoringBasis.of(self.store.folder).to_json(),
            "samples": self.store.manifest.samples_digest,
            "rules": self.rules or self.store.manifest.rules,
            "extract": list(self.names),
        }
        return ShardFiles(self.store.folder, self.suffix, basis)

    @cached_property
    def index(self) -> ResponseIndex:
        """Where the responses are."""
        return self.store.index()

    def is_done(self, shard: Shard) -> bool:
        """Return whether a shard is scored, by the versions of the checkers that are here."""
        if not self.files.has(shard):
            return False
        versions: dict[str, int] = {}
        for line in self.files.read(shard):
            for verdict in (decode(line) or {}).get("verdicts", ()):
                versions[verdict["id"]] = verdict["version"]
        return all(is_current(*each) for each in versions.items())

    def prepare(self) -> None:
        """Read where the responses are."""
        self.index  # noqa: B018 - cached

    def __reduce__(self) -> tuple[Any, ...]:
        """Have another process read the folder itself."""
        return _load, (self.store.folder.resolve(), self.rules, self.names)

    @property
    def resume(self) -> str:
        """What a user does after a process died."""
        again = "give the same command again to resume, with --engine single to use less memory"
        return f"Finished shards are saved: {again}"

    def run_part(self, part: Shard) -> None:
        """Score a shard into its file."""
        for _ in self._score_live(part):
            pass

    def iter_results(self, shards: Sequence[Shard], engine: str) -> Iterator[Result]:
        """Yield the results of shards in their order, scoring what is not scored yet; every shard is saved.

        Raises `StoreError` if a process dies, and `NotInBook`.
        """
        done, total = 0, sum(map(len, shards))
        for shard, live in self._iter_shards(shards, engine):
            for result in self._read_back(shard) if live is None else live:
                yield result
                done += 1
                if not done % _NOTICE:
                    self.on_progress(done, total)

    def score(self, shards: Sequence[Shard], engine: str) -> None:
        """Score shards into their files; what is scored already is not read. Raises as `iter_results` does."""
        done, total = 0, sum(map(len, shards))
        for shard, live in self._iter_shards(shards, engine):
            for _ in live or ():
                pass
            done += len(shard)
            self.on_progress(done, total)

    def _iter_shards(self, shards: Sequence[Shard], engine: str) -> Iterator[tuple[Shard, Iterator[Result] | None]]:
        """Yield each shard when it is in its file (None), or with the results that put it there once they are read."""
        done = {shard for shard in shards if self.is_done(shard)}
        missing = [shard for shard in shards if shard not in done]
        # Where nothing is missing, no cluster has to be there.
        chosen = choose_engine(engine if missing else SINGLE, sum(map(len, missing)), WORTH_PROCESSES)
        with chosen.map(self, missing) as finished, self.index:
            for shard in shards:
                if shard not in done and chosen.is_here:
                    yield shard, self._score_live(shard)
                    continue
                if shard not in done:
                    next(finished)
                yield shard, None

    def _score_live(self, shard: Shard) -> Iterator[Result]:
        lines: list[bytes] = []
        for result in score_slots(
            self.store, self.index, self.rules or self.store.manifest.rules, self.names, range(shard.first, shard.end)
        ):
            lines.append(encode(to_verdict_line(result)))
            yield result, lines[-1]
        self.files.write(shard, lines)

    def _read_back(self, shard: Shard) -> Iterator[Result]:
        samples, epochs = self.store.samples_file, self.store.epochs
        place = -1
        for slot, line in zip(range(shard.first, shard.end), self.files.read(shard), strict=True):
            if slot // epochs != place:
                place = slot // epochs
                sample = samples[place]
            record: dict[str, Any] | None = decode(line)
            if record is None or (record.get("sample_id"), record.get("epoch")) != (sample.id, slot % epochs):
                raise StoreError(f"{self.files.path(shard)}: is damaged; delete it and give the same command again")
            response = None if "unscored" in record else self.index.response(slot)
            yield from_verdict_line(record, sample, response), line


def _load(folder: Path, rules: str | None, names: tuple[str, ...]) -> ShardedScoring:
    if not folder.is_dir():
        raise StoreError(
            f"there is no folder {folder}, but the results folder must be on a file system that all nodes share; "
            "without one, score parts with --shard I/N and join them with `ifh merge`"
        )
    return ShardedScoring(RunFolder.load(folder), rules, names)
