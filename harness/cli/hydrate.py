"""`ifh hydrate`: put the text of articles back into samples."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(name="hydrate", short_help="Put the text of articles back into samples that were written without it.")
@click.argument("file", metavar="FILE")
@click.option("-o", "--out", required=True, metavar="FILE", help="Where to write, such as samples.jsonl.")
@click.option("--config", metavar="CONFIG", help="A run file whose [articles] options the source is made with.")
def command(file: str, out: str, config: str | None) -> None:
    """Fetch the articles of FILE, written by `ifh generate --without-text`, by their ids, and write whole samples.

    Each sample is proven to be the one that was drawn: by a check sum of the opening, and by its own id. An article
    that has changed since, or is gone, ends the work with its sample's line; what was fetched is kept.
    """
    from ..config.run_file import load_config
    from ..dataset.restore_text import restore_texts
    from ..store.files import write_whole
    from ..store.journal import encode

    samples = list(restore_texts(Path(file), load_config(config) if config else None))
    write_whole(Path(out), (encode(sample.to_json()) for sample in samples))
    click.echo(f"{len(samples)} samples in {out}, each as it was drawn")
