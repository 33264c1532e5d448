"""`ifh run`: request responses, verify, score, report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..adapters.base import RETRIES
from . import FAILED, options

if TYPE_CHECKING:
    from tasks.formats.question_set import QuestionSet

    from ..config.model import ResolvedModel


@click.command(name="run")
@click.argument("config", metavar="CONFIG")
@click.option("--model", "-m", metavar="M", help="Model name, or adapter/model.")
@click.option(
    "--adapter", metavar="A", help="API to use: openai, compatible, anthropic, gemini, local, replay, or a plug-in."
)
@click.option("--base-url", "--api-base", metavar="URL", help="Address of the server.")
@options.limit
@click.option(
    "--samples",
    metavar="FILE",
    help="Samples to use instead of generating new ones: an ifharness, LiveBench or IFEval file, or hf:owner/set.",
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
@click.option("--epochs", type=int, metavar="K", help="Responses per sample.")
@click.option("--concurrency", "--max-connections", "-c", type=int, metavar="N", help="Maximum requests in flight.")
@click.option("--timeout", type=float, metavar="SECONDS", help="Time limit of one attempt.")
@click.option("--max-retries", type=click.IntRange(min=0), metavar="N", help="Attempts per request after the first.")
@click.option("--cache", metavar="DIR", help="Folder of responses that runs share.")
@click.option(
    "--retry",
    multiple=True,
    type=click.Choice(RETRIES),
    help="Completed requests to send again. Repeatable.",
)
@click.option("--max-cost", type=float, metavar="USD", help="Budget of the whole run in US dollars.")
@click.option("--max-tokens-total", type=int, metavar="N", help="Budget of the whole run in tokens, input and output.")
@click.option("--out", "-o", metavar="DIR", help="Results folder  [default: results/CONFIG-MODEL-ID]")
@click.option("--dry-run", is_flag=True, help="Estimate tokens and cost without sending requests.")
@click.option(
    "--log-level",
    type=click.Choice(("debug", "info", "warning", "error")),
    help="Log level on stderr. debug: requests and responses (secrets redacted); info: failed attempts.",
)
@options.as_json
def command(
    config: str,
    samples: str | None,
    release: str | None,
    skip_unknown: bool,
    limit: int | None,
    retry: tuple[str, ...],
    out: str | None,
    dry_run: bool,
    log_level: str | None,
    as_json: bool,
    **settings: Any,
) -> int:
    """Request responses to the samples of CONFIG, verify and score them.

    CONFIG is a run file, or the name of a shipped one: quickstart (an embedded model, no API key), smoke (no model),
    livebench (an API model). Options override the run file. Rerun the same command to resume an interrupted run.
    """
    from ..config.options import resolve_options
    from ..dataset.published import load_samples
    from ..runner.request_log import configure_logging
    from ..runner.run import run
    from .output.console import print_notes

    model = resolve_options(config, settings)
    if not samples and not model.config.samples.hub and (release or skip_unknown):
        raise click.UsageError("--release and --skip-unknown need --samples, or a published set such as livebench-if")
    if log_level:
        configure_logging(log_level, key_env=model.config.model.key_env)
    questions = load_samples(model.config, samples, release=release, skip_unknown=skip_unknown)
    print_notes((*(questions.describe() if questions else ()), *model.notes))
    if dry_run:
        return _estimate(model, questions, limit, out, as_json=as_json)
    result = run(model, questions=questions, limit=limit, out=out, retry=retry, when_requested=_load_output)
    from .output.run import print_run

    print_run(result, as_json=as_json)
    return FAILED if result.score is None or result.stop_reason else 0


def _load_output() -> None:
    """Import what prints the result, while the background process scores the last responses."""
    from importlib import import_module

    for module in ("rich.table", "harness.cli.output.run"):
        import_module(module)


def _estimate(
    model: ResolvedModel, questions: QuestionSet | None, limit: int | None, out: str | None, *, as_json: bool
) -> int:
    from ..runner.estimate import estimate_run
    from .output.estimate import print_estimate

    print_estimate(estimate_run(model, questions=questions, limit=limit, out=out), as_json=as_json)
    return 0
