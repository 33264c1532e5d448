"""`ifh run`: ask a model, verify, score, report."""

from __future__ import annotations

import click

from ..kept import RETRIES
from . import FAILED, options


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
@click.option("--base-url", metavar="URL", help="Address of an OpenAI-compatible server.")
@options.limit
@options.seed
@click.option("--model-seed", type=int, metavar="S", help="Seed that is sent to the provider.")
@click.option("--cache", metavar="DIR", help="A folder of answers that runs share: what it holds is not asked again.")
@click.option("--epochs", type=int, metavar="K", help="Answers asked of each sample.")
@click.option(
    "--retry",
    multiple=True,
    type=click.Choice(RETRIES),
    help="Ask again for what failed, was cut at the token limit, or was refused; may be given several times.",
)
@click.option("--out", "-o", metavar="DIR", help="Results folder  [default: results/<config>-<model>-<plan>].")
@click.option("--concurrency", "-c", type=int, metavar="N", help="Requests in flight at once.")
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
    seed: int | None,
    model_seed: int | None,
    cache: str | None,
    epochs: int | None,
    retry: tuple[str, ...],
    out: str | None,
    concurrency: int | None,
    as_json: bool,
) -> int:
    """Ask a model the questions of CONFIG, verify its answers and score them.

    CONFIG is a run file, or the name of one that comes with ifharness: quickstart (an embedded model, no key),
    smoke (no model), livebench (an API model). The same command goes on where it was interrupted.
    """
    from tasks.questions import read_questions

    from ..config import load_config, override
    from ..run import choose_model, run
    from ..show import tell_notes, tell_outcome

    if not samples and (release or skip_unknown):
        raise click.UsageError("--release and --skip-unknown go with --samples")
    chosen = choose_model(load_config(config), model, adapter, base_url)
    changes = {"questions.seed": seed, "model.seed": model_seed, "ask.concurrency": concurrency, "ask.epochs": epochs}
    questions = (
        read_questions(samples, release=release or "", skip_unknown=skip_unknown, lazily=True) if samples else None
    )
    tell_notes(questions.told() if questions else ())
    outcome = run(
        override(chosen, {**changes, "ask.cache": cache}), questions=questions, limit=limit, out=out, retry=retry
    )
    tell_outcome(outcome, as_json=as_json)
    return FAILED if outcome.scored.summary.if_score is None or outcome.asked.stopped else 0
