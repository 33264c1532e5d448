"""What `ifh batch` does to a run folder alone: show its batches, collect them, cancel them."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ...adapters.batches.base import BatchGone
from ...adapters.credentials import base_url_from_env, is_loopback
from ...adapters.registry import default_url, make_batch_adapter
from ...config.model import ResolvedModel
from ...config.model_files import ModelEntry, find_model, places_with
from ...config.run_file import Config, override
from ...config.sections import ModelSection, ScoreSection
from ...config.toml import typed_section
from ...errors import AdapterError, ConfigError
from ...store.batches.log import BatchLog
from ...store.batches.record import CANCELLED, POLLED, SUBMITTED, price_table
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

_SETTINGS = ("max_tokens", "temperature", "top_p", "seed", "stop", "extra", "prompt_prefix")
_NOT_HEADER = ("format", "plan", "digest", "ifharness", "python")


class BatchReport(NamedTuple):
    """The batches of a run, and what could not be learned or done."""

    run: str
    records: list[BatchRecord]
    problems: list[str]
    failed: bool = False
    """Whether the provider could not be reached, or did not do what was requested."""


def collect_batches(run: str, *, base_url: str | None = None, wait: bool = True, quiet: bool = False) -> RunResult:
    """Save the results of a run's batches, continue it, and score it; `ifh run` without its options.

    After a cancel nothing further is sent. `base_url` confirms the address that the folder names. Raises `ConfigError`
    for a run without batches or another address, and what `run` raises.
    """
    folder = find_run(run)
    store, log = _load(folder)
    model = _model_of(store.manifest, log, base_url)
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


def load_batches(run: str, *, base_url: str | None = None) -> BatchReport:
    """Return the batches of a run as the provider reports them now; writes nothing."""
    folder = find_run(run)
    store, log = _load(folder)
    problems, failed = list[str](), False
    if log.open:
        adapter = _adapter_of(store, log, base_url)
        try:
            failed = asyncio.run(_poll_all(adapter, log, problems))
        except (ConfigError, AdapterError) as error:
            problems.append(str(error))
            failed = True
    return BatchReport(folder.name, list(log.records.values()), problems, failed)


def cancel_batches(run: str, *, base_url: str | None = None) -> BatchReport:
    """Have the provider end all batches of a run; what they have answered can be collected.

    From then on nothing is sent until the run is run again. Raises `StoreError` while a process works in the folder.
    """
    folder = find_run(run)
    store, log = _load(folder)
    lock, problems = Lock(folder), list[str]()
    try:
        adapter = _adapter_of(store, log, base_url)
        log.append(CANCELLED)
        failed = asyncio.run(_cancel_all(adapter, log, problems))
    finally:
        log.close()
        lock.release()
    return BatchReport(folder.name, list(log.records.values()), problems, failed)


def _load(folder: Path) -> tuple[RunFolder, BatchLog]:
    store, log = RunFolder.load(folder), BatchLog(folder)
    if not log.exists:
        raise ConfigError(f"{folder}: this run has no batches; to send its requests in batches, run it with --batch")
    return store, log


def _adapter_of(store: RunFolder, log: BatchLog, base_url: str | None) -> BatchAdapter:
    config = _model_of(store.manifest, log, base_url).config
    return make_batch_adapter(config.model.adapter, adapter_setup(config, store.samples_file))


async def _poll_all(adapter: BatchAdapter, log: BatchLog, problems: list[str]) -> bool:
    """Note the state of each batch; return whether one could not be read."""
    failed = False
    async with adapter:
        for record in log.open:
            if not record.batch_id:
                problems.append(f"Batch {record.marker}: its creation is unconfirmed; collect finds or creates it")
                continue
            try:
                state = await adapter.poll(record.batch_id)
            except BatchGone:
                problems.append(f"the provider does not have batch {record.batch_id} any more")
            except AdapterError as error:
                problems.append(f"Batch {record.batch_id} cannot be read now: {error}")
                failed = True
            else:
                log.note_state(POLLED, record.marker, state)
    return failed


async def _cancel_all(adapter: BatchAdapter, log: BatchLog, problems: list[str]) -> bool:
    """Cancel each batch; return whether one may continue all the same."""
    failed = False
    async with adapter:
        for record in log.open:
            try:
                if not record.batch_id:
                    state = await adapter.find(log.file(record), log.batch_ids | record.others)
                    if state is None:
                        continue
                    log.record_state(SUBMITTED, record.marker, state, found=True)
                await adapter.cancel(record.batch_id)
            except BatchGone:
                problems.append(f"the provider does not list its batches, so batch {record.marker} cannot be found")
                failed = True
            except AdapterError as error:
                if not await _has_ended(adapter, record):
                    problems.append(f"Batch {record.batch_id or record.marker} was not cancelled: {error}")
                    failed = True
    return failed


async def _has_ended(adapter: BatchAdapter, record: BatchRecord) -> bool:
    """Return whether a batch has ended, so that it cannot be cancelled; False where that cannot be learned."""
    try:
        return bool(record.batch_id) and (await adapter.poll(record.batch_id)).ended
    except BatchGone:
        return True
    except AdapterError:
        return False


def _model_of(manifest: Manifest, log: BatchLog, base_url: str | None) -> ResolvedModel:
    """Return the model of a run as it was when the run was started, from its folder.

    Raises `ConfigError` for settings that no run can use, and for an address that the user has to confirm.
    """
    plan, about = manifest.spec.values, log.about
    _check_address(manifest, log.path.parent, base_url)
    path = log.path.parent / "run.json"
    saved = {
        **{name: value for name, value in (plan.get("settings") or {}).items() if name in _SETTINGS},
        "adapter": manifest.adapter,
        "name": manifest.model,
        "base_url": plan.get("base_url"),
        "key_env": about.get("key_env"),
        "options": plan.get("options"),
    }
    given = {name: value for name, value in saved.items() if value is not None}
    section = typed_section(ModelSection, given, str(path), "model")
    ask = replace(parse_ask(log), epochs=manifest.epochs)
    score = ScoreSection(manifest.extract, manifest.rules)
    config = override(Config(manifest.config, path, model=section, ask=ask, score=score), {})
    entry = ModelEntry(name=manifest.model, max_output=about["max_output"]) if about.get("max_output") else None
    return ResolvedModel(config, entry, price_table(about))


def _check_address(manifest: Manifest, folder: Path, confirmed: str | None) -> None:
    """Raise `ConfigError` for an address that only the folder names: the key would go wherever it says."""
    url = manifest.base_url.rstrip("/")
    if confirmed is not None and confirmed.rstrip("/") != url:
        raise ConfigError(f"{folder}: --base-url is {confirmed}, but the batches of this run are at {url or 'none'}")
    if not url or confirmed is not None or is_loopback(url):
        return
    entry = find_model(manifest.model, places_with(None))
    known = (default_url(manifest.adapter), base_url_from_env(manifest.adapter), entry.base_url if entry else None)
    if url not in [(one or "").rstrip("/") for one in known]:
        raise ConfigError(
            f"{folder}: the batches of this run are at {url}, and your key would go there. That address is not the "
            f"provider's own and in no model file: to confirm it, add --base-url {url}"
        )


def describe_report(report: BatchReport, lines: Sequence[str]) -> list[str]:
    """Return the lines of a report with what to do next."""
    waiting = [record for record in report.records if not record.resolved]
    found = [*lines, *report.problems]
    if waiting:
        found.append(f"To collect, rerun the command of the run, or run: ifh batch collect {report.run}")
    else:
        found.append("No batch is at the provider.")
    return found
