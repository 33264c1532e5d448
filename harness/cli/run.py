"""`ifh run`: ask a model, verify, score, report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..adapters.base import RETRIES
from . import FAILED, options

if TYPE_CHECKING:
    from tasks.formats.question_set import QuestionSet

    from ..config.model import ResolvedModel
    from ..runner.run import RunResult

SETTINGS = {
    "seed": "questions.seed",
    "model_seed": "model.seed",
    "model_file": "model.file",
    "temperature": "model.temperature",
    "top_p": "model.top_p",
    "max_tokens": "model.max_tokens",
    "timeout": "ask.timeout",
    "max_retries": "ask.attempts",
    "cache": "ask.cache",
    "epochs": "ask.epochs",
    "concurrency": "ask.concurrency",
    "max_cost": "ask.max_cost",
    "max_tokens_total": "ask.max_tokens_total",
}
"""Options that stand for a key of the run file."""


@click.command(name="run", short_help="Ask a model, verify its answers, score, report.")
@click.argument("config", metavar="CONFIG")
@click.option(
    "--samples",
    metavar="FILE",
    help="Ask these instead of drawing some: `ifh generate`'s, LiveBench's or IFEval's format, or hf:owner/set.",
)
@options.release
@options.skip_unknown
@click.option("--model", "-m", metavar="M", help="A model, or provider/model to pick the adapter too.")
@click.option("--adapter", metavar="A", help="How to ask: openai, local, scripted, replay or a plug-in's.")
@click.option("--base-url", "--api-base", metavar="URL", help="Address of the server, such as one of your own.")
@click.option("--temperature", type=float, metavar="T", help="Sent to the model; so are the next three.")
@click.option("--top-p", type=float, metavar="P", help="Share of likely tokens to draw from.")
@click.option("--max-tokens", type=int, metavar="N", help="Tokens of one answer at the most.")
@click.option("--model-seed", type=int, metavar="S", help="The model's seed.")
@options.limit
@options.seed
@click.option("--cache", metavar="DIR", help="A folder of answers that runs share: what it holds is not asked again.")
@click.option("--epochs", type=int, metavar="K", help="Answers asked of each sample.")
@click.option(
    "--retry",
    multiple=True,
    type=click.Choice(RETRIES),
    help="Ask again for what failed, was cut at the token limit, refused or blank; may be given several times.",
)
@click.option("--out", "-o", metavar="DIR", help="Results folder  [default: results/<config>-<model>-<plan>].")
@click.option(
    "--concurrency", "--max-connections", "-c", type=int, metavar="N", help="Requests in flight at once, at most."
)
@click.option("--timeout", type=float, metavar="SECONDS", help="For one attempt; then it is tried again.")
@click.option(
    "--max-retries",
    type=click.IntRange(min=0),
    callback=lambda _context, _option, again: None if again is None else 1 + again,
    metavar="N",
    help="Attempts of one request after the first one.",
)
@click.option(
    "--model-file",
    metavar="FILE",
    type=click.Path(resolve_path=True),  # relative ones start at the working folder, not at the run file's
    help="A model file of your own: prices, limits, address, quirks.",
)
@click.option("--max-cost", type=float, metavar="USD", help="Stop before the run has cost more.")
@click.option(
    "--max-tokens-total", type=int, metavar="N", help="Stop before the run has taken more tokens, in and out."
)
@click.option("--dry-run", is_flag=True, help="Estimate tokens and cost; ask nothing, write nothing.")
@click.option(
    "--log-level",
    type=click.Choice(("debug", "info", "warning", "error")),
    help="Tell on standard error: debug, what is sent and heard without secrets; info, what went wrong on the way.",
)
@options.as_json
def command(
    config: str,
    samples: str | None,
    release: str | None,
    skip_unknown: bool,
    model: str | None,
    adapter: str | None,
    base_url: str | None,
    limit: int | None,
    retry: tuple[str, ...],
    out: str | None,
    dry_run: bool,
    log_level: str | None,
    as_json: bool,
    **settings: Any,
) -> int:
    """Ask a model the questions of CONFIG, verify its answers and score them.

    CONFIG is a run file, or the name of one that comes with ifharness: quickstart (an embedded model, no key),
    smoke (no model), livebench (an API model). The same command goes on where it was interrupted.
    """
    from tasks.formats.question_set import read_questions

    from ..config.model import apply_model_options, resolve_model
    from ..config.run_file import load_config, override
    from ..runner.request_log import configure_logging
    from ..runner.run import run
    from .output.console import print_notes

    if not samples and (release or skip_unknown):
        raise click.UsageError("--release and --skip-unknown go with --samples")
    changed = override(load_config(config), {SETTINGS[name]: value for name, value in settings.items()})
    chosen = resolve_model(apply_model_options(changed, model, adapter, base_url))
    if log_level:
        configure_logging(log_level, key_env=chosen.config.model.key_env)
    questions = (
        read_questions(samples, release=release or "", skip_unknown=skip_unknown, lazily=True) if samples else None
    )
    print_notes((*(questions.describe() if questions else ()), *chosen.notes))
    if dry_run:
        return _estimate(chosen, questions, limit, out, as_json=as_json)
    outcome = run(chosen, questions=questions, limit=limit, out=out, retry=retry)
    _tell(outcome, as_json=as_json)
    return FAILED if outcome.scored.summary.if_score is None or outcome.asked.stop_reason else 0


def _tell(outcome: RunResult, *, as_json: bool) -> None:
    from .output.run import print_run  # what it needs was loaded while the last answers were judged

    print_run(outcome, as_json=as_json)


def _estimate(
    chosen: ResolvedModel, questions: QuestionSet | None, limit: int | None, out: str | None, *, as_json: bool
) -> int:
    from ..runner.estimate import estimate_run
    from .output.estimate import print_estimate

    print_estimate(estimate_run(chosen, questions=questions, limit=limit, out=out), as_json=as_json)
    return 0
