"""`ifh show`: samples, or the responses and verdicts of a run."""

from __future__ import annotations

import click

from . import options


@click.command(name="show")
@click.argument("what", metavar="SAMPLES|RUN")
@click.option("--id", "id_", metavar="ID", help="Start of a sample id (ifharness or published).")
@click.option("--task", metavar="TASK", help="Task of the samples.")
@click.option("--failed", is_flag=True, help="Only responses with a failed verdict (RUN only).")
@options.limit
def command(what: str, id_: str | None, task: str | None, failed: bool, limit: int | None) -> None:
    """Show the prompts of a sample set, or the responses and verdicts of a run.

    A sample set is a file, a hub name, or a published set such as ifbench.
    """
    from ..dataset.published import is_set_name
    from ..interop.export_dataset import is_sample_file
    from ..store.run_spec import RESULTS
    from .output.samples import print_run_samples, print_samples

    if is_sample_file(what) or (is_set_name(what) and not (RESULTS / what).exists()):
        print_samples(what, id=id_ or "", task=task, limit=limit)
    else:
        print_run_samples(what, failed=failed, id=id_ or "", task=task, limit=limit)
