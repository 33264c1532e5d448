"""`ifh init`: write a run file to edit."""

from __future__ import annotations

from pathlib import Path

import click

from . import options


@click.command(name="init")
@click.argument("name", metavar="[NAME]", default="livebench")
@click.option("--out", "-o", metavar="FILE", callback=options.check_local, help="Output file  [default: NAME.toml]")
def command(name: str, out: str | None) -> None:
    """Write the shipped run file NAME with every other key as a commented line.  [default: livebench]

    The file is yours to edit: it holds all keys of a run file with their defaults and what they mean.
    """
    from ..config.run_file_template import render_run_file
    from ..errors import ConfigError
    from ..sanitize import escape_control
    from ..store.files import write_whole

    path = Path(out or f"{name}.toml")
    # A bare name without its ending would run the shipped file.
    shown = path if path.is_absolute() or len(path.parts) > 1 else f"./{path}"
    text = render_run_file(name, str(shown))
    if path.exists() or path.is_symlink():
        raise ConfigError(f"{path} exists already; give another name with -o")
    write_whole(path, [text.encode()])
    click.echo(escape_control(f"{path}\nTo run it: ifh run {shown}"))
