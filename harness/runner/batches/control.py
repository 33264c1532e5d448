"""What `ifh batch` does to a run folder alone: show its batches, collect them, cancel them."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ...adapters.batches.base import BatchGone
from ...adapters.registry import make_batch_adapter
from ...config.model import ResolvedModel
from ...config.model_files import ModelEntry
from ...config.prices import Prices
from ...config.run_file import Config
from ...config.sections import ModelSection, ScoreSection
from ...errors import AdapterError, ConfigError
from ...store.batches.log import BatchLog
from ...store.batches.record import CANCELLED, POLLED, SUBMITTED
from ...store.lock import Lock
from ...store.run_folder import RunFolder, find_run
from ..score import RunResult, score_run
from ..session import run_session
from ..setup import adapter_setup
from .session import batch_settings, parse_ask

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ...adapters.batches.base import BatchAdapter
    from ...store.batches.record import BatchRecord
    from ...store.manifest import Manifest

_NOT_HEADER = ("format", "plan", "digest", "ifharness", "python")


class BatchReport(NamedTuple):
    """The batches of a run, and what could not be learned or done."""

    run: str
    records: list[BatchRecord]
    problems: list[str]


def collect_batches(run: str, *, wait: bool = True, quiet: bool = False) -> RunResult:
    """Save the results of a run's batches, continue it, and score it; `ifh run` without its options.

    After a cancel nothing further is sent. Raises `ConfigError` for a run without batches, and what `run` raises.
    """
    folder = find_run(run)
    store, log = _load(folder)
    model = _model_of(store.manifest, log)
    settings = batch_settings(model.config.ask, folder, wait=wait, submit=not log.stopped)
    record = store.manifest.record
    with ExitStack() as resources:
        session = run_session(
            model,
            store.samples_file,
            spec=store.plan,
            folder=folder,
            header={name: value for name, value in record.items() if name not in _NOT_HEADER},
            scorer=None,
            retry=(),
            quiet=quiet,
            cancellation=None,
            resources=resources,
            batches=settings,
        )
        scoring = score_run(session.run_folder, names=model.config.score.extract)
    return RunResult(
        **vars(scoring),
        run_folder=session.run_folder,
        requests=session.requests,
        generated=None,
        notes=session.notes,
    )


def load_batches(run: str) -> BatchReport:
    """Return the batches of a run as the provider reports them now; writes nothing."""
    folder = find_run(run)
    store, log = _load(folder)
    problems: list[str] = []
    if log.open:
        try:
            asyncio.run(_poll_all(_adapter_of(store, log), log, problems))
        except (ConfigError, AdapterError) as error:
            problems.append(str(error))
    return BatchReport(folder.name, list(log.records.values()), problems)


def cancel_batches(run: str) -> BatchReport:
    """Have the provider end all batches of a run; what they have answered can be collected.

    Raises `StoreError` while a process works in the folder.
    """
    folder = find_run(run)
    store, log = _load(folder)
    lock, problems = Lock(folder), list[str]()
    try:
        asyncio.run(_cancel_all(_adapter_of(store, log), log, problems))
        log.append(CANCELLED)
    finally:
        log.close()
        lock.release()
    return BatchReport(folder.name, list(log.records.values()), problems)


def _load(folder: Path) -> tuple[RunFolder, BatchLog]:
    store, log = RunFolder.load(folder), BatchLog(folder)
    if not log.exists:
        raise ConfigError(f"{folder}: this run has no batches; to send its requests in batches, run it with --batch")
    return store, log


def _adapter_of(store: RunFolder, log: BatchLog) -> BatchAdapter:
    config = _model_of(store.manifest, log).config
    return make_batch_adapter(config.model.adapter, adapter_setup(config, store.samples_file))


async def _poll_all(adapter: BatchAdapter, log: BatchLog, problems: list[str]) -> None:
    async with adapter:
        for record in log.open:
            if not record.batch_id:
                problems.append(f"batch {record.marker}: its creation is unconfirmed; collect finds or creates it")
                continue
            try:
                state = await adapter.poll(record.batch_id)
            except BatchGone:
                problems.append(f"the provider does not have batch {record.batch_id} any more")
            except AdapterError as error:
                problems.append(f"batch {record.batch_id} cannot be read now: {error}")
            else:
                log.note_state(POLLED, record.marker, state)


async def _cancel_all(adapter: BatchAdapter, log: BatchLog, problems: list[str]) -> None:
    async with adapter:
        for record in log.open:
            try:
                if not record.batch_id:
                    state = await adapter.find(log.file(record), log.batch_ids | record.others)
                    if state is None:
                        continue
                    log.record_state(SUBMITTED, record.marker, state)
                await adapter.cancel(record.batch_id)
            except AdapterError as error:  # it has ended meanwhile, which the provider reports as an error
                problems.append(f"batch {record.batch_id}: {error}")


def _model_of(manifest: Manifest, log: BatchLog) -> ResolvedModel:
    """Return the model of a run as it was when the run was started, from its folder."""
    plan, about = manifest.spec.values, log.about
    sent: dict[str, Any] = dict(plan.get("settings") or {})
    if "stop" in sent:
        sent["stop"] = tuple(sent["stop"])
    known = ModelSection.__dataclass_fields__
    section = ModelSection(
        adapter=manifest.adapter,
        name=manifest.model,
        base_url=plan.get("base_url"),
        key_env=about.get("key_env"),
        options=dict(plan.get("options") or {}),
        **{name: value for name, value in sent.items() if name in known},
    )
    ask = replace(parse_ask(about), epochs=manifest.epochs)
    score = ScoreSection(manifest.extract, manifest.rules)
    config = Config(manifest.config, log.path.parent / "run.json", model=section, ask=ask, score=score)
    entry = ModelEntry(name=manifest.model, max_output=about["max_output"]) if about.get("max_output") else None
    prices = Prices(**about["prices"]) if about.get("prices") else None
    return ResolvedModel(config, entry, prices)


def describe_report(report: BatchReport, lines: Sequence[str]) -> list[str]:
    """Return the lines of a report with what to do next."""
    waiting = [record for record in report.records if not record.resolved]
    found = [*lines, *report.problems]
    if waiting:
        found.append(f"To collect, rerun the command of the run, or run: ifh batch collect {report.run}")
    else:
        found.append("No batch is at the provider.")
    return found
