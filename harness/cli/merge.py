"""`ifh merge`: join the scored parts of a run."""

from __future__ import annotations

import click

from . import FAILED, options


@click.command(name="merge")
@click.argument("folders", metavar="RUN [PART]...", nargs=-1, required=True)
@options.as_json
def command(folders: tuple[str, ...], as_json: bool) -> int:
    """Join the parts of RUN that `ifh score --shard I/N` scored.

    Verdicts, scores and report are the same bytes that one process writes. With parts scored in copies of the results
    folder, name these too: their shards are copied into RUN first. Parts that are missing, or in two of the folders,
    are named and nothing is written.
    """
    from contextlib import ExitStack

    from ..runner.engines.parts import collect_parts
    from ..runner.progress.work import WorkProgress
    from ..runner.score import score_run
    from ..store.run_folder import RunFolder, find_run
    from .output.run import print_scored

    with ExitStack() as opened:
        store, *others = (opened.enter_context(RunFolder.load(find_run(folder))) for folder in folders)
        books = collect_parts(store, others)
        for book in reversed(books):  # the run's own comes last, and is printed
            progress = WorkProgress("merged", "responses")
            scored = score_run(store, rules=book, names=store.manifest.extract, on_progress=progress)
        print_scored(store, scored, as_json=as_json)
    return FAILED if scored.score is None else 0
