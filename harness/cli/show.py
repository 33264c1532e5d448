"""`ifh show`: look at samples, or at the verdicts of a run."""

from __future__ import annotations

import click

from . import options


@click.command(name="show", short_help="Show samples, or a run's answers and verdicts.")
@click.argument("what", metavar="SAMPLES|RUN")
@click.option("--id", "id_", metavar="ID", help="Only the sample whose id, ours or published, begins so.")
@click.option("--task", metavar="TASK", help="Only samples of this task.")
@click.option("--failed", is_flag=True, help="Only answers with a verdict that is not followed (runs only).")
@options.limit
def command(what: str, id_: str | None, task: str | None, failed: bool, limit: int | None) -> None:
    """Show the prompts of a samples file or a published question set, or the answers and verdicts of a run."""
    from ..interop.export_dataset import is_sample_file
    from .output.samples import print_run_samples, print_samples

    if is_sample_file(what):
        print_samples(what, id=id_ or "", task=task, limit=limit)
    else:
        print_run_samples(what, failed=failed, id=id_ or "", task=task, limit=limit)
