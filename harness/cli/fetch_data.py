"""`ifh fetch-data`: fetch the data that a few instructions need, with NLTK's own downloader."""

from __future__ import annotations

import click

from . import options

PACKAGES = ("averaged_perceptron_tagger_eng",)
"""What `words:start_verb` needs: NLTK's part-of-speech tagger."""


@click.command(name="fetch-data")
@click.option(
    "--to",
    metavar="DIR",
    callback=options.check_local,
    help="Folder for the data. [default: NLTK's own, such as ~/nltk_data]",
)
@click.option("--index", metavar="URL", help="Index of a mirror of NLTK's data. [default: NLTK's own]")
def command(to: str | None, index: str | None) -> None:
    """Fetch the data that `words:start_verb` needs (a part-of-speech tagger, 2 MB).

    Without the data, that instruction is unscored. NLTK looks for data in its own folders and in those that the
    environment variable NLTK_DATA names.
    """
    import socket

    from nltk.downloader import Downloader

    from ..errors import ConfigError

    downloader = Downloader(server_index_url=index, download_dir=to)
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(30)
    try:
        for package in PACKAGES:
            downloader.download(package, quiet=True, raise_on_error=True)
    except (OSError, ValueError) as error:
        names = ", ".join(PACKAGES)
        raise ConfigError(
            f"the data could not be fetched: {error}. Download {names} from NLTK's data page on a machine with a "
            "network, and set NLTK_DATA to the folder that has it"
        ) from None
    finally:
        socket.setdefaulttimeout(before)
    where = downloader.download_dir
    click.echo(f"{', '.join(PACKAGES)} in {where}")
    if to:
        click.echo(f"To use it, set the environment variable: NLTK_DATA={where}")
