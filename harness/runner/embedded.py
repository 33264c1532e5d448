"""Runs started from Python: with options as keyword arguments, and inside a running event loop."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from tasks.formats.question_set import SAMPLES, QuestionSet

from ..config.options import check_options, resolve_options
from ..dataset.published import load_samples
from ..errors import ConfigError
from .run import run
from .stopping.cancel import Cancellation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tasks.sample import Sample

    from ..config.options import RunOptions
    from ..config.run_file import Config
    from .score import RunResult

T = TypeVar("T")


def run_with_options(
    config: str | Path | Config,
    samples: str | Path | Sequence[Sample] | None,
    options: Mapping[str, Any],
) -> RunResult:
    """Run `config` with `options` (those of `RunOptions`); inside a running event loop, in a thread.

    Ctrl-C interrupts the run as on the command line: the result has a `stop_reason`.
    """
    cancellation = Cancellation()
    return call_outside_loop(lambda: _execute(config, samples, options, cancellation), cancellation.cancel)


async def run_async(
    config: str | Path | Config,
    samples: str | Path | Sequence[Sample] | None,
    options: Mapping[str, Any],
) -> RunResult:
    """Run `config` in a thread while the calling event loop continues.

    Cancelling the first time lets the requests in flight end and saves their responses. A second time abandons them.
    Either way `asyncio.CancelledError` is raised once the run has ended.
    """
    cancellation = Cancellation()
    work = asyncio.ensure_future(asyncio.to_thread(_execute, config, samples, options, cancellation))
    cancelled: asyncio.CancelledError | None = None
    while not work.done():
        try:
            await asyncio.wait([work])
        except asyncio.CancelledError as error:
            cancelled = error
            cancellation.cancel()
    if cancelled:
        work.cancelled() or work.exception()  # retrieved, so that asyncio does not report it as lost
        raise cancelled
    return work.result()


def call_outside_loop(function: Callable[[], T], interrupt: Callable[[], None] = lambda: None) -> T:
    """Return `function()`, called in a thread if this one is running an event loop.

    `interrupt` is called at Ctrl-C while that thread works; without a running loop `function` handles signals itself.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return function()
    with ThreadPoolExecutor(1, "ifharness") as pool:
        future = pool.submit(function)
        while True:
            try:
                return future.result()
            except asyncio.CancelledError:
                raise KeyboardInterrupt from None  # interrupted a second time, so abandoned
            except KeyboardInterrupt:
                interrupt()


def _execute(
    config: str | Path | Config,
    samples: str | Path | Sequence[Sample] | None,
    options: Mapping[str, Any],
    cancellation: Cancellation,
) -> RunResult:
    checked = check_options(options)
    model = resolve_options(config, checked)
    out = checked.get("out")
    return run(
        model,
        questions=_sample_set(model.config, samples, checked),
        limit=checked.get("limit"),
        out=str(out) if out else None,
        retry=checked.get("retry", ()),
        quiet=checked.get("quiet", False),
        wait=checked.get("wait", True),
        cancellation=cancellation,
    )


def _sample_set(
    config: Config, samples: str | Path | Sequence[Sample] | None, options: RunOptions
) -> QuestionSet | None:
    """Return the samples of a file, a list or the run file's published set as a set; None to generate them."""
    release, skip_unknown = options.get("release"), options.get("skip_unknown", False)
    listed = isinstance(samples, (list, tuple))
    if (release or skip_unknown) and (listed or not (samples or config.samples.hub)):
        raise ConfigError("release and skip_unknown need samples to be a file or a hub name")
    if isinstance(samples, (list, tuple)):
        if not samples:
            raise ConfigError("samples is an empty list; pass at least one sample")
        return QuestionSet("python", SAMPLES, tuple(samples))
    return load_samples(config, str(samples) if samples else None, release=release, skip_unknown=skip_unknown)
