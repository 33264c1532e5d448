"""`ifh restore-text`: restore article texts in samples that were written without them."""

from __future__ import annotations

from pathlib import Path

import click

from . import options


@click.command(name="restore-text")
@click.argument("file", metavar="FILE")
@click.option(
    "-o",
    "--out",
    required=True,
    metavar="FILE",
    callback=options.check_local,
    help="Output file, such as samples.jsonl.",
)
@click.option("--config", metavar="CONFIG", help="Run file whose [articles] options the source needs.")
def command(file: str, out: str, config: str | None) -> None:
    """Fetch the articles of FILE (from `ifh generate --without-text`) by id, and write complete samples.

    A checksum of the text and the sample id verify that each sample is the original one. A changed or deleted article
    is an error that names its line. Fetched articles stay in the cache.
    """
    from ..config.run_file import load_config
    from ..dataset.restore_text import restore_texts
    from ..store.files import write_whole
    from ..store.journal import encode

    samples = list(restore_texts(Path(file), load_config(config) if config else None))
    write_whole(Path(out), (encode(sample.to_json()) for sample in samples))
    click.echo(f"{len(samples)} samples in {out}, verified against the originals")
