"""The audit of a set with an engine, and with a file of findings that a killed command resumes."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from tasks.formats.sample_file import SampleFile

from ... import __version__
from ...dataset.audit import AuditJob, Feasibility, split_samples
from ...store.files import check_compression, write_whole
from ...store.journal import encode
from .engine import AUTO, choose_engine
from .resume import SavedResults, join_saved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tasks.sample import Sample

WORTH_PROCESSES = 500
"""Samples from which on several processes are faster than one."""


def audit_set(
    samples: Sequence[Sample],
    rules: str | None = None,
    *,
    engine: str = AUTO,
    out: Path | None = None,
    on_note: Callable[[str], object] = lambda _note: None,
) -> Iterator[Feasibility]:
    """Yield what is known of each sample, in order; with `out`, write it there as JSON Lines at the end.

    What is found is saved beside `out` on the way: called again after a kill, this continues behind it, and `on_note`
    gets how much that was. Raises `ConfigError` for an engine that is not possible here, `StoreError`, `NotInBook`.
    """
    chosen = choose_engine(engine, len(samples), WORTH_PROCESSES)
    if out:
        check_compression(out)
    with ExitStack() as stack:
        saved = stack.enter_context(SavedResults(out, _basis(samples, rules))) if out else None
        if saved and saved.count:
            on_note(f"resumed: {saved.count:,} samples were searched before")
        job = stack.enter_context(AuditJob(rules))
        parts = split_samples(samples, saved.count if saved else 0)
        results = stack.enter_context(chosen.map(job, parts))
        yield from job.join(samples, join_saved(saved, results, _to_record, _from_record))
        if saved and out:
            found = job.join(samples, map(_from_record, saved.read(len(samples))))
            write_whole(out, (encode(one.to_json()) for one in found))
            saved.remove()


def _to_record(found: tuple[str, str]) -> dict[str, Any]:
    return dict(zip(("outcome", "reason"), found, strict=True))


def _from_record(record: dict[str, Any]) -> tuple[str, str]:
    return record["outcome"], record["reason"]


def _basis(samples: Sequence[Sample], rules: str | None) -> dict[str, Any]:
    digest = hashlib.sha256()
    for id in samples.ids if isinstance(samples, SampleFile) else (sample.id for sample in samples):
        digest.update(f"{id}\n".encode("utf-8", "surrogatepass"))
    return {"ifharness": __version__, "rules": rules, "samples": digest.hexdigest()}
