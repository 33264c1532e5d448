"""Options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping


class NumberRange(click.FloatRange):
    """A number in a range; unlike click's own, it refuses nan, which is in no range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or fail."""
        number = super().convert(value, param, ctx)
        if number != number:  # noqa: PLR0124  # true of nan only
            self.fail(f"{value!r} is no number.", param, ctx)
        return number


BOOK_NAMES = "audited, ifeval, ifbench, livebench, multiif"
"""The rule books, spelled out: importing `scorers.rule_books` would slow every `--help` down."""


def check_local(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return a path of this machine; raises `BadParameter` for a URL, which a path would take for a folder's name."""
    from tasks.limits.remote import hide_credentials, is_url

    if value and is_url(value):
        raise click.BadParameter(
            f"{hide_credentials(value)} is a URL, but this has to be a path of this machine; copy it afterwards, or "
            "export the run to the URL",
            ctx,
            param,
        )
    return value


limit = click.option(
    "--limit",
    "-L",
    "-n",
    type=int,
    metavar="N",
    help="Maximum samples or dialogues, taken in turn from each task and language.",
)
seed = click.option("--seed", type=int, metavar="S", help="Seed of the generated samples (not of the model).")
as_json = click.option("--json", "as_json", is_flag=True, help="JSON on standard output.")
questions = click.option(
    "--questions",
    metavar="Q",
    help="Samples: an ifharness, LiveBench or IFEval file or URL, a folder, hf:owner/set, or a set such as ifbench.",
)
answers = click.option(
    "--answers",
    metavar="A",
    help="Responses to them: LiveBench model_answer, prompt/response lines, responses.jsonl, or as for `ifh import`.",
)
release = click.option("--release", metavar="DATE", help="LiveBench release to restrict to, such as 2024-11-25.")
skip_unknown = click.option(
    "--skip-unknown", is_flag=True, help="Omit samples with unknown instruction ids, and count them."
)
engine = click.option(
    "--engine",
    default="auto",
    show_default=True,
    metavar="ENGINE",
    help="process (all cores), single (one process), ray (a cluster), or auto: process or single, the faster one.",
)
shared_only = click.option(
    "--shared-only", is_flag=True, help="Restrict runs of different sets to their shared samples."
)
confidence = click.option(
    "--confidence",
    type=NumberRange(0.5, 0.9999),
    default=0.95,
    show_default=True,
    metavar="SHARE",
    help="Confidence level of the intervals.",
)


def check_source(run: str | None, questions: str | None, answers: str | None, *, extra: Mapping[str, object]) -> None:
    """Accept either RUN alone, or --questions with --answers; `extra` holds options of the second form only."""
    if run is None and questions and answers:
        return
    if run is None:
        raise click.UsageError("give RUN (a results folder or its name), or --questions Q and --answers A")
    given = {"--questions": questions, "--answers": answers, **extra}
    if surplus := next((name for name, value in given.items() if value), None):
        raise click.UsageError(f"{surplus} cannot be used with RUN; give either RUN, or --questions and --answers")
