"""`ifh run`: request responses, verify, score, report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..adapters.base import RETRIES
from ..adapters.batches.base import FALLBACKS
from ..adapters.formats.request_body import SETTINGS
from ..config.sections import ENGINES
from . import FAILED, options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.formats.question_set import QuestionSet

    from ..config.model import ResolvedModel
    from ..runner.score import RunResult

WAITING = "waiting"
"""Why a run ended whose batches are at the provider: no failure."""


@click.command(name="run")
@click.argument("configs", metavar="CONFIG...", nargs=-1, required=True)
@click.option("--model", "-m", metavar="M", help="Model name, or adapter/model.")
@click.option(
    "--adapter", metavar="A", help="API to use: openai, compatible, anthropic, gemini, local, replay, or a plug-in."
)
@click.option("--base-url", "--api-base", metavar="URL", help="Address of the server.")
@options.limit
@click.option(
    "--samples",
    metavar="FILE",
    help="Samples to use instead of generated or downloaded ones: a file of ifharness, LiveBench, IFEval, IFBench or "
    "Multi-IF, or hf:owner/set.",
)
@options.release
@options.skip_unknown
@options.seed
@click.option("--temperature", type=float, metavar="T", help="Sampling temperature.")
@click.option("--top-p", type=float, metavar="P", help="Nucleus sampling threshold.")
@click.option("--max-tokens", type=int, metavar="N", help="Maximum output tokens per response.")
@click.option("--model-seed", type=int, metavar="S", help="Seed sent to the model.")
@click.option(
    "--model-file",
    metavar="FILE",
    type=click.Path(resolve_path=True),  # relative paths start at the working folder, not at the run file
    help="Model file with prices, limits and request settings.",
)
@click.option(
    "--set",
    multiple=True,
    metavar="KEY=VALUE",
    help="Any key of the run file, such as model.extra.top_k=20. Repeatable.",
)
@click.option(
    "--omit", multiple=True, type=click.Choice(SETTINGS), help="Setting that is not sent to the model. Repeatable."
)
@click.option("--price-in", type=float, metavar="USD", help="US dollars per million input tokens.")
@click.option("--price-out", type=float, metavar="USD", help="US dollars per million output tokens.")
@click.option("--epochs", type=int, metavar="K", help="Responses per sample.")
@click.option("--concurrency", "--max-connections", "-c", type=int, metavar="N", help="Maximum requests in flight.")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    help="ray: the nodes of a Ray cluster send the requests. single: one process requests, then scores.",
)
@click.option("--timeout", type=float, metavar="SECONDS", help="Time limit of one attempt.")
@click.option("--max-retries", type=click.IntRange(min=0), metavar="N", help="Attempts per request after the first.")
@click.option(
    "--max-wait", type=float, metavar="SECONDS", help="Longest wait that a provider may ask for  [default: 3600]"
)
@click.option("--cache", metavar="DIR", callback=options.check_local, help="Folder of responses that runs share.")
@click.option(
    "--retry",
    multiple=True,
    type=click.Choice(RETRIES),
    help="Completed requests to send again. Repeatable.",
)
@click.option("--batch", is_flag=True, default=None, help="Send batches: half the price, responses within a day.")
@click.option("--no-wait", is_flag=True, help="Submit the batches and leave; the same command collects them later.")
@click.option(
    "--batch-fallback",
    type=click.Choice(FALLBACKS),
    help="What to do with requests that a batch did not answer  [default: resubmit]",
)
@click.option("--max-cost", type=float, metavar="USD", help="Budget of the whole run in US dollars.")
@click.option("--max-tokens-total", type=int, metavar="N", help="Budget of the whole run in tokens, input and output.")
@click.option(
    "--out",
    "-o",
    metavar="DIR",
    callback=options.check_local,
    help="Results folder  [default: results/CONFIG-MODEL-ID]",
)
@click.option("--dry-run", is_flag=True, help="Estimate tokens and cost without sending requests.")
@click.option(
    "--log-level",
    type=click.Choice(("debug", "info", "warning", "error")),
    help="Log level on stderr. debug: requests and responses (secrets redacted); info: failed attempts.",
)
@options.as_json
def command(
    configs: tuple[str, ...],
    samples: str | None,
    release: str | None,
    skip_unknown: bool,
    limit: int | None,
    retry: tuple[str, ...],
    out: str | None,
    dry_run: bool,
    no_wait: bool,
    log_level: str | None,
    as_json: bool,
    **settings: Any,
) -> int:
    """Request responses to the samples of CONFIG, verify and score them.

    CONFIG is a run file, or the name of a shipped one: quickstart (an embedded model, no API key), smoke (no model),
    livebench (an API model), robust (an API model, each sample with twins), images (a vision model), or a published
    set: ifeval, ifbench, ifbench-multiturn, livebench-if, multi-if. Several run one after the other, each in a folder
    of its own. Options override the run file. Rerun the same command to resume an interrupted run.
    """
    from ..config.options import resolve_options
    from ..config.overrides import parse_assignment
    from ..runner.progress.request_log import configure_logging
    from .output.console import print_notes

    settings["set"] = dict(map(parse_assignment, settings["set"]))
    _check_several(configs, samples=samples, out=out)
    models = [resolve_options(config, settings) for config in configs]
    sets = [_load_set(model, samples, release, skip_unknown=skip_unknown) for model in models]
    if log_level:
        configure_logging(log_level, key_env=models[0].config.model.key_env)
    notes = [(*(found.describe() if found else ()), *model.notes) for model, found in zip(models, sets, strict=True)]
    if dry_run:
        print_notes(dict.fromkeys(line for lines in notes for line in lines))
        return _estimate(list(zip(models, sets, strict=True)), limit, out, as_json=as_json)
    finished: list[RunResult] = []
    for model, questions, lines in zip(models, sets, notes, strict=True):
        print_notes(lines)
        several = len(configs) > 1
        finished.append(_run(model, questions, limit, out, retry, wait=not no_wait, as_json=as_json, several=several))
        if finished[-1].stop_reason not in (None, WAITING):
            break
    _print_end(finished, configs, as_json=as_json)
    return FAILED if any(map(has_failed, finished)) else 0


def has_failed(result: RunResult) -> bool:
    """Return whether a run ended without a score or early; one whose batches are at the provider has not."""
    return result.stop_reason != WAITING and (result.score is None or bool(result.stop_reason))


def _check_several(configs: tuple[str, ...], *, samples: str | None, out: str | None) -> None:
    """Refuse options that name one set or one folder for several runs."""
    if len(configs) > 1 and (given := "--samples" if samples else "--out" if out else ""):
        raise click.UsageError(f"{given} is for one CONFIG, but there are {len(configs)}; run them one by one")
    if twice := next((name for name in configs if configs.count(name) > 1), ""):
        raise click.UsageError(f"CONFIG {twice} is given twice")


def _load_set(
    model: ResolvedModel, samples: str | None, release: str | None, *, skip_unknown: bool
) -> QuestionSet | None:
    from ..dataset.published import load_samples

    if (release or skip_unknown) and not samples and not model.config.samples.hub:
        raise click.UsageError("--release and --skip-unknown need --samples, or a published set such as livebench-if")
    return load_samples(model.config, samples, release=release, skip_unknown=skip_unknown)


def _run(
    model: ResolvedModel,
    questions: QuestionSet | None,
    limit: int | None,
    out: str | None,
    retry: tuple[str, ...],
    *,
    wait: bool,
    as_json: bool,
    several: bool,
) -> RunResult:
    """Run one of the sets, and print its result unless several are printed as one JSON record."""
    from ..runner.run import run

    result = run(model, questions=questions, limit=limit, out=out, retry=retry, when_requested=_load_output, wait=wait)
    if not (as_json and several):
        from .output.run import print_run

        print_run(result, as_json=as_json)
    return result


def _print_end(finished: Sequence[RunResult], configs: Sequence[str], *, as_json: bool) -> None:
    """Print the results of several sets side by side; nothing for a single one."""
    if len(configs) > 1:
        from .output.run import print_runs

        print_runs(finished, configs[len(finished) :], as_json=as_json)


def _load_output() -> None:
    """Import what prints the result, while the background process scores the last responses."""
    from importlib import import_module

    for module in ("rich.table", "harness.cli.output.run"):
        import_module(module)


def _estimate(
    runs: Sequence[tuple[ResolvedModel, QuestionSet | None]], limit: int | None, out: str | None, *, as_json: bool
) -> int:
    from ..runner.estimate import estimate_run
    from .output.estimate import print_estimates

    print_estimates(
        [estimate_run(model, questions=found, limit=limit, out=out) for model, found in runs], as_json=as_json
    )
    return 0
